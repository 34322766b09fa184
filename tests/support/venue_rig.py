"""A whole venue and its region in one process: real apps on real sockets, real drivers on emulated hardware."""

import base64
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

from kiosk.app import create_app
from kiosk.importing import import_file
from kiosk.key_commands import opened_keys
from kiosk.serving import server_options
from kiosk.settings import Settings, parse_settings
from kiosk.venue import Venue, open_venue
from local_db.roster.demo import demo_people
from local_db.roster.demo_files import write_csv
from records.receipt import Receipt, ReceiptSigner
from records.registration import Registration, Slot
from region import app as region_app
from region.keys import make_key
from region.receiving import serving
from region.reviewers import add_reviewer
from region.settings import Settings as RegionSettings
from region.signers import enrol
from region.signing import public_text, receipt_signer
from region.store import Store as RegionStore
from region.store import open_store
from region.venues import add_venue
from tests.support.builders import DAY, KEY, StillClock
from tests.support.camera_rigs import HURRIED
from tests.support.control_files import write_orders
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


class VenueRig:
    """The venue on a socket, with its region."""

    def __init__(
        self,
        folder: Path,
        profile: str = "default",
        people: int = 30,
        home: Path | None = None,
        demo: bool = False,
        backup: Path | None = None,
        imports: bool = True,
        **slots: Slot | None,
    ) -> None:
        """Build everything.

        Args:
            backup: the folder that stands for the stick; None for a venue that makes no backups.
            imports: whether the venue has the roster as a file.
            slots: other appointments, by the candidate's place in the roster: `p3=None`.
        """
        self.home = home or folder / "venue"
        self.home.mkdir(parents=True, exist_ok=True)
        self.profile, self._is_demo, self._backup = profile, demo, backup
        self.clock = StillClock()
        self.region = Region(folder / "region", self.clock)
        (self.home / "region.key").write_text(REGION_KEY, encoding="ascii")
        (self.home / "region-receipt.pub").write_text(public_text(receipt_signer(folder / "region")), "utf-8")
        (self.home / "region-sealing.pub").write_text(self.region.recipient, encoding="ascii")
        self._make_key()
        self.people = _people(people, slots)
        self._next = iter(self.people)
        self._browsers: list[Browser] = []
        self.server: WebServer | None = None
        self._port = 0
        self.open()
        self._furnish(folder / "roster.csv", imports)

    def open(self) -> None:
        """Start the venue on what lies in its folder."""
        self.venue: Venue = open_venue(self._settings(), KEY, self.clock)
        options: dict[str, Any] = {**server_options(self.venue.settings.server), "threads": 8}
        self.server = WebServer(create_app(self.venue), self._port, **options)
        self._port = self.server.port

    def stop(self) -> None:
        """Stop the venue as a service manager does."""
        if self.server:
            self.server.stop()
            self.server = None
            self.venue.close()

    def close(self) -> None:
        """Put everything away."""
        for browser in self._browsers:
            browser.close()
        self.stop()
        self.region.close()

    def browser(self, station: str = "", staff: str = "") -> Browser:
        """A browser, paired with a station if one is named; at a desk the one who pairs is signed in."""
        assert self.server is not None
        browser = Browser(self.server.url)
        self._browsers.append(browser)
        if station:
            who = staff or "lead"
            form = browser.get("/pair").form("pair-form")
            browser.press(form, station=station, staff=who, pin=STAFF[who][0])
        return browser

    def newcomer(self) -> Registration:
        """Somebody of the roster who has not been here yet."""
        return next(self._next)

    def control(self, station: str, role: str, **words: object) -> None:
        """Tell an emulated device what to do."""
        write_orders(self._control(station, role), **words)

    def printed(self, station: str) -> list[Path]:
        """The slips that have come out of a station's printer."""
        return sorted((self.home / "printed" / station).glob("*.png"))

    def sync(self, rounds: int = 1) -> bool:
        """Do what the background does; tell whether the region answered at last."""
        assert self.venue.worker is not None
        return [self.venue.worker.round() for _round in range(rounds)][-1]

    def _control(self, station: str, role: str) -> Path:
        return self.home / "devices" / f"{station}.{role}.json"

    def _settings(self) -> Settings:
        stations: dict[str, Any] = {
            name: {"kind": name.partition("-")[0], "label": {"zh": name, "en": name}}
            for name in ("kiosk-1", "kiosk-2", "desk-1", "desk-2", "booth-1", "board-1")
        }
        for name in ("desk-1", "booth-1"):
            stations[name] |= self._devices(name)
        for name in ("desk-1", "booth-1", "kiosk-1"):
            stations[name] |= self._desk_devices(name)
        stations["kiosk-2"]["card"] = "keyboard"
        tables: dict[str, Any] = {
            "venue": {"id": VENUE_ID, "name": {"zh": "测试考点", "en": "Test venue"}, "profile": self.profile},
            "region": {"url": self.region.url, "key_file": "region.key"},
            "bundle": {"folders": [str(self.home.parent / "stick")]},
            "stations": stations,
            "demo": self._is_demo,
        }
        if self._backup:
            tables["backup"] = {"folder": str(self._backup), "same_disk": True}
        return parse_settings(tables, self.home)

    def _devices(self, station: str) -> dict[str, Any]:
        camera = {"driver": "file", "fps": 20, "patience": HURRIED}
        return {
            "camera": camera | {"control": str(self._control(station, "camera"))},
            "document_camera": camera | {"scene": "page", "control": str(self._control(station, "document_camera"))},
            "fingerprint": {
                "driver": "emulated",
                "press_after_s": 0.0,
                "control": str(self._control(station, "fingerprint")),
            },
        }

    def _desk_devices(self, station: str) -> dict[str, Any]:
        return {
            "card": {"driver": "simulated", "control": str(self._control(station, "card"))},
            "printer": {
                "driver": "file",
                "path": str(self.home / "printed" / station),
                "control": str(self._control(station, "printer")),
            },
        }

    def _make_key(self) -> None:
        """Make the venue's signing key and have it enrolled."""
        with opened_keys(self._settings(), KEY, self.clock) as keys:
            if not keys.history():
                enrol(self.region.store, VENUE_ID, keys.make().public)

    def _furnish(self, roster: Path, imports: bool) -> None:
        for staff_id, (pin, roles) in STAFF.items():
            if self.venue.book.get(staff_id) is None:
                self.venue.book.add(staff_id, f"{staff_id}（测试）", self.venue.doorkeeper.hash(pin), roles)
        write_csv(roster, self.people)
        if imports:
            import_file(self.venue, roster)


@contextmanager
def venue_rig(folder: Path, profile: str = "default", **options: Any) -> Iterator[VenueRig]:
    """Run a venue and a region; nothing is left running."""
    rig = VenueRig(folder, profile, **options)
    try:
        yield rig
    finally:
        rig.close()


def at(hours: int, minutes: int = 0, days: int = 0) -> datetime:
    """Return a moment of the venue's day as the clock tells it."""
    return datetime.combine(DAY, time(), UTC) + timedelta(days=days, hours=hours - 8, minutes=minutes)


def _people(count: int, slots: Mapping[str, Slot | None]) -> Sequence[Registration]:
    people = demo_people(count, DAY, seed=7)
    return [replace(person, slot=slots.get(f"p{place}", ON_TIME)) for place, person in enumerate(people)]
