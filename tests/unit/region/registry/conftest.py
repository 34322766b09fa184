"""A registry over a furnished region."""

import pytest

from region.registry.models import ProfileRow
from tests.support.region_app import Region
from tests.support.registry import PROFILE, Registry, registry_of

OPINIONS = '[[online.opinions]]\ncode = "unclear"\nwords = { zh = "不清晰", en = "unclear" }\n'


@pytest.fixture
def registry(region: Region) -> Registry:
    return registry_of(region.store)


@pytest.fixture
def published(region: Region) -> Registry:
    """The registry, with its short profile in force."""
    source = 'version = "t-1"\n' + PROFILE.format(lock="on_submit") + OPINIONS
    at = region.clock()
    with region.store.write() as session:
        session.add(
            ProfileRow(
                digest="d" * 64, name="t", version="t-1", source=source, made_at=at, made_by="x", published_at=at
            )
        )
    return registry_of(region.store)
