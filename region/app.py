"""Puts the region's system together: the only file that knows every part."""

from pathlib import Path

from flask import Flask
from flask_wtf.csrf import CSRFProtect

from region import api, checkpoints, guard, judging, preferences, refusals, sign_in
from region.reviewers import Accounts
from region.settings import Settings, secret_key
from region.store import Store

ROOT = Path(__file__).resolve().parent.parent
MAX_FORM_BYTES = 64 * 1024


def create_app(settings: Settings, store: Store, check: checkpoints.SignatureCheck = checkpoints.no_keys) -> Flask:
    """Return the region's web app over an open, migrated store; `check` knows the venues' signing keys."""
    app = Flask("region", root_path=str(ROOT), template_folder="templates", static_folder="static")
    app.config.update(
        SECRET_KEY=secret_key(settings.home),
        # Browsers keep cookies by host name without the port: two systems on one machine must not share a name.
        SESSION_COOKIE_NAME=f"kaodian_region_{settings.port}",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        WTF_CSRF_TIME_LIMIT=None,
        MAX_CONTENT_LENGTH=MAX_FORM_BYTES,
        TRUSTED_HOSTS=settings.host_names,
        TRANSLATIONS=str(ROOT / "translations"),
    )
    accounts = Accounts(store, settings)
    guard.install(app, store, accounts)
    preferences.install(app, settings)
    refusals.install(app)
    venue_api = api.blueprint(store, settings.region_name)
    csrf = CSRFProtect(app)
    csrf.exempt(venue_api)
    checkpoints.install(app, csrf, store, check)
    app.register_blueprint(venue_api)
    app.register_blueprint(preferences.blueprint(settings))
    app.register_blueprint(sign_in.blueprint(accounts))
    app.register_blueprint(judging.blueprint(store))
    app.context_processor(lambda: {"region_name": settings.region_name})
    return app
