"""What staff see: from the first pairing of a browser to the lead's overview, mistakes and exceptions included."""

from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import expect

from region.demo import DEMO_REVIEWERS
from tests.support import touching
from tests.support.browsing import EN, PINS, ZH, Window, Windows
from tests.support.demo_candidates import Candidates
from tests.support.screen_rules import Looker

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]
LOCALES = pytest.mark.parametrize("locale", [ZH, EN])
OUR_DESK = {ZH: "desk-3", EN: "desk-4"}


def press(window: Window, selector: str) -> None:
    """Click what leads to another page."""
    with window.page.expect_navigation():
        window.page.locator(selector).first.click()


def fill_pin(window: Window, staff: str, pin: str) -> None:
    window.page.locator("#field-staff").select_option(staff)
    window.page.locator("#field-pin").fill(pin)


@LOCALES
def test_pairing_and_signing_in(locale: str, windows: Windows, look: Looker) -> None:
    window = windows.plain(windows.venue.url, locale, touch=False)
    window.open("/")
    look.at(window, "pair")
    press(window, ".desk__actions .button--primary")
    look.at(window, "pair refused")
    window.page.locator(f'.choice__target:has(input[value="{OUR_DESK[locale]}"])').click()
    fill_pin(window, "lead", PINS["lead"])
    press(window, ".desk__actions .button--primary")
    window.page.wait_for_url("**/desk/")
    press(window, ".desk__who button")
    look.at(window, "sign-in")
    fill_pin(window, "guide", "999999")
    press(window, ".desk__actions .button--primary")
    look.at(window, "sign-in refused")
    fill_pin(window, "guide", PINS["guide"])
    press(window, ".desk__actions .button--primary")
    look.at(window, "desk queue of a guide")
    window.open("/lead/")
    look.at(window, "desk not allowed")


@LOCALES
def test_finding_and_letting_in(locale: str, windows: Windows, look: Looker, candidates: Candidates) -> None:
    desk = windows.desk(OUR_DESK[locale], "review", locale)
    page = desk.page
    desk.open("/arrivals/")
    look.at(desk, "arrivals")
    search(desk, candidates.at_another_time().reg_no)
    expect(page.locator(".door")).to_be_visible()
    look.at(desk, "arrivals at another time")
    if page.locator(".door form").count():
        press(desk, ".door form button[type=submit]")
        look.at(desk, "arrivals not let in")
    for text, name in (("没有这个人", "search nothing"), ("测试", "search")):
        desk.open("/search/")
        search(desk, text)
        look.at(desk, name)


@LOCALES
def test_every_step_at_a_desk(locale: str, windows: Windows, look: Looker, candidates: Candidates) -> None:
    desk = windows.desk(OUR_DESK[locale], "lead", locale)
    admit(desk, candidates.next().reg_no)
    look.at(desk, "visit just begun")
    press(desk, ".desk__actions .button--primary")
    desk.page.locator(".tick").nth(3).click()
    look.at(desk, "desk form")
    while desk.page.locator(".desk__actions .button--primary").count() and desk.page.url.endswith("/form"):
        press(desk, ".desk__actions .button--primary")
    look.at(desk, "desk corrections")
    decide_corrections(desk, look)
    desk.page.wait_for_url("**/steps/consent")
    look.at(desk, "desk consent")
    for decision in ("agree", "agree", "refuse"):
        choose(desk, decision)
        press(desk, ".desk__actions .button--primary")
    materials(desk, look)
    sign_on_paper(desk, look)
    desk.page.wait_for_url("**/steps/fingerprint")
    open_all(desk)
    look.at(desk, "desk fingerprint not agreed to")
    desk.page.locator(".desk__side button[data-dialog=again]").click()
    look.at(desk, "desk step again")


