"""A stick on its way, as the lead of the venue and the lead of the region see it: out, read in, and back."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from region.demo import DEMO_REVIEWERS
from tests.support.browsing import EN, ZH, Window, Windows
from tests.support.demo_candidates import Candidates
from tests.support.finished_visit import finish
from tests.support.screen_rules import Looker
from tests.support.server import RunningVenue

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]
LOCALES = pytest.mark.parametrize("locale", [ZH, EN])
PATIENCE_MS = 60_000


@pytest.fixture
def lead(locale: str, windows: Windows) -> Iterator[Window]:
    """The venue's lead, who has paused the sending: nothing leaves but on a stick."""
    window = windows.desk("desk-3", "lead", locale)
    pause(window, "pause")
    yield window
    pause(window, "resume")


def pause(window: Window, act: str) -> None:
    window.open("/lead/sending/")
    if window.page.locator(f"#{act}").count():
        press(window, f"#{act}")


def press(window: Window, selector: str) -> None:
    """Click what leads to another page."""
    with window.page.expect_navigation():
        window.page.locator(selector).first.click()


def at_region(windows: Windows, locale: str) -> Window:
    """Open the page for sticks as the region's lead."""
    name, secret, _role = DEMO_REVIEWERS[1]
    window = windows.plain(windows.venue.region_url, locale, touch=False)
    window.open("/")
    window.page.locator("#field-name").fill(name)
    window.page.locator("#field-secret").fill(secret)
    press(window, ".button--primary")
    window.open("/bundles")
    return window


def damage_one(venue: RunningVenue) -> None:
    """Turn a bit of an object on the stick; not of an envelope, which is all text."""
    files = sorted(venue.home.glob("demo/stick/kaodian-bundle-*/objects/??/*"))
    path = next(path for path in files if path.read_bytes().startswith(b"age-encryption.org"))
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


@LOCALES
def test_out_on_a_stick_and_back(
    locale: str, lead: Window, windows: Windows, look: Looker, candidates: Candidates
) -> None:
    finish(windows.venue, candidates.next())
    lead.open("/lead/bundle/")
    press(lead, "#export-1")
    expect(lead.page.locator("#last")).to_be_visible(timeout=PATIENCE_MS)
    look.at(lead, "stick written")
    press(lead, "#slip")
    expect(lead.page.locator(".notice--good")).to_be_visible()
    damage_one(windows.venue)
    region = at_region(windows, locale)
    press(region, "#import-1")
    expect(region.page.locator("#outcome-1")).to_be_visible(timeout=PATIENCE_MS)
    look.at(region, "region stick read in")
    lead.open("/lead/bundle/")
    press(lead, "#receipts-1")
    expect(lead.page.locator("#refused")).to_be_visible()
    look.at(lead, "stick receipts read in")
