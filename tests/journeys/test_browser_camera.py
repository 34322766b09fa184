"""A photo taken with the camera of the booth's own browser, in Chromium; and what the page says when there is none."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from devices.bench import furnish
from kiosk.auth import COOKIE
from tests.support.browser_booth import fake_camera, film_of_a_person
from tests.support.browsing import ZH, Window, chromium
from tests.support.candidates import Candidate, Crew
from tests.support.screen_language import Speech
from tests.support.screen_rules import Looker
from tests.support.venue_rig import VenueRig, venue_rig

BOOTH = "booth-1"
SIZE_PX = (1280, 720)
HAVE_ENOUGH_DATA = 4


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VenueRig]:
    with venue_rig(tmp_path_factory.mktemp("venue"), people=4) as rig:
        yield rig


@pytest.fixture(scope="module")
def person(rig: VenueRig) -> Candidate:
    """Somebody whose photo is all that is left, before a booth whose camera is in its browser."""
    person = Crew.at(rig).newcomer().walk("photo")
    rig.venue.benches[BOOTH].shutdown()
    rig.venue.benches[BOOTH] = furnish(BOOTH, {"camera": "browser"})
    return person


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film_of_a_person(tmp_path_factory.mktemp("film"), SIZE_PX)


@pytest.fixture(scope="module")
def filmed(film: Path) -> Iterator[Browser]:
    with chromium(*fake_camera(film)) as browser:
        yield browser


def window_of(rig: VenueRig, browser: Browser, visit: str, *permissions: str, locale: str = "en") -> Window:
    """Open a window of the booth with the candidate before it."""
    assert rig.server is not None
    url = rig.server.url
    token = rig.venue.book.pair(BOOTH, None)
    paired = rig.venue.book.browser(token)
    assert paired is not None
    rig.venue.book.attend(paired, visit)
    context = browser.new_context(
        permissions=list(permissions), viewport={"width": 1280, "height": 800}, reduced_motion="reduce"
    )
    values = {COOKIE: token, "kaodian_ui": f"locale={locale}"}
    context.add_cookies([{"name": name, "value": value, "url": url} for name, value in values.items()])
    window = Window(context.new_page(), url, locale)
    window.watch(context)
    window.open(f"/visits/{visit}/steps/photo")
    return window


def words(page: Page) -> str:
    return page.locator("[data-camera-lost]").inner_text()


def test_a_browser_that_may_not_use_its_camera_says_how_to_allow_it(
    rig: VenueRig, person: Candidate, film: Path
) -> None:
    """Headless Chromium refuses at once where a person would be asked."""
    with chromium() as browser:
        window = window_of(rig, browser, person.visit.id)
        expect(window.page.locator("[data-camera-lost]")).to_be_visible()
        said = words(window.page)
        assert said in (
            "The browser may not use the camera. Click the camera beside the address and allow it.",
            "No camera is connected to this computer. Plug it in; the picture comes by itself.",
        )
        assert rig.venue.benches[BOOTH].status()["camera"].state == "trouble"
    assert window.faults == []


def test_a_page_that_is_not_secure_says_what_to_do(rig: VenueRig, person: Candidate, filmed: Browser) -> None:
    window = window_of(rig, filmed, person.visit.id, "camera")
    window.page.add_init_script("Object.defineProperty(navigator, 'mediaDevices', { value: undefined })")
    window.page.reload()
    expect(window.page.locator("[data-camera-lost]")).to_contain_text("only to a secure page")
    expect(window.page.locator("[data-camera-lost]")).to_contain_text("http://127.0.0.1")
    pressed = window.page.get_by_role("button", name="Take the picture")
    before = person.visit.last_seq
    pressed.click()
    expect(window.page.get_by_text("http://127.0.0.1, or over https, and try again")).to_be_visible(timeout=30_000)
    assert person.visit.last_seq == before
    window.page.context.close()


@pytest.mark.parametrize("locale", ["en", ZH])
def test_the_screens_with_the_browsers_camera_keep_the_rules_of_all_screens(
    rig: VenueRig, person: Candidate, filmed: Browser, film: Path, locale: str
) -> None:
    look = Looker(Speech([film.as_posix(), "测试考点", *rig.venue.settings.stations]))
    window = window_of(rig, filmed, person.visit.id, "camera", locale=locale)
    window.page.wait_for_selector("html[data-started]")
    look.at(window, "photo with the browser's camera")
    window.open("/camera/")
    expect(window.page.locator("[data-camera-picker=camera] option")).not_to_have_count(0)
    look.at(window, "camera of this browser")
    window.page.context.close()
    assert look.faults == []


def test_a_photo_is_taken_with_the_browsers_camera_and_kept_in_full(
    rig: VenueRig, person: Candidate, filmed: Browser
) -> None:
    window = window_of(rig, filmed, person.visit.id, "camera")
    page = window.page
    expect(page.locator("video")).to_have_js_property("readyState", HAVE_ENOUGH_DATA)
    expect(page.locator("[data-camera-lost]")).to_be_hidden()
    page.get_by_role("button", name="Take the picture").click()
    expect(page.locator("h1")).to_contain_text("picture", timeout=60_000)
    page.wait_for_selector("img[alt='The picture just taken']", timeout=60_000)
    taken = person.visit.entries[-1].evidence
    assert (taken.step, taken.data["device"]) == ("photo", "camera.browser")
    original = next(file for file in taken.attachments if file.role == "original")
    with Image.open(io.BytesIO(rig.venue.store.blobs.get(original.digest))) as image:
        assert image.size == SIZE_PX, "of the camera's full size"
    page.context.close()
    assert window.faults == []


def test_which_camera_is_used_is_chosen_once_and_kept(rig: VenueRig, person: Candidate, filmed: Browser) -> None:
    window = window_of(rig, filmed, person.visit.id, "camera")
    window.open("/camera/")
    picker = window.page.locator("[data-camera-picker=camera]")
    expect(picker.locator("option")).not_to_have_count(0)
    picker.dispatch_event("change")
    chosen = picker.input_value()
    assert window.page.evaluate("localStorage.getItem('kaodian-camera-camera')") == chosen
    window.page.reload()
    expect(window.page.locator("video")).to_have_js_property("readyState", HAVE_ENOUGH_DATA)
    used = window.page.evaluate("document.querySelector('video').srcObject.getVideoTracks()[0].getSettings().deviceId")
    assert used == chosen
    window.page.context.close()


def test_what_is_no_picture_or_not_this_stations_is_refused(rig: VenueRig, person: Candidate) -> None:
    booth, desk = rig.browser(BOOTH), rig.browser("desk-1")
    token = booth.get("/kiosk/").form(action="/kiosk/help").value("csrf_token")
    for body, status in ((b"no picture", 415), (b"", 415), (b"\x89PNG\r\n\x1a\n" + bytes(40), 415)):
        answer = booth.raw("POST", "/camera/camera/frames?window=x", content=body, headers={"X-CSRFToken": token})
        assert answer.status_code == status
    assert booth.raw("POST", "/camera/camera/frames?window=x", content=b"x").status_code == 400
    assert booth.raw("POST", "/camera/fingerprint/frames", headers={"X-CSRFToken": token}).status_code == 404
    token = desk.get("/devices/").form("device-act").value("csrf_token")
    answer = desk.raw("POST", "/camera/camera/frames", content=b"x", headers={"X-CSRFToken": token})
    assert answer.status_code == 404, "its camera is another one"
