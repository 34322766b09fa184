"""Browsers of signed-in reviewers, for tests of the region's screens."""

from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.support.browsing import FULL_HD, PHONE, ZH, Window
from tests.support.region_app import SECRET
from tests.support.region_site import Site

PATIENCE_MS = 30_000


class Desks:
    """Opens browsers of signed-in reviewers and holds them to what no page may do."""

    def __init__(self, browser: Browser, site: Site) -> None:
        self._browser, self._site = browser, site
        self.opened: list[Window] = []

    def open(self, name: str, locale: str = ZH, *, scripts: bool = True) -> Window:
        """Return a window in which somebody has signed in."""
        viewport: ViewportSize = {"width": FULL_HD[0], "height": FULL_HD[1]}
        context = self._browser.new_context(viewport=viewport, reduced_motion="reduce", java_script_enabled=scripts)
        context.set_default_timeout(PATIENCE_MS)
        cookie = f"kaodian_region_ui_{self._site.region.settings.port}"
        context.add_cookies([{"name": cookie, "value": f"locale:{locale}", "url": self._site.url}])
        window = Window(context.new_page(), self._site.url, locale)
        window.watch(context)
        self.opened.append(window)
        sign_in(window, name, SECRET)
        return window

    def close_all(self) -> list[str]:
        """Close every window and return what was wrong in any."""
        for window in self.opened:
            window.page.context.close()
        return [fault for window in self.opened for fault in window.faults]


def sign_in(window: Window, name: str, secret: str) -> None:
    """Go through the screen of signing in."""
    window.open("/sign-in")
    window.page.locator("#field-name").fill(name)
    window.page.locator("#field-secret").fill(secret)
    window.page.locator("main .button--primary").click()
    window.page.wait_for_url(lambda url: not url.endswith("/sign-in"))


def ready(page: Page) -> None:
    """Wait until every widget answers."""
    expect(page.locator("html[data-started=yes]")).to_have_count(1)


def press(page: Page, key: str) -> None:
    """Press a key that leads to another page, and wait until that one answers."""
    with page.expect_navigation():
        page.keyboard.press(key)
    ready(page)


def fits_a_phone(window: Window) -> None:
    """Hold a page to a phone's width."""
    before = window.page.viewport_size
    window.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    width = window.page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE[0], f"{window.page.url} scrolls sideways on a phone: {width} px"
    assert before
    window.page.set_viewport_size(before)
