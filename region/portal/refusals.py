"""How the candidates' pages say no: a page with what to do, JSON to our own script, a line without personal data."""

import logging

from flask import Flask, Response, jsonify, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from records.errors import KeyStoreError
from region.errors import DamagedHereError, TooManyRequestsError
from region.registry.errors import UnknownRegistrationError

_log = logging.getLogger(__name__)

Answer = tuple[Response | str, int]


def install(app: Flask) -> None:
    """Answer whatever a request ends with, other than success."""

    @app.errorhandler(TooManyRequestsError)
    def slow_down(error: TooManyRequestsError) -> Answer:
        text = _(
            "That was too often in a short time. Nothing was changed. Wait %(seconds)s seconds.", seconds=error.wait_s
        )
        if error.is_news:
            _note(429)
        body, status = _answered(text, 429)
        response = Response(body, mimetype="text/html") if isinstance(body, str) else body
        response.headers["Retry-After"] = str(error.wait_s)
        return response, status

    @app.errorhandler(UnknownRegistrationError)
    def not_there(_error: UnknownRegistrationError) -> Answer:
        return _answer(_words(404), 404)

    @app.errorhandler(DamagedHereError)
    def damaged(error: DamagedHereError) -> Answer:
        _log.error("an object is damaged or gone: %s", error.digest)
        return _answer(_words(500), 500)

    @app.errorhandler(KeyStoreError)
    @app.errorhandler(SQLAlchemyError)
    @app.errorhandler(OSError)
    def not_now(error: Exception) -> Answer:
        _log.error("%s on %s", type(error).__name__, request.endpoint)
        return _answer(_words(503), 503)

    @app.errorhandler(HTTPException)
    def refuse(error: HTTPException) -> Answer | HTTPException:
        status = error.code or 500
        if status < 400:
            return error
        text = _("This page was open for too long or in another window. Nothing was changed. Open it again and repeat.")
        return _answer(text if isinstance(error, CSRFError) else _words(status), status)


def _answer(text: str, status: int) -> Answer:
    _note(status)
    return _answered(text, status)


def _note(status: int) -> None:
    _log.warning("refused %s %s: %s", request.method, request.endpoint or "(no such address)", status)


def _answered(text: str, status: int) -> Answer:
    if request.accept_mimetypes.best == "application/json":
        return jsonify(results=[{"state": "bad", "text": text}]), status
    return render_template("region/portal/problem.html", text=text), status


def _words(status: int) -> str:
    if status == 404:
        return str(_("There is nothing at this address. Go back to your registration."))
    if status == 413:
        return str(
            _("That is too much at once. Nothing was changed. Send fewer or smaller pictures: at most 15 MB each.")
        )
    if status >= 500:
        return str(_("The system could not do this now. Nothing was changed. Wait a minute and try again."))
    return str(_("The request could not be understood. Nothing was changed. Go back to your registration."))
