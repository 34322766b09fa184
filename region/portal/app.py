"""The candidates' pages as a web app of its own, mounted under /portal: nothing of theirs is shared with reviewers."""

from pathlib import Path

import httpx
from flask import Flask, request
from flask_wtf.csrf import CSRFProtect

from region import preferences
from region.errors import SettingsError
from region.paths import ROOT
from region.portal import corrections, guard, home, materials, refusals, sign_in
from region.portal.accounts import RegistrationAccounts
from region.portal.desk import Desk
from region.portal.sessions import Sessions
from region.preparing import Preparer
from region.settings import LOOPBACK, Settings, once_written, secret_key_text
from region.slots import pages as slots
from region.store import Store

PATH = "/portal"
MAX_BODY_BYTES = 32 * 1024 * 1024
"""Two of a phone's largest pictures in one form; a script sends them one by one."""


def create_portal(
    settings: Settings, store: Store, *, transport: httpx.BaseTransport | None = None, is_demo: bool = False
) -> Flask:
    """Return the app.

    Args:
        transport: how the account provider is reached; None for the network.

    Raises:
        SettingsError: the file with the client's secret is missing, or it is not said where candidates reach this.
    """
    if settings.host not in LOOPBACK and not settings.sign_in.public_url:
        raise SettingsError("[sign_in] public_url: say where candidates reach this system")
    app = Flask("portal", root_path=str(ROOT), template_folder="templates", static_folder="static")
    app.config.update(
        SECRET_KEY=once_written(settings.home / "portal-secret.key", secret_key_text),
        SESSION_COOKIE_NAME=f"kaodian_candidate_{settings.port}",
        SESSION_COOKIE_PATH=PATH,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",  # the way back from the account provider comes from another site
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        WTF_CSRF_TIME_LIMIT=None,
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        TRUSTED_HOSTS=settings.host_names,
        TRANSLATIONS=str(ROOT / "translations"),
    )
    table, sessions = settings.sign_in, Sessions(store, settings.sign_in)
    preferences.install(app, settings)
    guard.install(app, store, sessions)
    refusals.install(app)
    CSRFProtect(app)
    accounts = RegistrationAccounts(table, client_secret(settings), transport)
    app.register_blueprint(preferences.blueprint(settings))
    app.register_blueprint(sign_in.blueprint(store, sessions, accounts, table))
    _add_pages(app, settings, store)
    app.context_processor(lambda: _frame(settings, is_demo))
    return app


def _add_pages(app: Flask, settings: Settings, store: Store) -> None:
    """Put in what candidates see once they are signed in."""
    desk = Desk(store, Preparer(), settings.timezone)
    app.register_blueprint(home.blueprint(desk, settings.payment_url))
    app.register_blueprint(materials.blueprint(desk))
    app.register_blueprint(corrections.blueprint(desk))
    app.register_blueprint(slots.blueprint(store, settings, lambda: guard.candidate().key, "region/portal/layout.html"))


def address_of(settings: Settings) -> str:
    """Return where candidates find their pages."""
    return (settings.sign_in.public_url.rstrip("/") or f"http://{settings.host}:{settings.port}") + PATH + "/"


def client_secret(settings: Settings) -> str:
    """Return the secret of this system at the account provider.

    Raises:
        SettingsError: its file is missing or empty.
    """
    path = settings.home / Path(settings.sign_in.client_secret_file)
    try:
        secret = path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingsError(f"[sign_in] client_secret_file: {path} cannot be read") from error
    if not secret:
        raise SettingsError(f"[sign_in] client_secret_file: {path} is empty")
    return secret


def _frame(settings: Settings, is_demo: bool) -> dict[str, object]:
    here = request.full_path if request.query_string else request.path
    return {
        "region_name": settings.region_name,
        "is_demo": is_demo,
        "next_path": request.script_root + here,
        "is_signed_in": bool(guard.visitor()),
    }
