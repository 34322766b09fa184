"""Puts the region's system together: the only file that knows every part."""

from io import BytesIO
from pathlib import Path
from typing import IO

from flask import Flask, Request
from flask_wtf.csrf import CSRFProtect

from region import (
    api,
    checkpoints,
    guard,
    handing_down,
    judging,
    preferences,
    refusals,
    sign_in,
    signers,
    taking_pages,
    tus,
)
from region.persons import Persons
from region.reviewers import Accounts
from region.settings import Settings, secret_key
from region.signing import receipt_signer
from region.store import Store
from region.uploads import Uploads

ROOT = Path(__file__).resolve().parent.parent
MAX_FORM_BYTES = 64 * 1024


class InMemoryRequest(Request):
    """A request whose files stay in memory: a roster would else lie in a temporary file, in clear."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return BytesIO()


class RegionApp(Flask):
    """Flask, with requests that leave nothing on the disk."""

    request_class = InMemoryRequest


def create_app(
    settings: Settings, store: Store, check: checkpoints.SignatureCheck = signers.signed_checkpoint
) -> Flask:
    """Return the region's web app over an open, migrated store; `check` knows the venues' signing keys."""
    app = RegionApp("region", root_path=str(ROOT), template_folder="templates", static_folder="static")
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
    persons = Persons(store)
    signer = receipt_signer(settings.home)
    protection = CSRFProtect(app)
    for of_venues in (
        api.blueprint(store, persons, signer, settings.region_name),
        handing_down.blueprint(store),
        tus.blueprint(store, Uploads(store, settings.home / "uploads"), signer),
    ):
        protection.exempt(of_venues)
        app.register_blueprint(of_venues)
    checkpoints.install(app, protection, store, check)
    app.register_blueprint(preferences.blueprint(settings))
    app.register_blueprint(sign_in.blueprint(accounts))
    app.register_blueprint(judging.blueprint(store, persons))
    app.register_blueprint(taking_pages.blueprint(store, settings, protection))
    app.context_processor(lambda: {"region_name": settings.region_name})
    return app
