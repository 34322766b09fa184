"""A booth whose camera is in its browser: a venue on loopback, and Chromium with a film in place of a camera."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
from playwright.sync_api import Browser, BrowserContext, Page

from devices.base import Camera
from devices.bench import furnish
from devices.camera.stage import Stage
from kiosk.auth import COOKIE
from tests.support.browsing import chromium
from tests.support.quiet_venue import QuietVenue
from tests.support.sensors import until
from tests.support.web_server import WebServer

STATION = "booth-1"
FRAMES, SIZE_PX = 12, (640, 360)
OPTIONS = {"driver": "browser", "patience": {"open_s": 10.0, "frozen_s": 1.0}}

PAINTED = """() => {
    const video = document.querySelector("video");
    const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 360 });
    const context = canvas.getContext("2d");
    context.fillStyle = "COLOUR";
    context.fillRect(0, 0, 640, 360);
    window.seen = video.srcObject;
    video.srcObject = canvas.captureStream(10);
}"""
UNPAINTED = "() => { document.querySelector('video').srcObject = window.seen; }"
FAULTS = {
    "unplugged": """() => {
        const devices = navigator.mediaDevices;
        window.whole = devices.getUserMedia.bind(devices);
        devices.getUserMedia = () => Promise.reject(new DOMException("", "NotFoundError"));
        const [track] = document.querySelector("video").srcObject.getTracks();
        track.stop();
        track.dispatchEvent(new Event("ended"));
    }""",
    "frozen": "() => document.querySelector('video').pause()",
    "black": PAINTED.replace("COLOUR", "rgb(0, 0, 0)"),
    "green": PAINTED.replace("COLOUR", "rgb(0, 135, 0)"),
}
CURES = {
    "unplugged": """() => {
        navigator.mediaDevices.getUserMedia = window.whole;
        navigator.mediaDevices.dispatchEvent(new Event("devicechange"));
    }""",
    "frozen": "() => document.querySelector('video').play()",
    "black": UNPAINTED,
    "green": UNPAINTED,
}
"""What the browser does when its camera is pulled out, freezes or goes black, and when it is well again."""


class Booth:
    """The venue, the browser, and hands that reach into the page."""

    def __init__(self, venue: QuietVenue, server: WebServer, browser: Browser) -> None:
        self.venue, self.server = venue, server
        self._browser = browser
        self._context: BrowserContext | None = None
        self.page: Page | None = None
        self._fault = ""

    def furnish(self) -> Camera:
        """Give the booth a fresh camera and return it."""
        bench = furnish(STATION, {"camera": OPTIONS})
        self.venue.venue.benches[STATION] = bench
        return bench.camera

    def open_page(self, path: str = "/camera/", visit: str | None = None) -> Page:
        """Open a page of the booth."""
        self._context = self._browser.new_context(permissions=["camera"])
        token = self.venue.venue.book.pair(STATION, None)
        found = self.venue.venue.book.browser(token)
        assert found is not None
        self.venue.venue.book.attend(found, visit)
        self._context.add_cookies(
            [
                {"name": COOKIE, "value": token, "url": self.server.url},
                {"name": "kaodian_ui", "value": "locale=en", "url": self.server.url},
            ]
        )
        self.page = self._context.new_page()
        self.page.goto(self.server.url + path)
        return self.page

    def close_page(self) -> None:
        """Close the window."""
        self._fault = ""
        if self._context is not None:
            self._context.close()

    def fault(self, name: str) -> None:
        """Cause a fault of the browser's camera; an empty name puts it right."""
        assert self.page is not None
        if name != self._fault:
            self.page.evaluate(FAULTS[name] if name else CURES[self._fault])
            self._fault = name
            if name == "unplugged":  # the others are seen in the pictures; this one the page has to say
                until(lambda: self.venue.venue.benches[STATION].camera.status().state == "trouble")


@contextmanager
def booth(folder: Path) -> Iterator[Booth]:
    """Run the venue and the browser; nothing is left running."""
    (folder / "booth").mkdir()
    film = film_of_a_person(folder / "booth", SIZE_PX)
    with chromium(*fake_camera(film)) as browser, venue_on_loopback(folder / "venue") as (venue, server):
        yield Booth(venue, server, browser)


def film_of_a_person(folder: Path, size_px: tuple[int, int]) -> Path:
    """Return a film of the first demo person."""
    film, stage = folder / "person.mjpeg", Stage("person", 0)
    with film.open("wb") as file:
        for _ in range(FRAMES):
            frame = cv2.resize(stage.frame("", None), size_px, interpolation=cv2.INTER_AREA)
            file.write(cv2.imencode(".jpg", frame)[1].tobytes())
    return film


def fake_camera(film: Path) -> list[str]:
    """Return Chromium's arguments for a film in place of a camera, with nobody to be asked."""
    return [
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    ]


@contextmanager
def venue_on_loopback(home: Path) -> Iterator[tuple[QuietVenue, WebServer]]:
    """Serve a quiet venue whose booth has a browser camera."""
    home.mkdir(parents=True)
    quiet = QuietVenue(home)
    quiet.app.config["WTF_CSRF_ENABLED"] = True
    server = WebServer(quiet.app, threads=8)
    try:
        yield quiet, server
    finally:
        server.stop()
        quiet.venue.close()
