"""The document camera at a desk: the outline, pages taken by themselves, turned and removed, and what else is said."""

import pytest
from playwright.sync_api import expect

from tests.screens.test_desk_screens import admit, choose, press
from tests.screens.test_kiosk_screens import order
from tests.support import touching
from tests.support.browsing import EN, ZH, Window, Windows
from tests.support.demo_candidates import Candidates
from tests.support.screen_rules import Looker

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]
DESK = {ZH: "desk-5", EN: "desk-6"}
PAPER = "M04"


@pytest.mark.parametrize("locale", [ZH, EN])
def test_pages_before_the_document_camera(locale: str, windows: Windows, look: Looker, candidates: Candidates) -> None:
    camera = f"{DESK[locale]}.document_camera"
    order(windows, camera, fault="nobody")
    desk = windows.desk(DESK[locale], "lead", locale)
    to_the_camera(desk, candidates)
    expect(desk.page.locator("[data-page-words][data-state=wait]")).to_be_visible(timeout=touching.SLOW_MS)
    expect(desk.page.locator(".thumb")).to_have_count(0)
    press(desk, ".desk__actions .button--primary")
    look.at(desk, "desk document camera refused")

    order(windows, camera, subject=0)
    expect(desk.page.locator(".thumb")).to_have_count(1, timeout=touching.SLOW_MS)
    order(windows, camera, subject=1)
    expect(desk.page.locator(".thumb")).to_have_count(2, timeout=touching.SLOW_MS)
    expect(desk.page.locator("svg.outline[data-state=still]")).to_be_visible(timeout=touching.SLOW_MS)
    look.at(desk, "desk document camera")
    expect(desk.page.locator(".thumb")).to_have_count(2)  # the page that still lies there is not taken again

    first = desk.page.locator(".thumb__picture").first
    assert first.evaluate("image => image.naturalHeight > image.naturalWidth")
    press(desk, 'button[value^="turn:"]')
    assert desk.page.locator(".thumb__picture").first.evaluate("image => image.naturalHeight < image.naturalWidth")
    press(desk, 'button[value^="remove:"]')
    expect(desk.page.locator(".thumb")).to_have_count(1)

    order(windows, camera, fault="unplugged")
    expect(desk.page.locator("[data-preview-lost]")).to_be_visible(timeout=touching.SLOW_MS)
    order(windows, camera)


def to_the_camera(desk: Window, candidates: Candidates) -> None:
    """Admit somebody, confirm and consent, and go from the list of materials to the camera."""
    admit(desk, candidates.next().reg_no)
    press(desk, ".desk__actions .button--primary")
    while not desk.page.url.endswith("/steps/materials"):
        choose(desk, "agree")
        press(desk, ".desk__actions .button--primary")
    desk.page.evaluate("document.querySelectorAll('main details').forEach(part => { part.open = true; })")
    press(desk, f'button[value="paper:{PAPER}"]')