def sign_on_paper(desk: Window, look: Looker) -> None:
    """Keep the picture of a signed sheet, for want of a hand that can draw."""
    desk.page.wait_for_url("**/steps/signature")
    open_all(desk)
    desk.page.locator("#paper-form #field-reason").fill("右手受伤")
    press(desk, "#paper-form button[type=submit]")
    look.at(desk, "desk signature on paper refused")
    sheet = BytesIO()
    Image.new("RGB", (1200, 1600), "white").save(sheet, "PNG")
    file = {"name": "sheet.png", "mimeType": "image/png", "buffer": sheet.getvalue()}
    desk.page.locator("#paper-form input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    press(desk, "#paper-form button[type=submit]")


@LOCALES
def test_overviews(locale: str, windows: Windows, look: Looker) -> None:
    lead = windows.desk(OUR_DESK[locale], "lead", locale)
    pages = {"lead": "/lead/", "sending": "/lead/sending/?all=1", "devices": "/devices/", "roster": "/admin/roster"}
    for name, path in {**pages, "failure": "/none"}.items():
        lead.open(path)
        look.at(lead, name)
    lead.open("/admin/roster")
    press(lead, ".desk__main .button--primary")
    look.at(lead, "roster refused")
    lead.open("/admin/backup/")
    look.at(lead, "backup")
    press(lead, ".desk__main .button--primary")
    look.at(lead, "backup made")
    board = windows.station("board-1", locale)
    board.open("/board/")
    look.at(board, "board")


@LOCALES
def test_the_regions_other_screens(locale: str, windows: Windows, look: Looker) -> None:
    region = windows.plain(windows.venue.region_url, locale, touch=False)
    region.open("/")
    region.page.locator("#field-name").fill(DEMO_REVIEWERS[0][0])
    region.page.locator("#field-secret").fill("000000")
    press(region, ".button--primary")
    look.at(region, "region sign-in refused")
    region.page.locator("#field-secret").fill(DEMO_REVIEWERS[0][1])
    press(region, ".button--primary")
    region.open("/checkpoints")
    look.at(region, "region venues' logs")
    region.open("/records")
    region.open("/records?reg_no=1")
    look.at(region, "region nothing found")
    region.open("/records/nothing")
    look.at(region, "region problem")


def admit(desk: Window, reg_no: str) -> None:
    """Give somebody a ticket at the door."""
    desk.open("/arrivals/")
    search(desk, reg_no)
    press(desk, ".door form button[type=submit]")
    desk.page.wait_for_url("**/overview")


def search(desk: Window, text: str) -> None:
    """Look somebody up."""
    desk.page.locator("#field-text").fill(text)
    with desk.page.expect_navigation():
        desk.page.keyboard.press("Enter")


def choose(desk: Window, value: str) -> None:
    """Choose an answer where there is one to choose."""
    choice = desk.page.locator(f'.choice__target:has(input[value="{value}"])')
    if choice.count():
        choice.first.click()


def open_all(desk: Window) -> None:
    """Open every part that is folded away."""
    desk.page.evaluate("document.querySelectorAll('main details').forEach(part => { part.open = true; })")


def decide_corrections(desk: Window, look: Looker) -> None:
    """Refuse to decide without a reason, then decide."""
    press(desk, 'button[value^="accept:"]')
    look.at(desk, "desk corrections refused")
    desk.page.locator('input[name^="new-"]').first.fill("No. 2 Test Hospital")  # no employer of the made-up people
    desk.page.locator('input[name^="shown-"]').first.fill("工作证")
    press(desk, 'button[value^="accept:"]')
    while desk.page.url.endswith("/form"):
        press(desk, ".desk__actions .button--primary")


def materials(desk: Window, look: Looker) -> None:
    """Leave out a reason, then let one original be brought later, then find that all match."""
    desk.page.wait_for_url("**/steps/materials")
    pending = desk.page.locator('.choice__target:has(input[value="pending"])').nth(1)
    pending.click()
    press(desk, ".desk__actions .button--primary")
    look.at(desk, "desk materials refused")
    open_all(desk)
    look.at(desk, "desk materials everything open")
    desk.page.locator("select:not([id*=refusal])").nth(1).select_option("forgotten")
    press(desk, ".desk__actions .button--primary")
    look.at(desk, "desk materials to be brought")
    desk.page.locator('.choice__target:has(input[value="pass"])').nth(1).click()
    touching.materials_match(desk)


@LOCALES
def test_the_auditors_page(locale: str, windows: Windows, look: Looker) -> None:
    desk = windows.desk(OUR_DESK[locale], "audit", locale)
    desk.open("/")
    look.at(desk, "audit log")
    press(desk, ".desk__actions form button")
    look.at(desk, "audit log checked")
