"""What happens between the screens: nobody touches, somebody calls, the line is cut, two hands on one candidate."""

import re

import pytest
from playwright.sync_api import expect

from tests.support import touching
from tests.support.browsing import Windows
from tests.support.demo_candidates import Candidates
from tests.support.screen_rules import Looker, picture

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]
WARNING_S, READ_IDLE_S = 20, 90


def test_an_idle_screen_warns_and_then_forgets_who_stood_there(windows: Windows, candidates: Candidates) -> None:
    kiosk = windows.station("kiosk-1", "en")
    person = candidates.next()
    touching.arrive(kiosk, person)
    kiosk.page.clock.install()
    touching.go_on(kiosk)
    touching.await_scripts(kiosk.page)
    warning = kiosk.page.locator("[data-idle-dialog]")
    kiosk.page.clock.run_for((READ_IDLE_S + 2) * 1000)
    expect(warning).to_be_visible()
    kiosk.page.touchscreen.tap(5, 500)
    expect(warning).to_be_hidden()
    kiosk.page.clock.run_for((READ_IDLE_S + 2) * 1000)
    expect(warning).to_be_visible()
    picture(kiosk, "idle-en")
    kiosk.page.clock.run_for((WARNING_S + 2) * 1000)
    kiosk.page.wait_for_url("**/kiosk/")
    expect(kiosk.page.locator("html")).to_have_attribute("lang", "zh-Hans")
    kiosk.page.go_back()
    assert person.name not in kiosk.page.content()


def test_calling_staff_raises_a_card_at_the_desk(windows: Windows, look: Looker, candidates: Candidates) -> None:
    desk = windows.desk("desk-5")
    desk.open("/desk/")
    kiosk = windows.station("kiosk-2")
    touching.arrive(kiosk, candidates.next())
    with kiosk.page.expect_navigation():
        kiosk.page.locator(".kiosk__help form button").tap()
    expect(kiosk.page.locator(".notice--good")).to_be_visible()
    expect(kiosk.page.locator(".ticket")).to_be_visible()  # who calls for help stays where the help is needed
    card = desk.page.locator('button[formaction*="/desk/help/"]').first
    expect(card).to_be_visible()
    look.at(desk, "desk asked for help")
    touching.answer_calls(desk)


def test_the_board_turns_grey_when_nothing_answers(windows: Windows, look: Looker) -> None:
    board = windows.station("board-1")
    board.page.clock.install()
    board.open("/board/")
    touching.await_scripts(board.page)
    outage = board.page.locator("[data-board-outage]")
    board.page.clock.run_for(8000)
    expect(outage).to_be_hidden()
    board.page.context.route("**/board/calls", lambda route: route.abort("connectionrefused"))
    for _second in range(14):
        board.page.clock.run_for(1000)
    expect(outage).to_be_visible()
    expect(board.page.locator(".board__main--stale")).to_be_visible()
    look.at(board, "board without a line")
    board.page.context.unroute("**/board/calls")
    for _try in range(6):
        board.page.clock.run_for(2000)
    expect(outage).to_be_hidden()
    board.faults.clear()  # the line was cut on purpose


def test_two_desks_on_one_candidate_lose_nothing(windows: Windows, candidates: Candidates) -> None:
    kiosk = windows.station("kiosk-1")
    ticket = touching.arrive(kiosk, candidates.next())
    touching.go_on(kiosk)
    touching.confirm_details(kiosk)
    touching.consent(kiosk)
    first, second = windows.desk("desk-6"), windows.desk("desk-7", "review")
    touching.call_ticket(first, ticket)
    first.page.wait_for_url("**/steps/materials")
    second.page.goto(first.page.url)
    touching.materials_match(first)
    touching.materials_match(second)
    expect(second.page.locator(".notice--attention, .error-summary").first).to_be_visible()
    assert second.page.url.endswith(("/steps/signature", "/steps/materials"))
    second.open("/" + "/".join(first.page.url.split("/")[3:5]) + "/overview")
    trail = second.page.locator("table").inner_text()
    assert trail.count("desk-7") == 0
    assert second.page.locator("tbody tr", has_text="7 号窗口").count() == 0


def test_back_after_the_end_shows_nobody_and_does_nothing(windows: Windows, candidates: Candidates) -> None:
    kiosk = windows.station("kiosk-2")
    person = candidates.next()
    touching.arrive(kiosk, person)
    touching.go_on(kiosk)
    touching.confirm_details(kiosk)
    assert kiosk.page.url.endswith("/steps/consent")
    kiosk.page.go_back()  # within one's own visit: the step that is done leads on
    expect(kiosk.page).to_have_url(re.compile(r"/steps/consent$"))
    touching.consent(kiosk)
    touching.go_on(kiosk)
    kiosk.page.wait_for_url("**/kiosk/")
    for _step in range(5):
        kiosk.page.go_back()
        assert person.name not in kiosk.page.content()
        assert person.id_no[-4:] not in kiosk.page.content()


def test_a_double_tap_submits_once(windows: Windows, candidates: Candidates) -> None:
    kiosk = windows.station("kiosk-1")
    touching.arrive(kiosk, candidates.next())
    touching.go_on(kiosk)
    touching.await_scripts(kiosk.page)
    sent: list[str] = []
    kiosk.page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    with kiosk.page.expect_navigation():
        kiosk.page.evaluate(
            "() => { for (const _ of [1, 2]) document.querySelector('.kiosk__actions .button--primary').click(); }"
        )
    assert len(sent) == 1
    expect(kiosk.page).to_have_url(re.compile(r"/steps/form$"))
    expect(kiosk.page.locator(".error-summary")).to_have_count(0)
