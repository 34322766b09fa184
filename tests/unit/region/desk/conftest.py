"""A region whose reviewers of both levels have accounts."""

from pathlib import Path

import pytest

from tests.support.desks import registry_in_force, staff
from tests.support.region_app import Region, furnish, open_region
from tests.support.registry import Registry


@pytest.fixture(scope="session")
def furnished_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once, since passwords are slow to hash on purpose."""
    home = tmp_path_factory.mktemp("desks") / "home"
    region = furnish(open_region(home))
    staff(region)
    region.store.close()
    return home


@pytest.fixture
def registry(region: Region) -> Registry:
    return registry_in_force(region.store)
