"""What a candidate does with a finger, and staff with mouse and keys; buttons are found by place, not by words."""

import re
from itertools import pairwise
from math import cos, sin

from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as TookTooLongError

from tests.support.browsing import Window
from tests.support.demo_candidates import Candidate

TAP_MS, SLOW_MS = 15_000, 30_000
LIVE = re.compile("^blob:")


def tap_main(window: Window) -> None:
    """Tap the main button, bottom right."""
    await_scripts(window.page)
    window.page.locator(".kiosk__actions .button--primary").tap()


def go_on(window: Window) -> None:
    """Tap the main button and wait for the page that the server answers with.

    Chromium drops a tap while a loaded machine is late with earlier touches; a person then taps again, and so do we.
    A second tap does no harm (static/js/once.js).
    """
    try:
        with window.page.expect_navigation(timeout=TAP_MS):
            tap_main(window)
    except TookTooLongError:
        with window.page.expect_navigation(timeout=SLOW_MS):
            tap_main(window)


def await_scripts(page: Page) -> None:
    """Wait until every widget of the page answers."""
    page.locator("html[data-started]").wait_for()


def type_number(window: Window, number: str) -> None:
    """Tap a number on the keys of the screen."""
    await_scripts(window.page)
    for sign in number:
        window.page.locator(f'[data-key="{sign}"]').tap()


def arrive(window: Window, person: Candidate) -> str:
    """Come to a kiosk, type the last six, say "that is me"; return the ticket's number."""
    window.open("/kiosk/")
    go_on(window)
    type_number(window, person.tail)
    go_on(window)
    go_on(window)
    return ticket_number(window.page)


def ticket_number(page: Page) -> str:
    """Return the number on the ticket's screen."""
    page.wait_for_url("**/kiosk/ticket")
    return re.sub(r"\D", "", page.locator(".ticket").inner_text())


def confirm_details(window: Window) -> None:
    """Read and confirm page after page of the form."""
    page = window.page
    page.wait_for_url("**/steps/form")
    while page.url.endswith("/steps/form"):
        go_on(window)


def consent(window: Window, decision: str = "agree") -> None:
    """Read the notices and answer those that ask."""
    while window.page.url.endswith("/steps/consent"):
        answer_consent(window, decision)


def answer_consent(window: Window, decision: str = "agree") -> None:
    """Answer the notice that is shown."""
    choice = window.page.locator(f'.choice__target:has(input[value="{decision}"])')
    if choice.count():
        choice.tap()
    go_on(window)


def come_with_ticket(window: Window, ticket: str) -> None:
    """Type a ticket's number at a booth."""
    window.open("/kiosk/")
    type_number(window, ticket)
    go_on(window)


def sign(window: Window) -> None:
    """Draw a signature of three strokes with a finger."""
    await_scripts(window.page)
    paper = window.page.locator(".signature__paper")
    paper.scroll_into_view_if_needed()
    box = paper.bounding_box()
    if box is None:
        raise AssertionError("no box to sign in")
    touch = window.page.context.new_cdp_session(window.page)
    for stroke in range(3):
        left = box["x"] + box["width"] * (0.2 + 0.2 * stroke)
        points = [
            (
                left + box["width"] * (0.006 * step + 0.02 * sin(step)),
                box["y"] + box["height"] * (0.5 + 0.2 * cos(step)),
            )
            for step in range(14)
        ]
        _draw(touch.send, points)
    touch.detach()


def _draw(send: object, points: list[tuple[float, float]]) -> None:
    if not callable(send):
        raise TypeError("a way to send touches is needed")
    for kind, (x, y) in [("touchStart", points[0]), *(("touchMove", point) for _, point in pairwise(points))]:
        send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y, "force": 0.5}]})
    send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def press_fingers(window: Window) -> None:
    """Let the screen read finger after finger by itself until the next step."""
    window.page.wait_for_url("**/steps/photo", timeout=SLOW_MS)


def take_picture(window: Window) -> None:
    """Have the picture taken after 3-2-1."""
    go_on(window)
    expect(window.page.locator(".taken img")).to_be_visible()


def capture(window: Window, ticket: str) -> None:
    """Do everything that a booth asks: sign, fingers, picture."""
    come_with_ticket(window, ticket)
    sign(window)
    go_on(window)
    press_fingers(window)
    take_picture(window)
    go_on(window)


def call_ticket(window: Window, ticket: str) -> None:
    """At a desk, call one ticket out of the line."""
    window.open("/desk/")
    number = window.page.locator(".rows__number", has_text=spaced(ticket))
    row = window.page.locator(".rows__row", has=number)
    row.locator('button[value="call"]').click()


def spaced(ticket: str) -> re.Pattern[str]:
    """Return what finds a ticket however its digits are set apart."""
    return re.compile(r"\s*".join(ticket))


def materials_match(window: Window) -> None:
    """Press the key for "all originals match"."""
    window.page.wait_for_url("**/steps/materials")
    await_scripts(window.page)
    with window.page.expect_navigation():
        window.page.keyboard.press("F9")


def answer_calls(window: Window) -> None:
    """Say at a desk that somebody goes to each who asked for help."""
    card = window.page.locator('button[formaction*="/desk/help/"]').first
    while card.count():
        with window.page.expect_navigation():
            card.click()
