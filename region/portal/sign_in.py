"""Signing in with the registration account, and out."""

import logging
from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from region.portal.accounts import RegistrationAccounts, Try
from region.portal.errors import SignInFailedError, Trouble
from region.portal.guard import TOKEN
from region.portal.sessions import Sessions
from region.registry.changing import Key
from region.registry.reading import find
from region.settings_tables import SignInTable
from region.store import Store

MOST_TRIES = 3
"""Windows of one browser in which a sign-in may be under way at once; older ones are forgotten."""

_TRIES = "tries"
_WORDS: Mapping[Trouble, LazyString] = {
    "declined": _l("You did not allow it, so nobody was signed in. Begin again if that was a mistake."),
    "stale": _l(
        "This sign-in was begun too long ago, in another browser, or was used already. Begin again; do not use a "
        "bookmark or the Back button for it."
    ),
    "refused": _l(
        "The registration system's answer could not be believed, so nobody was signed in. Begin again. If it happens "
        "again, tell the region's office."
    ),
    "unreachable": _l("The registration system does not answer now. Wait a few minutes and begin again."),
    "unknown_person": _l(
        "You are signed in to the registration system, but this region has no registration of yours. Check there "
        "which venue you chose; new registrations arrive here within a day. Otherwise ask the region's office."
    ),
}
_STATUS: Mapping[Trouble, int] = {"unreachable": 503, "unknown_person": 403}
_log = logging.getLogger(__name__)

Answer = str | Response | tuple[str, int]


def blueprint(store: Store, sessions: Sessions, accounts: RegistrationAccounts, table: SignInTable) -> Blueprint:
    """Return the routes of signing in and out."""
    pages = Blueprint("sign_in", __name__)

    @pages.get("/sign-in")
    def show() -> Answer:
        return render_template("region/portal/sign_in.html")

    @pages.get("/sign-in/begin")
    def begin() -> Answer:
        url, one = accounts.begin(_way_back(table), store.now())
        session[_TRIES] = [*session.get(_TRIES, []), one.as_json()][-MOST_TRIES:]
        return redirect(url, 303)

    @pages.get("/sign-in/back")
    def back() -> Answer:
        number = accounts.finish(_take_try(store), request.args)
        key = _registration(store, number)
        session.clear()
        session[TOKEN] = sessions.start(key)
        return redirect(url_for("home.show"), 303)

    @pages.post("/sign-out")
    def leave() -> Answer:
        sessions.end(session.get(TOKEN, ""))
        session.clear()
        return redirect(url_for("sign_in.signed_out"), 303)

    @pages.get("/signed-out")
    def signed_out() -> Answer:
        return render_template("region/portal/sign_in.html", is_signed_out=True)

    @pages.app_errorhandler(SignInFailedError)
    def refuse(error: SignInFailedError) -> Answer:
        _log.warning("sign-in of a candidate: %s (%s)", error.code, error)
        return render_template("region/portal/sign_in.html", trouble=_WORDS[error.code]), _STATUS.get(error.code, 400)

    return pages


def _take_try(store: Store) -> Try:
    """Return the sign-in that this answer belongs to; it is used up whatever comes of it."""
    tries = [Try(**kept) for kept in session.pop(_TRIES, [])]
    state = request.args.get("state", "")
    found = next((one for one in tries if one.state == state), None)
    session[_TRIES] = [one.as_json() for one in tries if one is not found]
    if found is None or found.is_over(store.now()):
        raise SignInFailedError("stale", "no sign-in under way has this state")
    return found


def _registration(store: Store, number: str) -> Key:
    keys = find(store, reg_no=number)
    if not keys:
        raise SignInFailedError("unknown_person", "no registration has this number")
    return keys[0]  # of the newest year


def _way_back(table: SignInTable) -> str:
    if table.public_url:
        return table.public_url.rstrip("/") + request.script_root + "/sign-in/back"
    return url_for("sign_in.back", _external=True)
