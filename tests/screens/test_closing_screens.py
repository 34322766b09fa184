"""Every step of the evening as the lead sees it, in both languages, with a venue and a region of its own."""

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from playwright.sync_api import Browser

from tests.support.browsing import EN, ZH, Window, Windows
from tests.support.builders import DAY
from tests.support.evenings import Evening, evening_at
from tests.support.screen_language import Speech
from tests.support.screen_rules import Looker
from tests.support.server import RunningVenue
from tests.support.venue_rig import STAFF

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]
CLOSING = f"/lead/closing/{DAY}"


class Served:
    """Where the venue of an evening answers; all that a window needs to know of a running venue."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.region_url = ""


@pytest.fixture
def evening(tmp_path: Path) -> Iterator[Evening]:
    with evening_at(tmp_path) as found:
        yield found


@pytest.fixture
def closing_look() -> Iterator[Looker]:
    looker = Looker(Speech([f"{name}（测试）" for name in STAFF]))
    yield looker
    assert not looker.faults, "\n".join(looker.faults)


def opened(browser: Browser, evening: Evening) -> Windows:
    assert evening.rig.server is not None
    return Windows(browser, cast("RunningVenue", Served(evening.rig.server.url)))


def press(window: Window, selector: str) -> None:
    with window.page.expect_navigation():
        window.page.locator(selector).first.click()


def do(window: Window, step: str) -> None:
    """Press the button of a step, wherever it stands on the page."""
    press(window, f'form[action="{CLOSING}/{step}"] button[type=submit]')


def waive(window: Window, look: Looker, name: str) -> None:
    """Leave a step undone, for a reason out of the list."""
    window.page.locator("button[data-dialog=waive]").click()
    look.at(window, f"{name} dialog")
    press(window, "#waive-form button[type=submit]")


@pytest.mark.parametrize("locale", [ZH, EN])
def test_the_whole_evening(locale: str, evening: Evening, browser: Browser, closing_look: Looker) -> None:
    look, rig = closing_look, evening.rig
    evening.crew.newcomer().walk()
    for _person in range(2):
        evening.crew.newcomer().arrive()
    windows = opened(browser, evening)
    try:
        lead = windows.desk("desk-1", "lead", locale)
        kiosk = windows.station("kiosk-2", locale)
        lead.open("/lead/closing/")
        look.at(lead, "closing begin")
        do(lead, "begin")
        look.at(lead, "closing settle")
        kiosk.open("/kiosk/")
        look.at(kiosk, "kiosk day over")
        press(lead, "#people-form button[name=carry]")
        press(lead, "#people-form button[name=absent]")
        do(lead, "settle")
        do(lead, "reconcile")
        look.at(lead, "closing reconcile missing")
        rig.sync(2)
        do(lead, "reconcile")
        look.at(lead, "closing backup")
        do(lead, "backup")
        signed(lead, look, evening)
    finally:
        faults = windows.close_all()
    assert not faults, "\n".join(faults)


def signed(lead: Window, look: Looker, evening: Evening) -> None:
    """From a region that does not answer to the cleared computer."""
    evening.rig.region.switch_off()
    do(lead, "confirm")
    look.at(lead, "closing not confirmed")
    waive(lead, look, "closing waive")
    evening.rig.region.switch_on()
    do(lead, "report")
    look.at(lead, "closing signatures")
    lead.open(f"{CLOSING}?step=backup")
    look.at(lead, "closing backup done")
    lead.open(CLOSING)
    lead.page.locator("#field-pin").fill(STAFF["lead"][0])
    lead.page.locator("#field-second_staff").select_option("second")
    lead.page.locator("#field-second_pin").fill(STAFF["second"][0])
    press(lead, "#sign-form button[type=submit]")
    look.at(lead, "closing purge")
    lead.page.locator("button[data-dialog=reopen]").click()
    look.at(lead, "closing reopen dialog")
    lead.open(CLOSING)
    do(lead, "purge")
    look.at(lead, "closing over")
