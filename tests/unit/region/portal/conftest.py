"""A region whose candidates can sign in."""

from collections.abc import Iterator

import pytest

from tests.support.portal import Candidate, PortalRegion, portal_over
from tests.support.region_app import Region


@pytest.fixture
def portal(region: Region) -> Iterator[PortalRegion]:
    with portal_over(region) as opened:
        yield opened


@pytest.fixture
def candidate(portal: PortalRegion) -> Candidate:
    return portal.signed_in()
