"""A registry over a furnished region."""

import pytest

from tests.support.region_app import Region
from tests.support.registry import Registry, registry_of


@pytest.fixture
def registry(region: Region) -> Registry:
    return registry_of(region.store)
