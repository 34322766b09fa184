"""What candidates see off the straight way: other ways to be found, mistakes, waiting, trouble with a device."""

import json

import pytest
from playwright.sync_api import expect

from tests.support import touching
from tests.support.browsing import EN, ZH, Window, Windows
from tests.support.demo_candidates import NAMESAKES_TAIL, Candidates, roster_of_namesakes
from tests.support.screen_rules import Looker, picture

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]
LOCALES = pytest.mark.parametrize("locale", [ZH, EN])


def order(windows: Windows, device: str, **orders: object) -> None:
    """Tell a simulated device what to do from now on."""
    folder = windows.venue.home / "devices"
    folder.mkdir(exist_ok=True)
    (folder / f"{device}.json").write_text(json.dumps(orders), encoding="utf-8")


@LOCALES
def test_being_found(locale: str, windows: Windows, look: Looker, candidates: Candidates) -> None:
    kiosk = windows.station("kiosk-1", locale)
    kiosk.hold("idle", "leave")
    for by in ("id_no", "reg_no", "ticket"):
        kiosk.open(f"/kiosk/identify?by={by}")
        look.at(kiosk, f"kiosk identify {by}")
    kiosk.open("/kiosk/identify?by=tail")
    touching.type_number(kiosk, "1234")
    touching.go_on(kiosk)
    look.at(kiosk, "kiosk identify refused")
    import_namesakes(windows)
    kiosk.open("/kiosk/identify?by=tail")
    touching.type_number(kiosk, NAMESAKES_TAIL)
    touching.go_on(kiosk)
    look.at(kiosk, "kiosk choose")
    touching.go_on(kiosk)
    look.at(kiosk, "kiosk choose refused")
    not_now = candidates.at_another_time()
    kiosk.open("/kiosk/identify?by=id_no")
    touching.type_number(kiosk, not_now.id_no)
    touching.go_on(kiosk)
    look.at(kiosk, "kiosk confirm whole name")
    touching.go_on(kiosk)
    look.at(kiosk, "kiosk confirm refused")


@LOCALES
def test_coming_back_and_asking_for_a_correction(
    locale: str, windows: Windows, look: Looker, candidates: Candidates
) -> None:
    person = candidates.next()
    kiosk = windows.station("kiosk-2", locale)
    kiosk.hold("idle", "leave")
    ticket = touching.arrive(kiosk, person)
    kiosk.open("/kiosk/identify?by=ticket")
    touching.type_number(kiosk, ticket)
    touching.go_on(kiosk)
    look.at(kiosk, "kiosk proof")
    touching.go_on(kiosk)
    look.at(kiosk, "kiosk proof refused")
    touching.type_number(kiosk, person.id_no[-4:])
    touching.go_on(kiosk)
    kiosk.page.evaluate("document.querySelector('[data-idle-dialog]').showModal()")
    look.at(kiosk, "kiosk idle warning")
    kiosk.page.evaluate("document.querySelector('[data-idle-dialog]').close()")
    kiosk.page.locator(".kiosk__help form button").tap()
    expect(kiosk.page.locator(".notices .notice")).to_be_visible()
    look.at(kiosk, "kiosk staff called")
    kiosk.page.locator(".tick").nth(4).tap()
    touching.confirm_details(kiosk)
    touching.go_on(kiosk) if kiosk.page.url.endswith("/steps/consent") else None
    look.at(kiosk, "kiosk after a correction")


@LOCALES
def test_refusing_and_going_astray(locale: str, windows: Windows, look: Looker, candidates: Candidates) -> None:
    kiosk = windows.station("kiosk-1", locale)
    kiosk.hold("idle", "leave")
    touching.arrive(kiosk, candidates.next())
    touching.go_on(kiosk)
    touching.confirm_details(kiosk)
    touching.answer_consent(kiosk)
    touching.go_on(kiosk)
    look.at(kiosk, "step consent refused")
    kiosk.open("/kiosk/nothing-here")
    look.at(kiosk, "kiosk failure")
    kiosk.open("/sign-in")
    look.at(kiosk, "kiosk sign-in")
    strange = windows.plain(kiosk.url, locale)
    strange.open("/nothing-here")
    look.at(strange, "failure without a station")


@LOCALES
def test_trouble_in_the_booth(locale: str, windows: Windows, look: Looker, candidates: Candidates) -> None:
    ticket = ready_for_the_booth(windows, locale, candidates)
    booth = windows.station("booth-2", locale)
    booth.hold("idle", "leave", "autosubmit")
    order(windows, "booth-2.fingerprint")
    order(windows, "booth-2.camera")
    booth.open("/kiosk/")
    touching.type_number(booth, "9999")
    touching.go_on(booth)
    look.at(booth, "booth ticket refused")
    touching.come_with_ticket(booth, ticket)
    touching.tap_main(booth)
    expect(booth.page.locator("[data-signature-problem]")).to_be_visible()
    look.at(booth, "step signature empty")
    booth.page.locator("[data-dialog=signed]").tap()
    look.at(booth, "step signature what is signed")
    booth.page.keyboard.press("Escape")
    expect(booth.page.locator("dialog#signed")).to_be_hidden()
    touching.sign(booth)
    touching.go_on(booth)
    look.at(booth, "step fingerprint")
    if locale == ZH:
        picture(booth, "fingerprint")
    order(windows, "booth-2.fingerprint", quality="dry")
    touching.go_on(booth)
    look.at(booth, "step fingerprint dry")
    order(windows, "booth-2.fingerprint", fault="unplugged")
    touching.go_on(booth)
    look.at(booth, "step fingerprint unplugged")
    order(windows, "booth-2.fingerprint")
    while booth.page.url.endswith("/steps/fingerprint"):
        touching.go_on(booth)
    bad_pictures(booth, windows, look)


def import_namesakes(windows: Windows) -> None:
    """Bring two people into the roster who end alike, as the lead does it."""
    desk = windows.desk("desk-9")
    desk.open("/admin/roster")
    file = {"name": "namesakes.csv", "mimeType": "text/csv", "buffer": roster_of_namesakes().encode()}
    desk.page.locator("#field-file").set_input_files(file)  # type: ignore[arg-type]
    desk.page.locator(".desk__main .button--primary").click()
    expect(desk.page.locator(".notice--good")).to_be_visible()


def bad_pictures(booth: Window, windows: Windows, look: Looker) -> None:
    """Have a picture taken of nobody, and then lose the camera."""
    order(windows, "booth-2.camera", fault="nobody")
    expect(booth.page.locator(".checks__item--wait").first).to_be_visible(timeout=touching.SLOW_MS)
    look.at(booth, "step photo of nobody")
    touching.go_on(booth)
    look.at(booth, "step photo not usable")
    touching.go_on(booth)
    order(windows, "booth-2.camera", fault="unplugged")
    expect(booth.page.locator("[data-preview-lost]")).to_be_visible(timeout=touching.SLOW_MS)
    look.at(booth, "step photo without a camera")
    touching.go_on(booth)
    look.at(booth, "step photo trouble")
    order(windows, "booth-2.camera")


def ready_for_the_booth(windows: Windows, locale: str, candidates: Candidates) -> str:
    """Walk somebody to where the booth begins and return the ticket."""
    kiosk = windows.station("kiosk-1", locale)
    ticket = touching.arrive(kiosk, candidates.next())
    touching.go_on(kiosk)
    touching.confirm_details(kiosk)
    touching.consent(kiosk)
    desk = windows.desk("desk-2", locale=locale)
    touching.call_ticket(desk, ticket)
    touching.materials_match(desk)
    return ticket
