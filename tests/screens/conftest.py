"""One demo venue and one browser for all tests of the screens; each test opens windows of its own."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.support.browsing import Windows, chromium
from tests.support.demo_candidates import Candidates
from tests.support.desk_windows import Desks
from tests.support.region_site import Site
from tests.support.screen_language import Speech
from tests.support.screen_rules import Looker
from tests.support.server import RunningVenue, running_venue


@pytest.fixture(scope="session")
def venue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningVenue]:
    """The demo, its region and its simulated devices."""
    with running_venue(tmp_path_factory.mktemp("screens") / "var") as server:
        yield server


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser that the machine has."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def candidates(venue: RunningVenue) -> Candidates:
    """The people of the demo's roster."""
    return Candidates(venue.home)


@pytest.fixture(scope="session")
def speech(candidates: Candidates) -> Speech:
    """The programme's words in both languages."""
    return Speech(candidates.values)


@pytest.fixture
def windows(browser: Browser, venue: RunningVenue) -> Iterator[Windows]:
    """Opens windows; whatever one of them did wrong fails the test that opened it."""
    opener = Windows(browser, venue)
    yield opener
    faults = opener.close_all()
    assert not faults, "\n".join(faults)


@pytest.fixture
def desks(browser: Browser, site: Site) -> Iterator[Desks]:
    """Opens windows of signed-in reviewers at the region that a module runs as its `site`."""
    opener = Desks(browser, site)
    yield opener
    faults = opener.close_all()
    assert not faults, "\n".join(faults)


@pytest.fixture
def look(speech: Speech) -> Iterator[Looker]:
    """Looks at screens; everything that is wrong with any of them is told at the end."""
    looker = Looker(speech)
    yield looker
    assert not looker.faults, "\n".join(looker.faults)
