"""The print grows on the booth's screen while the reader reads; the same print under another name reaches the lead."""

import json
import time

import pytest
from playwright.sync_api import expect

from tests.support import touching
from tests.support.browsing import ZH, Window, Windows
from tests.support.demo_candidates import Candidates
from tests.support.screen_rules import Looker

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

WATCH = """setInterval(() => {
  const figure = document.querySelector(".pressing");
  const hands = document.querySelector(".hands").checkVisibility();
  const word = figure.querySelector("[role=status]").textContent;
  const isPrint = figure.querySelector("img").src.startsWith("blob:");
  if (figure.checkVisibility()) localStorage.setItem("seen", `${word} ${hands} ${isPrint}`);
}, 50)"""


def order(windows: Windows, **words: object) -> None:
    """Tell the booth's sensor what lies on it."""
    path = windows.venue.home / "devices" / "booth-1.fingerprint.json"
    path.parent.mkdir(exist_ok=True)
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(words), "utf-8")
    draft.replace(path)


def before_the_reader(windows: Windows, candidates: Candidates) -> Window:
    """Walk somebody to the fingerprint screen of the booth."""
    kiosk = windows.station("kiosk-1", ZH)
    ticket = touching.arrive(kiosk, candidates.next())
    touching.go_on(kiosk)
    touching.confirm_details(kiosk)
    touching.consent(kiosk)
    desk = windows.desk("desk-1")
    touching.call_ticket(desk, ticket)
    touching.materials_match(desk)
    booth = windows.station("booth-1", ZH)
    booth.hold("idle", "leave", "autosubmit")
    booth.open("/kiosk/")
    touching.come_with_ticket(booth, ticket)
    touching.sign(booth)
    touching.go_on(booth)
    booth.page.wait_for_url("**/steps/fingerprint")
    return booth


def test_the_print_grows_on_the_screen_and_is_known_again(
    windows: Windows, look: Looker, candidates: Candidates
) -> None:
    booth = before_the_reader(windows, candidates)
    order(windows, present=False)
    expect(booth.page.locator(".pressing")).to_be_hidden()
    booth.page.evaluate(WATCH)
    beside = booth.page.context.new_page()  # Playwright asks a page nothing while it is on its way to the next one
    beside.goto(f"{booth.url}/static/blank.svg")
    booth.page.locator(".kiosk__actions .button--primary").tap(no_wait_after=True)
    deadline = time.monotonic() + touching.SLOW_MS / 1000
    while (seen := beside.evaluate("localStorage.getItem('seen')")) != "请把手指放在采集面上 false true":
        assert time.monotonic() < deadline, seen
        beside.wait_for_timeout(50)
    order(windows, finger="C-11")
    expect(booth.page.locator(".count__number").first).to_have_text("1/2", timeout=touching.SLOW_MS)
    expect(booth.page.locator(".pressing")).to_be_hidden()
    touching.go_on(booth)
    look.at(booth, "step fingerprint same finger again")
    second = before_the_reader(windows, candidates)
    touching.go_on(second)
    order(windows)
    lead = windows.desk("desk-9")
    lead.open("/lead/")
    expect(lead.page.locator("#conflicts")).to_be_visible(timeout=touching.SLOW_MS)
    look.at(lead, "lead overview with a double")
    lead.open("/lead/conflicts/?kind=double")
    with lead.page.expect_navigation():
        lead.page.locator(".rows__row a.button").first.click()
    expect(lead.page.locator(".thumbnail img").first).to_be_visible()
    look.at(lead, "lead conflict of a double")
