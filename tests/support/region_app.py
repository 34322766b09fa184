"""A region with one venue and one reviewer, and the two ways of talking to it."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from records.seal import SealedRecord
from region.app import create_app
from region.keys import restore_key
from region.reviewers import add_reviewer
from region.settings import Settings
from region.signers import enrol
from region.store import Store, open_store
from region.venues import add_venue
from tests.support.region_records import IDENTITY, OTHER_SIGNER, SIGNER, VENUE

OTHER_VENUE = "V-OTHER"
KEY, OTHER_KEY = "key-of-the-test-venue", "key-of-another-venue"
NAME, SECRET = "审核员测试", "secret-4711"
CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')


class Clock:
    """A clock that moves only when told to."""

    def __init__(self) -> None:
        self.at = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def advance(self, **by: float) -> None:
        """Move on."""
        self.at += timedelta(**by)


@dataclass(frozen=True, slots=True)
class Region:
    """A running region without a network."""

    app: Flask
    store: Store
    clock: Clock
    settings: Settings

    def put(self, path: str, content: bytes, key: str = KEY, media_type: str = "image/png") -> TestResponse:
        """Send as a venue does."""
        headers = {"Authorization": f"Bearer {key}", "Content-Type": media_type}
        return self.app.test_client().put(f"/api/v1{path}", data=content, headers=headers)

    def get(self, path: str, key: str = KEY) -> TestResponse:
        """Ask as a venue does."""
        return self.app.test_client().get(f"/api/v1{path}", headers={"Authorization": f"Bearer {key}"})

    def deliver(self, record: SealedRecord, files: dict[str, bytes]) -> None:
        """Send a record with all its files."""
        assert self.put(f"/records/{record.digest}", record.content).status_code in (200, 201)
        for digest, content in files.items():
            assert self.put(f"/files/{digest}", content).status_code in (200, 201)


class Browser:
    """A reviewer's browser: keeps cookies and sends each form with its token."""

    def __init__(self, region: Region, locale: str = "en") -> None:
        self.client: FlaskClient = region.app.test_client()
        self.client.set_cookie(f"kaodian_region_ui_{region.settings.port}", f"locale:{locale}")
        self._token = ""

    def get(self, path: str) -> TestResponse:
        """Open a page."""
        response = self.client.get(path)
        found = CSRF.search(response.text) if response.mimetype == "text/html" else None
        self._token = found[1] if found else self._token
        return response

    def post(self, path: str, **fields: str) -> TestResponse:
        """Send a form with the token of the last page."""
        return self.client.post(path, data={"csrf_token": self._token, **fields})

    def sign_in(self, name: str = NAME, secret: str = SECRET) -> TestResponse:
        """Sign in through the screen."""
        self.get("/sign-in")
        response = self.post("/sign-in", name=name, secret=secret)
        if response.status_code == 303:
            self.get("/records")
        return response

    def judge(self, digest: str, decision: str, step: str = "", reason: str = "") -> TestResponse:
        """Give a verdict through the screen."""
        self.get(f"/records/{digest}")
        return self.post(f"/records/{digest}/verdict", decision=decision, step=step, reason=reason)


def open_region(where: Path | Settings, clock: Clock | None = None) -> Region:
    """Start a region in a folder, or with settings; where there was one before, go on there."""
    settings, clock = where if isinstance(where, Settings) else Settings(where), clock or Clock()
    store = open_store(settings, clock)
    app = create_app(settings, store)
    app.testing = True
    return Region(app, store, clock, settings)


def furnish(region: Region) -> Region:
    """Add two venues and a reviewer."""
    restore_key(region.store, IDENTITY)
    add_venue(region.store, VENUE, "测试考点", KEY)
    add_venue(region.store, OTHER_VENUE, "另一考点", OTHER_KEY)
    enrol(region.store, VENUE, SIGNER.public)
    enrol(region.store, OTHER_VENUE, OTHER_SIGNER.public)
    add_reviewer(region.store, NAME, SECRET, "review")
    return region
