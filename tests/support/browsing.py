"""Debian's Chromium, one window a station, and a watch over what no page may do."""

import atexit
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache

from playwright.sync_api import (
    APIResponse,
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    Request,
    sync_playwright,
)

from kiosk.demo import STAFF
from tests.support.server import RunningVenue

CHROMIUM = os.environ.get("KAODIAN_CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--mute-audio",
    "--autoplay-policy=no-user-gesture-required",  # as a kiosk is started
)
FULL_HD, TABLET, PHONE = (1920, 1080), (1280, 800), (390, 844)
ZH, EN = "zh_Hans_CN", "en"
WAIT_MS = 15_000
PINS = {person.id: person.pin for person in STAFF}
# A page that is left while it fetches, and a refused form, are no faults of the page.
EXPECTED_NOISE = re.compile(r"the server responded with a status of (40\d|413|422|503)|net::ERR_ABORTED")


@dataclass(slots=True)
class Window:
    """One browser window with cookies of its own.

    Attributes:
        faults: what it did that no page may: errors on the console, refused by the content policy, asked another host.
    """

    page: Page
    url: str
    locale: str = ZH
    faults: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        """Go to a page of this server."""
        self.page.goto(self.url + path)

    def hold(self, *widgets: str) -> None:
        """Keep widgets that act by themselves from doing so, so that there is time to look at a screen."""
        for widget in widgets:
            script = f"**/static/js/{widget}.js"
            self.page.context.route(script, lambda route: route.fulfill(body="", content_type="text/javascript"))

    def watch(self, context: BrowserContext) -> None:
        """Write down every fault from now on."""

        def on_request(request: Request) -> None:
            if not request.url.startswith((self.url, "data:", "blob:")):
                self.faults.append(f"asked another host: {request.url}")

        def on_console(message: ConsoleMessage) -> None:
            if message.type in ("error", "warning") and not EXPECTED_NOISE.search(message.text):
                where = message.page.url if message.page else "?"
                self.faults.append(f"console {message.type} on {where}: {message.text}")

        context.on("request", on_request)
        context.on("console", on_console)
        context.on("weberror", lambda error: self.faults.append(f"script: {error.error}"))


class Windows:
    """Opens windows on a running venue, paired and signed in without a detour through the screens."""

    def __init__(self, browser: Browser, venue: RunningVenue) -> None:
        self._browser = browser
        self.venue = venue
        self.opened: list[Window] = []

    def plain(self, url: str, locale: str = ZH, size: tuple[int, int] = FULL_HD, touch: bool = True) -> Window:
        """Open a window that belongs to no station yet."""
        context = self._browser.new_context(
            viewport={"width": size[0], "height": size[1]}, has_touch=touch, reduced_motion="reduce"
        )
        context.set_default_timeout(WAIT_MS)
        window = Window(context.new_page(), url, locale)
        window.watch(context)
        if locale != ZH:
            _post(context, url, "/preferences/" if url == self.venue.url else "/preferences", {"locale": locale})
        self.opened.append(window)
        return window

    def station(self, name: str, locale: str = ZH, size: tuple[int, int] = FULL_HD) -> Window:
        """Open a window that is a kiosk, a booth or the board."""
        window = self.plain(self.venue.url, locale, size)
        self._pair(window, name, "lead")
        return window

    def desk(self, name: str, staff: str = "lead", locale: str = ZH, size: tuple[int, int] = FULL_HD) -> Window:
        """Open a window that is a desk with somebody signed in."""
        window = self.plain(self.venue.url, locale, size, touch=False)
        self._pair(window, name, staff)
        return window

    def close_all(self) -> list[str]:
        """Close every window and return what they did wrong."""
        faults = [fault for window in self.opened for fault in window.faults]
        for window in self.opened:
            window.page.context.close()
        self.opened.clear()
        return faults

    def _pair(self, window: Window, station: str, staff: str) -> None:
        answer = {"station": station, "staff": staff, "pin": PINS[staff]}
        _post(window.page.context, window.url, "/pair", answer)


@cache
def _playwright() -> Playwright:
    """Return the one Playwright of this process: a second one beside it refuses to start."""
    playwright = sync_playwright().start()
    atexit.register(playwright.stop)
    return playwright


@contextmanager
def chromium(*arguments: str) -> Iterator[Browser]:
    """Start the browser that the machine has; Playwright's own is never fetched."""
    browser = _playwright().chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, *arguments])
    yield browser
    browser.close()


def _post(context: BrowserContext, url: str, path: str, answers: dict[str, str]) -> APIResponse:
    """Send a form as its page would, with the token of the page."""
    page = context.request.get(url + "/").text()
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    if token is None:
        raise AssertionError(f"no form on the first page of {url}")
    response = context.request.post(url + path, form={"csrf_token": token[1], "next": "/", **answers})
    if not response.ok:
        raise AssertionError(f"{path} answered {response.status}")
    return response
