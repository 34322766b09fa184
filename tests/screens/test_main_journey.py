"""The main job by touch: from the door to the region's verdict, every screen on the way looked at."""

import pytest
from playwright.sync_api import expect

from region.demo import DEMO_REVIEWERS
from tests.support import touching
from tests.support.browsing import EN, ZH, Window, Windows
from tests.support.demo_candidates import Candidate, Candidates
from tests.support.screen_rules import Looker, picture

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]
VERDICT_MS = 60_000


@pytest.mark.parametrize("locale", [ZH, EN])
def test_a_candidate_goes_from_the_door_to_the_regions_verdict(
    locale: str, windows: Windows, look: Looker, candidates: Candidates
) -> None:
    person = candidates.next()
    ticket = at_the_kiosk(windows.station("kiosk-1", locale), look, person)
    desk = windows.desk("desk-1", locale=locale)
    at_the_desk(desk, look, ticket)
    on_the_wall(windows.station("board-1", locale), look, ticket)
    in_the_booth(windows.station("booth-1", locale), look, ticket)
    at_the_region(windows.plain(windows.venue.region_url, locale, touch=False), look, person)
    verdict_at_the_desk(desk, look, ticket)


def at_the_kiosk(kiosk: Window, look: Looker, person: Candidate) -> str:
    kiosk.open("/kiosk/")
    look.at(kiosk, "kiosk welcome")
    if kiosk.locale == ZH:
        picture(kiosk, "welcome")
    touching.go_on(kiosk)
    look.at(kiosk, "kiosk identify tail")
    touching.type_number(kiosk, person.tail)
    touching.go_on(kiosk)
    look.at(kiosk, "kiosk confirm")
    touching.go_on(kiosk)
    ticket = touching.ticket_number(kiosk.page)
    look.at(kiosk, "kiosk ticket")
    touching.go_on(kiosk)
    look.at(kiosk, "step form page 1")
    picture(kiosk, "kiosk" if kiosk.locale == ZH else "kiosk-en")
    touching.go_on(kiosk)
    look.at(kiosk, "step form page 2")
    touching.confirm_details(kiosk)
    for number in range(1, 4):
        look.at(kiosk, f"step consent {number}")
        touching.answer_consent(kiosk)
    kiosk.page.wait_for_url("**/wait")
    look.at(kiosk, "kiosk wait")
    return ticket


def at_the_desk(desk: Window, look: Looker, ticket: str) -> None:
    desk.open("/desk/")
    touching.answer_calls(desk)
    look.at(desk, "desk queue")
    if desk.locale == ZH:
        picture(desk, "queue")
    touching.call_ticket(desk, ticket)
    desk.page.wait_for_url("**/steps/materials")
    look.at(desk, "desk materials")
    if desk.locale == ZH:
        picture(desk, "desk")
    touching.materials_match(desk)
    look.at(desk, "desk signature")


def on_the_wall(board: Window, look: Looker, ticket: str) -> None:
    board.open("/board/")
    expect(board.page.locator(".board__call")).to_have_text(touching.spaced(ticket))
    look.at(board, "board with a call")
    picture(board, "board" if board.locale == ZH else "board-en")


def in_the_booth(booth: Window, look: Looker, ticket: str) -> None:
    booth.open("/kiosk/")
    look.at(booth, "booth welcome")
    touching.come_with_ticket(booth, ticket)
    look.at(booth, "step signature")
    touching.sign(booth)
    if booth.locale == ZH:
        picture(booth, "signature")
    touching.go_on(booth)
    booth.page.wait_for_url("**/steps/fingerprint")
    touching.press_fingers(booth)
    expect(booth.page.locator(".camera__picture")).to_have_attribute("src", touching.LIVE)
    expect(booth.page.locator(".checks__item--ok").first).to_be_visible()
    look.at(booth, "step photo live")
    if booth.locale == ZH:
        picture(booth, "photo")
    touching.take_picture(booth)
    look.at(booth, "step photo taken")
    touching.go_on(booth)
    booth.page.wait_for_url("**/done")
    receipt = booth.page.context.request.get(booth.page.url.replace("/done", "/receipt.pdf"))
    assert receipt.ok
    assert receipt.body().startswith(b"%PDF-")
    booth.page.reload()  # as long to look at as it takes
    look.at(booth, "kiosk done")


def at_the_region(region: Window, look: Looker, person: Candidate) -> None:
    reviewer, pin, _role = DEMO_REVIEWERS[0]
    page = region.page
    region.open("/")
    look.at(region, "region sign-in")
    page.locator("#field-name").fill(reviewer)
    page.locator("#field-secret").fill(pin)
    page.locator(".button--primary").click()
    expect(page.get_by_role("link", name=person.reg_no)).to_be_visible(timeout=VERDICT_MS)
    look.at(region, "region worklist")
    with page.expect_navigation():
        page.get_by_role("link", name=person.reg_no).click()
    look.at(region, "region record")
    if region.locale == ZH:
        picture(region, "region")
    page.locator('.choice__target:has(input[value="passed"])').click()
    with page.expect_navigation():
        page.locator(".desk__side .button--primary").click()
    look.at(region, "region verdict")


def verdict_at_the_desk(desk: Window, look: Looker, ticket: str) -> None:
    desk.open("/search/")
    desk.page.locator("#field-text").fill(ticket)
    desk.page.keyboard.press("Enter")
    desk.page.locator("table a.button").click()
    passed = desk.page.locator(".side__verdict--passed")
    for _try in range(20):
        if passed.count():
            break
        desk.page.wait_for_timeout(1000)
        desk.page.reload()
    expect(passed).to_be_visible()
    look.at(desk, "desk visit with verdict")
    if desk.locale == ZH:
        desk.open("/lead/")
        picture(desk, "lead")
