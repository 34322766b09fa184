"""The region of a test's venue: the real app, without a network, behind a line that can be cut."""

import base64
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from records.receipt import Receipt, ReceiptSigner
from records.registration import Slot
from region import app as region_app
from region.keys import make_key
from region.receiving import serving
from region.reviewers import add_reviewer
from region.settings import Settings as RegionSettings
from region.signing import receipt_signer
from region.store import Store as RegionStore
from region.store import open_store
from region.venues import add_venue
from tests.support.builders import DAY, StillClock
from tests.support.web_pages import Browser, Page
from tests.support.web_server import WebServer

VENUE_ID, REGION_KEY = "V-TEST", "key-of-the-test-venue"
REVIEWER, SECRET = "审核员测试", "secret-4711"

STAFF: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "lead": ("100001", ("LEAD", "REVIEW1", "REVIEW2", "CAPTURE", "GUIDE")),
    "review": ("200002", ("REVIEW1", "GUIDE", "CAPTURE")),
    "second": ("300003", ("REVIEW2", "CAPTURE")),
    "guide": ("400004", ("GUIDE",)),
    "admin": ("500005", ("ADMIN",)),
}
"""Staff by id: PIN and roles."""

ON_TIME = Slot(DAY, time(9, 0), time(9, 30))
"""The clock stands at nine; everybody has this appointment unless a test says otherwise."""


class RegionLine:
    """Stands before the region and answers in its stead, the way a line, a proxy or a broken region would.

    Attributes:
        mood: `well`, `error` (500), `html` (a portal's page), `busy` (503), `refuse` (422), `swallow` (says
            "stored" and keeps nothing), or a function that looks at each request and returns one of these.
    """

    def __init__(self, app: Callable[..., Any], signer: ReceiptSigner) -> None:
        self._app = app
        self._signer = signer
        self.mood: str | Callable[[Mapping[str, Any]], str] = "well"

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        mood = self.mood(environ) if callable(self.mood) else self.mood
        if mood == "well":
            answer: Iterable[bytes] = self._app(environ, start_response)
            return answer
        status, kind, body = {
            "error": ("500 Internal Server Error", "text/plain", b"oops"),
            "html": ("200 OK", "text/html", b"<html>Please sign in to the hotel's network</html>"),
            "busy": ("503 Service Unavailable", "text/plain", b"later"),
            "swallow": ("200 OK", "application/json", self._untrue_receipt(environ)),
            "refuse": ("422 Unprocessable", "application/json", b'{"error": {"code": "malformed", "message": "no"}}'),
        }[mood]
        start_response(status, [("Content-Type", kind), ("Content-Length", str(len(body)))])
        return [body]

    def _untrue_receipt(self, environ: Mapping[str, Any]) -> bytes:
        receipt = Receipt(announced(environ), "stored")
        return json.dumps(self._signer.sign(receipt, VENUE_ID, datetime.now(UTC))).encode()


def announced(environ: Mapping[str, Any]) -> str:
    """Return the digest that a request is about, "" if it says none."""
    pairs = dict(pair.split(" ") for pair in environ.get("HTTP_UPLOAD_METADATA", "").split(",") if pair)
    told = base64.b64decode(pairs.get("sha256", "")).decode()
    last = str(environ["PATH_INFO"]).rpartition("/")[2]
    return told or (last if len(last) == 64 else "")


class Region:
    """The region on a socket."""

    def __init__(self, home: Path, clock: StillClock) -> None:
        self.settings = RegionSettings(home)
        self.store: RegionStore = open_store(self.settings, clock.now)
        add_venue(self.store, VENUE_ID, "测试考点", REGION_KEY)
        self.recipient = make_key(self.store)
        self.reviewer_id = add_reviewer(self.store, REVIEWER, SECRET, "review")
        self.line = RegionLine(region_app.create_app(self.settings, self.store), receipt_signer(home))
        self.server: WebServer | None = WebServer(self.line, make=serving)
        self.url = self.server.url
        self._port = self.server.port

    def switch_off(self) -> None:
        """Let nobody answer any more."""
        if self.server:
            self.server.stop()
            self.server = None

    def switch_on(self) -> None:
        """Answer again at the same address."""
        self.server = self.server or WebServer(self.line, self._port, make=serving)

    def close(self) -> None:
        """Put everything away."""
        self.switch_off()
        self.store.close()

    def reviewer(self) -> Browser:
        """A reviewer's browser, signed in."""
        browser = Browser(self.url, f"kaodian_region_ui_{self.settings.port}=locale:en")
        browser.press(browser.page.form(action="/sign-in"), name=REVIEWER, secret=SECRET)
        return browser

    def judge(self, record: str, decision: str, step: str = "", reason: str = "") -> Page:
        """Give a verdict through the reviewer's screen."""
        with self.reviewer() as browser:
            form = browser.get(f"/records/{record}").form(action="/verdict")
            return browser.press(form, decision=decision, step=step, reason=reason)
