"""Makes the venue's web app: the only file that knows every part."""

import logging
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import IO

from flask import Flask, Request, Response
from flask_babel import Babel
from flask_wtf import CSRFProtect

from kiosk import auth, filters, preferences, trail, viewing
from kiosk.venue import Venue
from kiosk.views import BLUEPRINTS, failures
from kiosk.views.camera import browser_camera
from kiosk.views.here import EXTENSION

ROOT = Path(__file__).resolve().parent.parent
MAX_REQUEST_BYTES = 48 * 1024 * 1024
"""A handful of phone pictures at once; more is refused before it is read."""

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)

logger = logging.getLogger(__name__)


class InMemoryRequest(Request):
    """A request whose files stay in memory: half a megabyte and more would else lie in a temporary file, in clear."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return BytesIO()


class VenueApp(Flask):
    """Flask, with requests that leave nothing on the disk."""

    request_class = InMemoryRequest


def create_app(venue: Venue) -> Flask:
    """Return the app of an open venue."""
    app = VenueApp(__name__, template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    app.config.update(
        SECRET_KEY=venue.key.part("form tokens"),
        MAX_CONTENT_LENGTH=MAX_REQUEST_BYTES,
        SESSION_COOKIE_NAME="kaodian_form",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: a desk's page may lie open over lunch
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(hours=1),
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "translations"),
        BABEL_DEFAULT_LOCALE=preferences.LOCALES[0],
        BABEL_DEFAULT_TIMEZONE=venue.settings.venue.timezone,
    )
    app.extensions[EXTENSION] = venue
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True, "autoescape": True}
    Babel(app, locale_selector=preferences.locale)
    auth.guard(app, venue.book, venue.settings.stations)
    CSRFProtect(app)  # behind the guard: who is told that a page is too old has to be known for that
    filters.register(app, venue)
    app.jinja_env.globals["browser_camera"] = browser_camera
    trail.register(app)
    failures.register(app)
    viewing.install(app, viewing.ViewLog(venue.store, venue.clock), venue.outbox.verdicts)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.after_request(harden)
    return app


def harden(response: Response) -> Response:
    """Nothing is kept by the browser, framed, sniffed or loaded from elsewhere."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(self), microphone=(), geolocation=()")
    if "Cache-Control" not in headers:
        headers["Cache-Control"] = "no-store"
    return response
