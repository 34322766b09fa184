"""A small app around the pages of appointments; it stands for the portal."""

from collections.abc import Callable

from flask import Flask, redirect
from flask_wtf.csrf import CSRFProtect

from region import preferences
from region.app import ROOT
from region.registry.changing import Key
from region.settings import Settings
from region.slots import pages
from region.store import Store


def portal_app(store: Store, settings: Settings, signed_in: Callable[[], Key]) -> Flask:
    """Return an app in which whoever `signed_in` names is signed in."""
    app = Flask("region", root_path=str(ROOT), template_folder="templates", static_folder="static")
    app.config.update(SECRET_KEY="for tests", TRANSLATIONS=str(ROOT / "translations"), TESTING=True)
    preferences.install(app, settings)
    app.register_blueprint(preferences.blueprint(settings))
    CSRFProtect(app)
    app.register_blueprint(pages.blueprint(store, settings, signed_in))
    app.add_url_rule("/", "home", lambda: redirect("/appointment/"))
    return app
