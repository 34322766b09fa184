"""To the region without a line: records onto a stick, the slip for it, and the region's receipts back from it."""

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response as BaseResponse
from werkzeug.exceptions import NotFound

from kiosk.auth import staff
from kiosk.bundle_words import answer_words, error_words, progress_words, refusal_words, trouble_words
from kiosk.printing import print_slip
from kiosk.sheet_pdf import pdf_of
from kiosk.sheets import Paper, bundle_slip
from kiosk.strips import desk_context
from kiosk.views.here import bench, origin, venue
from kiosk.views.printing import result_words
from sync.bundle_answer import AnswerReport
from sync.errors import BundleError

REFUSED_SHOWN = 20

blueprint = Blueprint("bundle", __name__, url_prefix="/lead/bundle")


@blueprint.get("/")
@staff("LEAD", "ADMIN")
def show() -> str:
    """What would go onto a stick, where to, and how the last one went."""
    return _screen()


@blueprint.get("/part")
@staff("LEAD", "ADMIN")
def part() -> BaseResponse:
    """The part of the page that changes by itself; 304 while nothing has changed."""
    response = make_response(render_template("kiosk/parts/bundle.html", **_state()))
    response.add_etag()
    return response.make_conditional(request)


@blueprint.post("/export")
@staff("LEAD", "ADMIN")
def export() -> BaseResponse:
    """Begin to write onto the chosen stick."""
    bundles = venue().bundles
    try:
        bundles.start(bundles.offered(request.form.get("disk", "")), origin())
    except BundleError as error:
        flash(error_words(error), "bad")
    return redirect(url_for("bundle.show"), 303)


@blueprint.post("/receipts")
@staff("LEAD", "ADMIN")
def receipts() -> BaseResponse | str:
    """Read the region's answer in from the chosen stick."""
    bundles = venue().bundles
    try:
        report = bundles.read_in(bundles.offered(request.form.get("disk", "")), origin())
    except BundleError as error:
        flash(error_words(error), "bad")
        return redirect(url_for("bundle.show"), 303)
    state, words = answer_words(report)
    flash(words, state)
    return _screen(report) if report.refused else redirect(url_for("bundle.show"), 303)


@blueprint.post("/slip")
@staff("LEAD", "ADMIN")
def slip() -> BaseResponse:
    """Print the slip at this station."""
    if not bench().has("printer"):
        raise NotFound
    state, words = result_words(print_slip(venue(), _slip(), "bundle:slip", _number(), origin()))
    flash(words, state)
    return redirect(url_for("bundle.show"), 303)


@blueprint.get("/slip.pdf")
@staff("LEAD", "ADMIN")
def slip_page() -> Response:
    """The slip as a page, for a printer that the browser's computer knows."""
    venue().store.note("bundle:slip", _number(), origin())
    return Response(pdf_of(_slip()), mimetype="application/pdf")


def _screen(report: AnswerReport | None = None) -> str:
    refused = report.refused[:REFUSED_SHOWN] if report else ()
    return render_template(
        "kiosk/bundle.html",
        **desk_context(),
        refused=[(one.digest, refusal_words(one.code)) for one in refused],
        **_state(),
    )


def _state() -> dict[str, object]:
    bundles = venue().bundles
    last, progress, waiting = bundles.last(), bundles.progress, bundles.book.waiting()
    return {
        "waiting": waiting,
        "mb_waiting": waiting.size_bytes / 1e6,
        "offers": [] if bundles.is_running else bundles.offers(),
        "is_running": bundles.is_running,
        "progress": progress,
        "progress_words": progress_words(progress),
        "last": last,
        "trouble": _trouble(last.error, last.detail, last.is_cut_off and not bundles.is_running),
        "has_printer": bench().has("printer"),
    }


def _trouble(code: str, detail: str, is_cut_off: bool) -> str:
    if is_cut_off:
        return str(_("The last bundle was cut off. Plug the stick in and press again: it goes on where it was."))
    return trouble_words(code, detail) if code else ""


def _slip() -> Paper:
    last = venue().bundles.last()
    if not last.number:
        raise NotFound
    return bundle_slip(venue(), last)


def _number() -> str:
    return str(venue().bundles.last().number)
