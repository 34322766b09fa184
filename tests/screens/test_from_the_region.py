"""What came from the region, on the desk's and the lead's screens; the region's own pages of files and appointments."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from records.registration import Slot
from region.demo import DEMO_REVIEWERS, DEMO_VENUE, DEMO_VENUE_NAME
from region.keys import restore_key
from region.registry.changing import Key
from region.settings import Settings
from region.slots.importing import offer_slots
from region.slots.reading import SlotLine
from region.venues import add_venue
from tests.support.appointments import portal_app
from tests.support.browsing import EN, ZH, Window, Windows
from tests.support.demo_candidates import Candidates
from tests.support.handed_down import OfDemo, of_demo, publish
from tests.support.region_app import open_region
from tests.support.region_records import IDENTITY, VENUE
from tests.support.registry import PROFILE, YEAR, Registry, registry_of, somebody
from tests.support.screen_rules import Looker
from tests.support.server import RunningVenue
from tests.support.web_server import WebServer

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]
LOCALES = pytest.mark.parametrize("locale", [ZH, EN])
OUR_DESK = {ZH: "desk-5", EN: "desk-6"}
PHONE = (390, 844)
OTHER_YEAR = 2031
"""So that nothing of it concerns the people of the demo."""


def press(window: Window, selector: str) -> None:
    """Click what leads to another page."""
    with window.page.expect_navigation():
        window.page.locator(selector).first.click()


@pytest.fixture
def region(venue: RunningVenue) -> Iterator[OfDemo]:
    with of_demo(venue.home, DEMO_VENUE) as both:
        yield both


def to_materials(desk: Window, reg_no: str) -> None:
    """Let somebody in and lead them to the check of materials, all of it at the desk."""
    desk.open("/arrivals/")
    desk.page.locator("#field-text").fill(reg_no)
    with desk.page.expect_navigation():
        desk.page.keyboard.press("Enter")
    press(desk, ".door form button[type=submit]")
    press(desk, ".desk__actions .button--primary")
    while not desk.page.url.endswith("/steps/materials"):
        agree = desk.page.locator('.choice__target:has(input[value="agree"])')
        if agree.count():
            agree.first.click()
        press(desk, ".desk__actions .button--primary")


@LOCALES
def test_pictures_beside_the_originals(
    locale: str, windows: Windows, look: Looker, candidates: Candidates, region: OfDemo
) -> None:
    me = region.enrol_of_demo(candidates.next().reg_no)
    region.upload(me)
    region.submit(me)
    region.pass_online(me, "M04")
    desk = windows.desk(OUR_DESK[locale], "lead", locale)
    desk.open("/lead/incoming/")
    expect(desk.page.locator(".card--good").first).to_be_visible()
    look.at(desk, "from the region")
    to_materials(desk, me.reg_no)
    waits_for_pictures(desk)
    desk.page.evaluate("document.querySelectorAll('main details').forEach(part => { part.open = true; })")
    look.at(desk, "desk materials with what was uploaded")
    press(desk, 'a[href*="compare=M02"]')
    desk.page.locator("[data-zoom-by='1']").first.click()
    desk.page.locator("[data-turn-by='1']").first.click()
    expect(desk.page.locator(".compare__page").first).to_have_attribute("data-zoom", "2")
    look.at(desk, "desk compare with the original")
    press(desk, ".desk__actions .button--primary")
    expect(desk.page.locator('input[name="verdict-M02"][value="pass"]')).to_be_checked()


def waits_for_pictures(desk: Window) -> None:
    """Look again until the pictures that are on their way have come."""
    for _look in range(60):
        if desk.page.locator(".online__thumb").count() and not desk.page.locator(".online__coming").count():
            return
        desk.page.wait_for_timeout(1000)
        desk.page.reload()
    pytest.fail("the pictures did not come")


@LOCALES
def test_files_that_a_lead_of_the_region_takes_in(locale: str, windows: Windows, look: Looker) -> None:
    page = windows.plain(windows.venue.region_url, locale, touch=False)
    name, pin, _role = next(one for one in DEMO_REVIEWERS if one[2] == "lead")
    page.open("/sign-in")
    page.page.locator("#field-name").fill(name)
    page.page.locator("#field-secret").fill(pin)
    press(page, ".button--primary")
    page.open("/files")
    look.at(page, "region files")
    press(page, ".desk__main .button--primary")
    look.at(page, "region files refused")
    content = "日期,时段,名额\n2031-03-01,09:00-09:30,20\n某日,09:00-09:30,20\n".encode()
    sent = {"name": "slots.csv", "mimeType": "text/csv", "buffer": content}
    page.page.locator('.choice__target:has(input[value="slots"])').click()
    page.page.locator("#field-year").fill(str(OTHER_YEAR))
    page.page.locator("input[type=file]").set_input_files(sent)  # type: ignore[arg-type]
    press(page, ".desk__main .button--primary")
    look.at(page, "region files taken in")


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    """A region of its own, where appointments are offered."""
    region = open_region(tmp_path / "region")
    restore_key(region.store, IDENTITY)
    add_venue(region.store, VENUE, DEMO_VENUE_NAME, "key")
    publish(region.store, PROFILE.format(lock="on_submit") + "[booking]\noffered = true\n")
    yield registry_of(region.store)
    region.store.close()


@contextmanager
def portal(registry: Registry, key: Key) -> Iterator[str]:
    """Serve the pages of appointments for a signed-in candidate."""
    server = WebServer(portal_app(registry.store, Settings(Path()), lambda: key))
    try:
        yield server.url
    finally:
        server.stop()


@LOCALES
def test_appointments(locale: str, windows: Windows, look: Looker, registry: Registry) -> None:
    first, second = (registry.enrol(replace(somebody(number), slot=None)) for number in range(2))
    day = registry.store.now().date() + timedelta(days=30)
    hours = [Slot(day, time(9), time(9, 30)), Slot(day, time(10), time(10, 30))]
    offer_slots(registry.store, YEAR, VENUE, [SlotLine(2, hours[0], 1, "", ""), SlotLine(3, hours[1], 3, "", "")])
    with portal(registry, first) as url:
        window = windows.plain(url, locale, PHONE)
        window.open("/appointment/")
        look.at(window, "appointments none yet")
        press(window, ".slot button")
        look.at(window, "appointments one booked")
        window.open("/appointment/slip")
        look.at(window, "appointments slip")
    with portal(registry, second) as url:
        window = windows.plain(url, locale, PHONE)
        window.open("/appointment/")
        look.at(window, "appointments one is full")
        press(window, 'form[action$="/wait"] button')
        look.at(window, "appointments waiting")
