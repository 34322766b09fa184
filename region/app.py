"""Puts the region's system together: the only file that knows every part."""

from collections.abc import Mapping
from typing import Any

import httpx
from flask import Flask
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from region import api, checkpoints, guard, judging, originals, preferences, refusals, sign_in, signers, tus
from region.paths import ROOT
from region.persons import Persons
from region.portal.app import PATH as PORTAL
from region.portal.app import create_portal
from region.reviewers import Accounts
from region.settings import Settings, secret_key
from region.signing import receipt_signer
from region.store import Store
from region.uploads import Uploads

MAX_FORM_BYTES = 64 * 1024


def create_app(
    settings: Settings,
    store: Store,
    check: checkpoints.SignatureCheck = signers.signed_checkpoint,
    *,
    beside: Mapping[str, Flask] | None = None,
    transport: httpx.BaseTransport | None = None,
) -> Flask:
    """Return the region's web app over an open, migrated store.

    Args:
        check: knows the venues' signing keys.
        beside: further apps by the path they are mounted under, as the demo's registration system.
        transport: how the candidates' account provider is reached; None for the network.
    """
    app = _configured(settings)
    accounts = Accounts(store, settings)
    guard.install(app, store, accounts)
    preferences.install(app, settings)
    refusals.install(app)
    persons = Persons(store)
    signer = receipt_signer(settings.home)
    protection = CSRFProtect(app)
    for of_venues in (
        api.blueprint(store, persons, signer, settings.region_name),
        tus.blueprint(store, Uploads(store, settings.home / "uploads"), signer),
    ):
        protection.exempt(of_venues)
        app.register_blueprint(of_venues)
    checkpoints.install(app, protection, store, check)
    app.register_blueprint(preferences.blueprint(settings))
    app.register_blueprint(sign_in.blueprint(accounts))
    app.register_blueprint(judging.blueprint(store, persons))
    app.register_blueprint(originals.blueprint(store, settings))
    app.context_processor(lambda: {"region_name": settings.region_name})
    _mount(app, settings, store, dict(beside or {}), transport)
    return app


def _configured(settings: Settings) -> Flask:
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
    return app


def _mount(
    app: Flask, settings: Settings, store: Store, beside: dict[str, Flask], transport: httpx.BaseTransport | None
) -> None:
    """Put the candidates' app, where there are accounts to sign in with, and others beside the reviewers' own."""
    is_demo = bool(beside)
    if settings.sign_in.issuer:
        beside[PORTAL] = create_portal(settings, store, transport=transport, is_demo=is_demo)
    mounted: dict[str, Any] = {**beside}
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, mounted)  # type: ignore[method-assign]
