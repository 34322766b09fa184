"""Conflicts as leads and reviewers see them: the list, one of them, a decision that lacks something, and settled."""

import pytest
from playwright.sync_api import expect

from region.demo import DEMO_REVIEWERS
from tests.screens.test_desk_screens import admit, press
from tests.support.browsing import EN, ZH, Window, Windows
from tests.support.demo_candidates import Candidates
from tests.support.rival_venues import send_rivals
from tests.support.screen_rules import Looker

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]
LOCALES = pytest.mark.parametrize("locale", [ZH, EN])
DESKS = {ZH: ("desk-3", "desk-5"), EN: ("desk-4", "desk-6")}


@LOCALES
def test_two_desks_and_one_candidate(locale: str, windows: Windows, look: Looker, candidates: Candidates) -> None:
    first, second = (windows.desk(name, "lead", locale) for name in DESKS[locale])
    admit(first, candidates.next().reg_no)
    second.open(first.page.url.removeprefix(first.url))
    for desk in (first, second):
        press(desk, ".desk__actions .button--primary")
    press(first, ".desk__actions .button--primary")
    press(second, ".desk__actions .button--primary")
    first.open("/lead/conflicts/?kind=two_stations")
    expect(first.page.locator(".rows__row a.button").first).to_be_visible()
    look.at(first, "lead conflicts")
    press(first, ".rows__row a.button")
    press(first, ".desk__actions .button--primary")
    look.at(first, "lead conflict refused")
    settle(first, "page_left_open")
    press(first, ".desk__actions .button--primary")
    first.page.wait_for_url("**/lead/conflicts/")
    look.at(first, "lead conflict settled")
    press(first, ".rows__row strong a")
    press(first, ".desk__actions .button--primary")
    look.at(first, "lead settlement, taking back refused")
    first.page.locator("#field-note").fill("2026-11-25")
    press(first, ".desk__actions .button--primary")
    first.page.wait_for_url("**/lead/conflicts/")
    press(first, ".rows__row strong a")
    look.at(first, "lead settlement taken back")


@LOCALES
def test_one_candidate_at_two_venues(locale: str, windows: Windows, look: Looker, candidates: Candidates) -> None:
    person = candidates.next()
    fields = {"reg_no": person.reg_no, "name": person.name, "id_no": person.id_no}
    send_rivals(windows.venue.home / "region", windows.venue.region_url, fields, locale[:2])
    region = windows.plain(windows.venue.region_url, locale, touch=False)
    region.open("/")
    region.page.locator("#field-name").fill(DEMO_REVIEWERS[0][0])
    region.page.locator("#field-secret").fill(DEMO_REVIEWERS[0][1])
    press(region, ".button--primary")
    region.open("/conflicts/?kind=same_person")
    look.at(region, "region conflicts")
    press(region, "table a")
    press(region, ".button--primary")
    look.at(region, "region conflict refused")
    settle(region, "first_came")
    region.page.locator("#field-note").fill("2026-11-25 09:00")
    press(region, ".button--primary")
    region.page.wait_for_url("**/conflicts/")
    look.at(region, "region conflict settled")
    region.open("/records?state=set_aside")
    press(region, "table a")
    look.at(region, "region record that does not count")
    region.open("/conflicts/?kind=same_person")
    press(region, ".review__finding strong a")
    press(region, ".button--primary")
    look.at(region, "region settlement, taking back refused")
    region.page.locator("#field-note").fill("2026-11-25")
    press(region, ".button--primary")
    region.page.wait_for_url("**/conflicts/")
    look.at(region, "region settlement taken back")


def settle(window: Window, reason: str) -> None:
    """Choose the first of what can be decided, and a reason."""
    window.page.locator("form .choice__target").first.click()
    window.page.locator("#field-reason").select_option(reason)
