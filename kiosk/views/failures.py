"""What a person sees when a page cannot be shown: words, what to do next, a way back; never a stack trace."""

import logging

from flask import Flask, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug import Response
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from kiosk.arriving import over_words
from kiosk.disk_words import not_saved
from kiosk.errors import LostCaptureError
from kiosk.typeface import MissingGlyphError
from kiosk.wording import step_label
from local_db.errors import DayClosedError, MissingBlobError, NoSuchVisitError, NotSavedError

logger = logging.getLogger(__name__)


def register(app: Flask) -> None:
    """Answer every error in the user's language."""
    app.register_error_handler(RequestEntityTooLarge, _too_large)
    app.register_error_handler(CSRFError, _form_too_old)
    app.register_error_handler(NoSuchVisitError, _gone)
    app.register_error_handler(MissingBlobError, _gone)
    app.register_error_handler(NotSavedError, _not_saved)
    app.register_error_handler(DayClosedError, _day_closed)
    app.register_error_handler(MissingGlyphError, _no_glyph)
    app.register_error_handler(LostCaptureError, _capture_lost)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _fault)


def _too_large(_error: RequestEntityTooLarge) -> Response | tuple[str, int]:
    if request.endpoint == "journey.submit":
        flash(
            _("The files are too large together. Send fewer at a time; everything saved before is still there."), "bad"
        )
        return redirect(url_for("journey.current", **(request.view_args or {"visit_id": ""})), 303)
    return _page(413, _("The file is too large"), _("Choose a smaller file and send it again."))


def _form_too_old(_error: CSRFError) -> tuple[str, int]:
    return _page(400, _("This page was open too long"), _("Nothing was lost. Go back to the start and continue there."))


def _gone(error: Exception) -> tuple[str, int]:
    logger.warning("%s at %s: %s", type(error).__name__, request.endpoint, error)
    return _page(404, _("This is not here"), _("The address is old. Go back to the start and search again."))


def _not_saved(error: NotSavedError) -> tuple[str, int]:
    logger.error("%s at %s: %s", type(error).__name__, request.endpoint, error)
    trouble = not_saved(error)
    return _page(trouble.status, trouble.title, trouble.advice)


def _day_closed(error: DayClosedError) -> tuple[str, int]:
    words = _("%(why)s Nothing of this was saved.", why=over_words(error.is_closed))
    return _page(409, _("Today has ended"), words)


def _no_glyph(error: MissingGlyphError) -> tuple[str, int]:
    logger.warning("%s", error)
    words = _("Write this paper by hand, and tell the administrator: the font lacks %(codes)s.", codes=error.codes)
    return _page(422, _("A character of the name cannot be printed"), words)


def _capture_lost(error: LostCaptureError) -> tuple[str, int]:
    logger.error("%s at %s", error, request.endpoint)
    words = _(
        "What was captured at the step %(step)s is damaged on this computer, so the visit cannot be finished. "
        "At a desk, have that step done again; everything else is kept.",
        step=step_label(error.step_id),
    )
    return _page(500, _("A capture is damaged"), words)


def _http(error: HTTPException) -> tuple[str, int] | HTTPException:
    code = error.code or 500
    if code < 400:
        return error
    if code == 403:
        return _page(403, _("This is not allowed here"), _("Sign in with another role, or ask the venue lead."))
    if code == 404:
        return _page(404, _("This is not here"), _("The address is old. Go back to the start and search again."))
    return _page(code, _("That did not work"), _("Nothing was lost. Go back to the start and try again."))


def _fault(error: Exception) -> tuple[str, int]:
    logger.error("fault at %s", request.endpoint, exc_info=error)
    words = _("Nothing that was saved before is lost. Try again; if it happens twice, tell the administrator.")
    return _page(500, _("Something went wrong on the venue computer"), words)


def _page(code: int, title: str, advice: str) -> tuple[str, int]:
    return render_template("kiosk/failure.html", code=code, title=title, advice=advice, call_staff=False), code
