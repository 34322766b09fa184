"""Stands before every request of a candidate: not too many, and whose registration."""

from typing import cast

from flask import Flask, Response, g, redirect, request, session, url_for
from werkzeug.exceptions import SecurityError
from werkzeug.wrappers import Response as BaseResponse

from region.guard import HEADERS
from region.portal.limits import ASKING, SIGNING_IN, UPLOADING, client_of, limiter_of
from region.portal.sessions import Sessions, Signed
from region.store import Store

TOKEN = "token"  # noqa: S105 - where the session keeps it
OPEN_ENDPOINTS = frozenset(
    {"static", "sign_in.show", "sign_in.begin", "sign_in.back", "sign_in.signed_out", "preferences.change"}
)
_SIGNING_IN = frozenset({"sign_in.begin", "sign_in.back"})
_UPLOADING = frozenset({"materials.add", "materials.turn", "corrections.send"})


def visitor() -> Signed | None:
    """Return who is signed in, if anybody."""
    return cast("Signed | None", g.get("candidate"))


def candidate() -> Signed:
    """Return who is signed in; only behind the guard."""
    return cast("Signed", g.candidate)


def install(app: Flask, store: Store, sessions: Sessions) -> None:
    """Let nobody further who is not signed in, and nobody take more than a share; put protective headers on answers."""
    asking, signing_in, uploading = (limiter_of(store, share) for share in (ASKING, SIGNING_IN, UPLOADING))

    @app.before_request
    def admit() -> BaseResponse | None:
        g.candidate = None
        if isinstance(request.routing_exception, SecurityError):  # a Host header that is none of ours
            return Response("unknown host\n", 400, mimetype="text/plain")
        client = client_of(request.remote_addr)
        if request.endpoint != "static":
            asking.take(client)
        if request.endpoint in _SIGNING_IN:
            signing_in.take(client)
        g.candidate = sessions.of(session.get(TOKEN, "")) if session.get(TOKEN) else None
        if g.candidate is None:
            return None if request.endpoint in OPEN_ENDPOINTS else redirect(url_for("sign_in.show"), 303)
        if request.endpoint in _UPLOADING:
            uploading.take(g.candidate.session)
        return None

    @app.after_request
    def protect(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        is_asset = request.endpoint == "static" and response.status_code < 400
        response.headers["Cache-Control"] = "no-cache" if is_asset else "no-store"
        return response
