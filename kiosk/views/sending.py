"""What is on its way to the region, object by object; pausing it, and having refused objects tried again."""

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response
from werkzeug.exceptions import NotFound

from kiosk.auth import staff
from kiosk.strips import desk_context
from kiosk.views.here import actor, origin, venue
from local_db.sending import SendingBook

SHOWN = 20

blueprint = Blueprint("sending", __name__, url_prefix="/lead/sending")


@blueprint.get("/")
@staff("LEAD", "REVIEW2", "ADMIN")
def show() -> str:
    """Every record that is not accepted yet, or the newest of all."""
    return render_template("kiosk/sending.html", **desk_context(), **_context())


@blueprint.get("/list")
@staff("LEAD", "REVIEW2", "ADMIN")
def part() -> Response:
    """The part of the page that changes by itself; 304 while nothing has changed."""
    response = make_response(render_template("kiosk/parts/sending.html", **_context()))
    response.add_etag()
    return response.make_conditional(request)


@blueprint.post("/pause")
@staff("LEAD", "ADMIN")
def pause() -> Response:
    """Stop sending, or go on."""
    worker = venue().worker
    if worker is None:
        raise NotFound
    pauses = request.form.get("act") == "pause"
    (worker.pause if pauses else worker.resume)()
    venue().store.note("sending_paused" if pauses else "sending_resumed", "", origin())
    flash(_("Nothing is sent until somebody goes on.") if pauses else _("Sending goes on."), "good")
    return redirect(url_for("sending.show"), 303)


@blueprint.post("/again")
@staff("LEAD", "ADMIN")
def again() -> Response:
    """Have one object sent again, or all that the region refused."""
    digest = request.form.get("digest", "")
    parked = [parcel.digest for parcel, _error in venue().outbox.parked()]
    chosen = [one for one in parked if digest in ("", one)]
    venue().outbox.send_again(chosen)
    for one in chosen:
        venue().store.note("object_sent_again", one, origin())
    if worker := venue().worker:
        worker.wake()
    flash(_("They will be sent again."), "good")
    return redirect(url_for("sending.show"), 303)


def _context() -> dict[str, object]:
    book, worker = SendingBook(venue().database), venue().worker
    shows_all = request.args.get("all") == "1"
    objects, size_bytes = book.left()
    region = venue().settings.region
    return {
        "journeys": book.journeys(SHOWN, open_only=not shows_all),
        "shows_all": shows_all,
        "may_carry": actor().may("LEAD", "ADMIN"),
        "has_region": worker is not None,
        "is_paused": worker is not None and worker.is_paused,
        "held_until": worker.held_until if worker else None,
        "last_error": venue().outbox.recall("last_error"),
        "objects_left": objects,
        "mb_left": size_bytes / 1e6,
        "max_kbit_s": region.max_kbit_s if region else 0,
    }
