"""How the region says no: JSON to programs, a page to people, a line without personal data to the log."""

import logging
from http import HTTPStatus

from flask import Flask, Response, jsonify, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException

from region.errors import (
    BadRequestError,
    IntakeError,
    OverCapacityError,
    StorageFailedError,
    TooManyRequestsError,
    WrongOffsetError,
)
from region.guard import is_api

RETRY_AFTER_S, SOON_S = 30, 2
_CODES = {400: "bad_request", 404: "not_found", 405: "wrong_method", 413: "too_large"}
_log = logging.getLogger(__name__)

Answer = tuple[Response | str, int]


def install(app: Flask) -> None:
    """Answer whatever a request ends with, other than success."""

    @app.errorhandler(IntakeError)
    def refuse(error: IntakeError) -> Answer:
        _note(error.code)
        if is_api():
            answer, status = problem(error.status, error.code, str(error), error.retryable)
            if isinstance(error, WrongOffsetError):
                answer.headers["Upload-Offset"] = str(error.offset)
            return answer, status
        return render_template("region/problem.html", text=_words(error.status)), error.status

    @app.errorhandler(DataError)
    def refuse_data(_error: DataError) -> Answer:
        """What a column cannot hold (a NUL, too many characters or digits) was no sensible request."""
        return refuse(BadRequestError("something in the request is too long, or cannot be kept"))

    app.register_error_handler(TooManyRequestsError, _slow_down)

    @app.errorhandler(OperationalError)
    @app.errorhandler(PoolTimeoutError)
    def fail(_error: SQLAlchemyError) -> Answer:
        return refuse(StorageFailedError("the database does not take it now"))

    @app.errorhandler(HTTPException)
    def refuse_request(error: HTTPException) -> Answer | HTTPException:
        status = error.code or 500
        if status < 400:
            return error
        _note(_CODES.get(status, str(status)))
        if is_api():
            code = _CODES.get(status, "failed")
            return problem(status, code, HTTPStatus(status).phrase, retryable=status >= 500)
        text = _stale() if isinstance(error, CSRFError) else _words(status)
        return render_template("region/problem.html", text=text), status


def _slow_down(error: TooManyRequestsError) -> Answer:
    _note("too_many_requests")
    text = _("The system is busy with other pictures. Nothing was changed. Wait %(num)s seconds.", num=error.wait_s)
    response = Response(render_template("region/problem.html", text=text), mimetype="text/html")
    response.headers["Retry-After"] = str(error.wait_s)
    return response, 429


def problem(status: int, code: str, message: str, retryable: bool) -> tuple[Response, int]:
    """Return an error in the API's form; one that passes by itself says when to try again."""
    response = jsonify(error={"code": code, "message": message, "retryable": retryable})
    if status >= 500 or status == 429:
        response.headers["Retry-After"] = str(SOON_S if code == OverCapacityError.code else RETRY_AFTER_S)
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response, status


def _note(code: str) -> None:
    _log.warning("refused %s %s: %s", request.method, request.endpoint or "(no such address)", code)


def _stale() -> str:
    return str(
        _("This page was open for too long or in another window. Nothing was changed. Open it again and repeat.")
    )


def _words(status: int) -> str:
    if status == 403:
        return str(_("Only a lead may do this. Nothing was changed."))
    if status == 404:
        return str(_("There is nothing at this address. Go back to the list."))
    if status == 413:
        return str(_("That is too much at once. Nothing was changed."))
    if status >= 500:
        return str(_("The system could not do this now. Nothing was changed. Wait a minute and try again."))
    return str(_("The request could not be understood. Nothing was changed. Go back to the list."))
