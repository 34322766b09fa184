"""A whole venue and its region in one process: real apps on real sockets, real drivers on emulated hardware."""

from collections.abc import Iterator, Mapping, Sequence
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
from records.registration import Registration, Slot
from region.signers import enrol
from region.signing import public_text, receipt_signer
from rules.roster.demo import demo_people
from rules.roster.demo_files import write_csv
from tests.support.builders import DAY, KEY, StillClock
from tests.support.camera_rigs import HURRIED
from tests.support.control_files import write_orders
from tests.support.rig_region import Region
from tests.support.web_pages import Browser
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
        self.tables: dict[str, Any] = {}
        """More of the settings, as of the next start."""
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
            **self.tables,
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
