"""A venue without sockets, devices or a region, for tests of single pages."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from kiosk.app import create_app
from kiosk.auth import COOKIE
from kiosk.importing import import_file
from kiosk.settings import parse_settings
from kiosk.venue import Venue, open_venue
from local_db.visits import Visit
from records.evidence import Evidence
from rules.roster.demo import demo_people
from rules.roster.demo_files import write_csv
from tests.support.builders import DAY, DESK, KEY, StillClock

ROLES = ("GUIDE", "REVIEW1", "REVIEW2", "CAPTURE", "LEAD", "ADMIN", "AUDIT")
STATIONS = {"kiosk-1": "kiosk", "kiosk-2": "kiosk", "booth-1": "booth", "desk-1": "desk", "board-1": "board"}


class QuietVenue:
    """One member of staff for each role, named after it, and a few people on the roster."""

    def __init__(self, home: Path, **tables: Any) -> None:
        stations = {name: {"kind": kind, "label": {"zh": name, "en": name}} for name, kind in STATIONS.items()}
        named = {"id": "V-TEST", "name": {"zh": "测试考点", "en": "Test venue"}}
        self.clock = StillClock()
        self.venue: Venue = open_venue(
            parse_settings({"venue": named, "stations": stations, **tables}, home), KEY, self.clock
        )
        self.app: Flask = create_app(self.venue)
        self.app.config["WTF_CSRF_ENABLED"] = False
        for role in ROLES:
            self.venue.book.add(role.lower(), role, "no hash", [role])
        self.people = demo_people(4, DAY, seed=7)
        write_csv(home / "roster.csv", self.people)
        import_file(self.venue, home / "roster.csv")

    def client(self, station: str = "", staff: str | None = None, visit: str | None = None) -> FlaskClient:
        """A browser, paired if a station is named, with a candidate before it if one is named."""
        client = self.app.test_client()
        client.set_cookie("kaodian_ui", "locale=en")
        if station:
            token = self.venue.book.pair(station, staff)
            client.set_cookie(COOKIE, token)
            browser = self.venue.book.browser(token)
            assert browser is not None
            self.venue.book.attend(browser, visit)
        return client

    def arrived(self, number: int = 0) -> Visit:
        """The visit of one of the people, just let in."""
        arrival = Evidence("arrival", self.clock.now(), {"slot": "on_time"})
        pinned = self.venue.journey.profiles.pinned
        return self.venue.store.open_visit(self.people[number].reg_no, pinned, DAY, "normal", arrival, DESK)[0]


@contextmanager
def quiet_venue(home: Path, **tables: Any) -> Iterator[QuietVenue]:
    """Open a venue, and close it."""
    quiet = QuietVenue(home, **tables)
    try:
        yield quiet
    finally:
        quiet.venue.close()
