"""Puts the region's system together: the only file that knows every part."""

from collections.abc import Mapping
from io import BytesIO
from typing import IO, Any

import httpx
from flask import Flask, Request
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix

from region import (
    api,
    bundle_pages,
    checkpoints,
    days,
    desks,
    frame,
    guard,
    handing_down,
    judging,
    originals,
    preferences,
    refusals,
    settling,
    sign_in,
    signers,
    taking_pages,
    tus,
)
from region.administration import pages as administration
from region.bundle_desk import BundleDesk
from region.figures import pages as figures
from region.figures.contacts import Contacts
from region.paths import ROOT
from region.persons import Persons
from region.portal.app import PATH as PORTAL
from region.portal.app import create_portal
from region.sessions import Accounts
from region.settings import Settings, secret_key
from region.signing import receipt_signer
from region.store import Store
from region.uploads import Uploads

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
    settings: Settings,
    store: Store,
    check: checkpoints.SignatureCheck = signers.signed_checkpoint,
    *,
    beside: Mapping[str, Flask] | None = None,
    contacts: Contacts | None = None,
    transport: httpx.BaseTransport | None = None,
) -> Flask:
    """Return the region's web app over an open, migrated store.

    Args:
        check: knows the venues' signing keys.
        beside: further apps by the path they are mounted under, as the demo's registration system.
        contacts: notes when venues were heard from; None where nobody writes that down.
        transport: how the candidates' account provider is reached; None for the network.
    """
    app = _configured(settings)
    frame.install(app, store)
    preferences.install(app, settings)
    refusals.install(app)
    _install_pages(app, settings, store, check)
    contacts = contacts or Contacts(store)
    contacts.install(app)
    figures.install(app, settings, store, contacts)
    app.context_processor(lambda: {"region_name": settings.region_name})
    _mount(app, settings, store, dict(beside or {}), transport)
    return app


def _install_pages(app: Flask, settings: Settings, store: Store, check: checkpoints.SignatureCheck) -> None:
    accounts, persons, signer = Accounts(store, settings), Persons(store), receipt_signer(settings.home)
    app.before_request(desks.make_room)
    guard.install(app, store, accounts, frame.shut_out)
    protection = CSRFProtect(app)
    for of_venues in (
        api.blueprint(store, persons, signer, settings.region_name),
        days.blueprint(store, signer),
        handing_down.blueprint(store),
        tus.blueprint(store, Uploads(store), signer),
    ):
        protection.exempt(of_venues)
        app.register_blueprint(of_venues)
    checkpoints.install(app, protection, store, check)
    for of_reviewers in (
        preferences.blueprint(settings),
        sign_in.blueprint(accounts),
        judging.blueprint(store, persons),
        bundle_pages.blueprint(store, BundleDesk(store, persons, signer), settings.bundle_folders),
        settling.blueprint(store, persons),
        originals.blueprint(store, settings),
        taking_pages.blueprint(store, settings, protection),
        administration.blueprint(store, settings),
    ):
        app.register_blueprint(of_reviewers)
    desks.install(app, protection, settings, store)


def _configured(settings: Settings) -> Flask:
    app = RegionApp("region", root_path=str(ROOT), template_folder="templates", static_folder="static")
    app.config.update(
        SECRET_KEY=secret_key(settings.home),
        SESSION_COOKIE_NAME=f"kaodian_region_{settings.cookie_suffix}",
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
    if hops := settings.trusted_proxies:  # the outermost, so that all of them know who asks
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
