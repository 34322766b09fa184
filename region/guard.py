"""Stands before every request: who is asking, and may they."""

from collections.abc import Callable
from typing import cast

from flask import Flask, Response, g, make_response, redirect, request, session, url_for
from werkzeug.exceptions import SecurityError
from werkzeug.wrappers import Response as BaseResponse

from region.access import may_open
from region.errors import OverCapacityError, UnknownKeyError
from region.receiving import is_shed
from region.reviewers import Person
from region.sessions import Accounts
from region.store import Store
from region.venues import venue_of_key

API_PREFIX = "/api/"
SIGNED = frozenset({"callback.take", "stand_in.show", "stand_in.pay"})
"""What believes a signature: the payment system's calls, and the links of its stand-in in the demonstration."""
OPEN_ENDPOINTS = frozenset({"static", "sign_in.show", "sign_in.submit", "preferences.change"}) | SIGNED
"""What answers without a session. The API is guarded by the venue's key instead."""

CHOOSING = frozenset({"sign_in.choose", "sign_in.take", "sign_in.leave"})
"""All that a one-time password opens, besides what answers to everybody."""

ASK_BY_THEMSELVES = frozenset({"bundles.part"})
"""What pages fetch without anybody's doing."""

SESSION = "session"
"""Where the cookie keeps the session's token."""

_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def is_api() -> bool:
    """Return whether the request is a program's."""
    return request.path.startswith(API_PREFIX)


def visitor() -> Person | None:
    """Return who is signed in, if anybody."""
    return cast("Person | None", g.get("reviewer"))


def reviewer() -> Person:
    """Return who is signed in; only behind the guard."""
    return cast("Person", g.reviewer)


def venue() -> str:
    """Return the id of the venue whose key came with the request; only behind the guard."""
    return cast("str", g.venue)


def install(app: Flask, store: Store, accounts: Accounts, shut_out: Callable[[Accounts], tuple[str, int]]) -> None:
    """Deny every request that nothing allows, and put the protective headers on every answer.

    Args:
        shut_out: makes the page for somebody who is signed in and may not open what was asked for.
    """

    @app.before_request
    def admit() -> BaseResponse | None:
        g.reviewer = None
        if isinstance(request.routing_exception, SecurityError):  # a Host header that is none of ours
            return Response("unknown host\n", 400, mimetype="text/plain")
        if is_shed():
            raise OverCapacityError("more is coming in than can be worked off; nothing of this was kept")
        if is_api():
            g.venue = venue_of_key(store, _bearer_key())
            return None
        token = session.get(SESSION, "")
        is_act = request.endpoint not in ASK_BY_THEMSELVES
        g.reviewer = accounts.person_of(token, is_act=is_act) if token else None
        if request.endpoint in OPEN_ENDPOINTS:
            return None
        if g.reviewer is None:
            return redirect(url_for("sign_in.show"), 303)
        if g.reviewer.role and g.reviewer.must_choose:
            return None if request.endpoint in CHOOSING else redirect(url_for("sign_in.choose"), 303)
        is_theirs = bool(g.reviewer.role) and (request.endpoint is None or may_open(g.reviewer.role, request.blueprint))
        return None if is_theirs else make_response(shut_out(accounts))

    @app.after_request
    def protect(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        is_asset = request.endpoint == "static" and response.status_code < 400
        response.headers["Cache-Control"] = "no-cache" if is_asset else "no-store"
        return response


def _bearer_key() -> str:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        raise UnknownKeyError("the request has no bearer key")
    return key.strip()
