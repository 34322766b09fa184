"""Cards, slips, the start of the day and training, in a real browser: nothing is touched, nothing is printed twice."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.browsing import EN, ZH, Window, Windows
from tests.support.control_files import write_orders
from tests.support.demo_candidates import Candidate, Candidates
from tests.support.screen_rules import Looker

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]
LOCALES = pytest.mark.parametrize("locale", [ZH, EN])


def order(windows: Windows, device: str, **orders: object) -> None:
    """Tell a simulated device what to do from now on."""
    write_orders(windows.venue.home / "devices" / f"{device}.json", **orders)


def card_of(person: Candidate) -> dict[str, str]:
    return {"name": person.name, "id_no": person.id_no, "valid_until": "长期"}


def slips(windows: Windows, station: str) -> int:
    """How many slips have come out of a station's printer."""
    return len(list((windows.venue.home / "printed" / station).glob("*.png")))


@LOCALES
def test_a_card_opens_the_door_and_the_ticket_comes_out_once(
    locale: str, windows: Windows, look: Looker, candidates: Candidates
) -> None:
    person = candidates.next()
    order(windows, "kiosk-1.card")
    order(windows, "kiosk-1.printer")
    before = slips(windows, "kiosk-1")
    kiosk = windows.station("kiosk-1", locale)
    kiosk.hold("idle", "leave")
    kiosk.open("/kiosk/")
    order(windows, "kiosk-1.card", card=card_of(person), subject=2)
    kiosk.page.wait_for_url("**/kiosk/card")
    look.at(kiosk, "kiosk confirm by card")
    kiosk.page.locator(".kiosk__actions .button--primary").click()
    kiosk.page.wait_for_url("**/kiosk/ticket")
    expect(kiosk.page.locator("[data-print-words] .notice--good")).to_be_visible()
    look.at(kiosk, "kiosk ticket printed")
    kiosk.page.reload()
    expect(kiosk.page.locator("[data-print-words] .notice--attention")).to_be_visible()
    kiosk.page.go_back()
    kiosk.page.go_forward()
    expect(kiosk.page.locator("[data-print-words] .notice--attention")).to_be_visible()
    assert slips(windows, "kiosk-1") == before + 1
    kiosk.open("/kiosk/")
    expect(kiosk.page.locator("[data-card-words]")).to_be_visible()
    look.at(kiosk, "kiosk welcome with a card left lying")
    order(windows, "kiosk-1.card")
    expect(kiosk.page.locator("[data-card-words]")).to_be_hidden()


@LOCALES
def test_a_printer_without_paper_says_so_and_prints_when_there_is_some(
    locale: str, windows: Windows, look: Looker, candidates: Candidates
) -> None:
    person = candidates.next()
    order(windows, "kiosk-2.printer", fault="no_paper")
    kiosk = windows.station("kiosk-2", locale)
    kiosk.hold("idle", "leave")
    kiosk.open("/kiosk/")
    order(windows, "kiosk-2.card", card=card_of(person))
    kiosk.page.wait_for_url("**/kiosk/card")
    order(windows, "kiosk-2.card")
    kiosk.page.locator(".kiosk__actions .button--primary").click()
    again = kiosk.page.locator("[data-print-words] button")
    expect(kiosk.page.locator("[data-print-words] .notice--attention")).to_be_visible()
    look.at(kiosk, "kiosk ticket without paper")
    order(windows, "kiosk-2.printer")
    again.click()
    expect(kiosk.page.locator("[data-print-words] .notice--good")).to_be_visible()


@LOCALES
def test_card_and_person_at_the_desk(locale: str, windows: Windows, look: Looker, candidates: Candidates) -> None:
    person, station = candidates.next(), {ZH: "desk-5", EN: "desk-6"}[locale]
    desk = windows.desk(station, "lead", locale)
    desk.open("/arrivals/")
    order(windows, f"{station}.card", card=card_of(person) | {"name": "别的名字", "valid_until": "20200101"}, subject=4)
    desk.page.wait_for_url("**/arrivals/card")
    look.at(desk, "arrivals by card")
    press(desk, ".door form button[type=submit]")
    desk.page.wait_for_url("**/overview")
    look.at(desk, "visit with a printer")
    press(desk, 'a[href$="/identity/"]')
    expect(desk.page.locator(".camera__picture")).to_have_attribute("src", re.compile("^blob:"))
    look.at(desk, "identity")
    desk.page.locator('.choice__target:has(input[value="fail"])').click()
    press(desk, ".desk__actions .button--primary")
    look.at(desk, "identity refused")
    order(windows, f"{station}.card")


def test_the_start_of_the_day_and_training(windows: Windows, look: Looker) -> None:
    leads = [windows.desk("desk-7", "lead", locale) for locale in (ZH, EN)]
    for lead in leads:
        lead.open("/training/")
        look.at(lead, "training")
    fault = leads[0].page.locator("#fault-printer")
    fault.select_option("no_paper")
    with leads[0].page.expect_navigation():
        fault.locator("xpath=ancestor::form").get_by_role("button").click()
    expect(leads[0].page.locator("#fault-printer")).to_have_value("no_paper")
    leads[0].open("/start-of-day/")
    press(leads[0], ".desk__actions .button--primary")  # one round of tests for both windows: it takes its time
    for lead in leads:
        lead.open("/start-of-day/")
        look.at(lead, "start of day under way")
    for lead in leads:
        expect(lead.page.locator(".notice--bad")).to_be_visible(timeout=90_000)
        look.at(lead, "start of day")
        lead.open("/prints")
        look.at(lead, "prints")
    order(windows, "desk-7.printer")


def press(window: Window, selector: str) -> None:
    """Click what leads to another page."""
    with window.page.expect_navigation():
        window.page.locator(selector).first.click()
