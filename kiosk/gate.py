"""Before the venue is open: one page, on which the lead types the passphrase. Nothing else is served until then."""

import logging
import secrets
import time
from collections.abc import Callable, Iterable
from ipaddress import ip_address
from threading import Lock
from typing import Any

from flask import Flask, redirect, render_template, request, url_for
from flask_babel import Babel
from flask_babel import gettext as _
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError, generate_csrf
from werkzeug import Response

from devices.errors import ConfigurationError
from kiosk import preferences
from kiosk.app import ROOT, harden
from kiosk.errors import KioskError
from kiosk.views.preferences import blueprint as preference_buttons
from local_db.errors import DamagedError, StoreError, WrongKeyError
from local_db.vault.keys import VenueKey
from local_db.vault.vault import Vault
from rules.errors import ProfileError

logger = logging.getLogger(__name__)

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

TRIES, PAUSE_S = 5, 300.0
MAX_FORM_BYTES = 16 * 1024


class Gate:
    """A WSGI app that asks for the passphrase, and from then on is the venue."""

    def __init__(self, vault: Vault, open_up: Callable[[VenueKey], WsgiApp], *, over_network: bool = False) -> None:
        """Stand before a venue.

        Args:
            open_up: opens the venue with its key and returns its app; called once.
            over_network: take the passphrase from other computers too, and not only from this one.
        """
        self._vault = vault
        self._open_up = open_up
        self._over_network = over_network
        self._tries = Tries()
        self._one_at_a_time = Lock()
        self._page: WsgiApp = self._make_page()
        self._venue: WsgiApp | None = None

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer as the venue, or as the gate while it is shut."""
        return (self._venue or self._page)(environ, start_response)

    def _make_page(self) -> WsgiApp:
        app = Flask("kiosk.gate", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
        app.config.update(
            SECRET_KEY=secrets.token_bytes(32),
            MAX_CONTENT_LENGTH=MAX_FORM_BYTES,
            SESSION_COOKIE_NAME="kaodian_gate",
            SESSION_COOKIE_HTTPONLY=True,
            SESSION_COOKIE_SAMESITE="Strict",
            WTF_CSRF_TIME_LIMIT=None,
            BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "translations"),
            BABEL_DEFAULT_LOCALE=preferences.LOCALES[0],
        )
        app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True, "autoescape": True}
        app.jinja_env.globals["csrf_token"] = generate_csrf
        app.context_processor(lambda: {"ui": preferences.current(), "next_path": "/"})
        Babel(app, locale_selector=preferences.locale)
        CSRFProtect(app)
        app.register_blueprint(preference_buttons)
        app.add_url_rule("/", "home.start", self._show)
        app.add_url_rule("/<path:_path>", "elsewhere", self._show)
        app.add_url_rule("/unlock", "unlock", self._unlock, methods=["POST"])
        app.register_error_handler(CSRFError, lambda _error: redirect(url_for("home.start"), 303))
        app.after_request(harden)
        return app.wsgi_app

    def _show(self, _path: str = "") -> tuple[str, int]:
        is_door = not _path and self._is_welcome()
        return self._screen({}), 200 if is_door else 503  # not yet, says the code to scripts and kiosks that ask

    def _unlock(self) -> Response | tuple[str, int]:
        if not self._is_welcome():
            return self._show()
        with self._one_at_a_time:  # each guess takes 64 MB
            if self._venue is None:
                words = self._try(request.form.get("passphrase", ""))
                if words:
                    return self._screen({"passphrase": words}), 422
        return redirect("/", 303)

    def _try(self, passphrase: str) -> str:
        """Open the venue, or return why not."""
        if self._tries.are_used_up():
            return str(_("Too many wrong tries. Wait 5 minutes, then try again."))
        try:
            key = self._vault.open(passphrase)
        except WrongKeyError:
            self._tries.count()
            logger.warning("wrong passphrase at the start of the day, from %s", request.remote_addr)
            return str(_("That is not the passphrase. Capitals count; the recovery key on paper works too."))
        except (StoreError, OSError) as error:
            logger.error("the vault cannot be read: %s", error)
            return str(_("The key cannot be read. Tell the administrator: python -m kiosk vault unlock-test"))
        try:
            self._venue = self._open_up(key)
        except (KioskError, ProfileError, ConfigurationError, DamagedError, StoreError) as error:
            logger.error("the passphrase is right, but the venue does not open: %s", error)
            return str(_("The passphrase is right, but the venue does not open. Tell the administrator."))
        return ""

    def _screen(self, problems: dict[str, str]) -> str:
        return render_template("kiosk/unlock.html", problems=problems, is_welcome=self._is_welcome())

    def _is_welcome(self) -> bool:
        """Tell whether this browser may type the passphrase; over plain http others could read it on the way."""
        if self._over_network:
            return True
        is_forwarded = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
        return not is_forwarded and bool(request.remote_addr) and ip_address(str(request.remote_addr)).is_loopback


class Tries:
    """Counts wrong passphrases: after five, none is looked at for five minutes, whoever asks."""

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        self._wrong = 0
        self._until_s = 0.0

    def count(self) -> None:
        """Note a wrong one."""
        self._wrong += 1
        if self._wrong % TRIES == 0:
            self._until_s = self._now_s() + PAUSE_S

    def are_used_up(self) -> bool:
        """Tell whether to wait."""
        return self._now_s() < self._until_s
