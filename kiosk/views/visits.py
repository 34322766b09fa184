"""A visit as staff see it: overview, doing a step again, receipt and slip."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from kiosk.auth import FLOOR, paired, staff
from kiosk.overview import last_calls
from kiosk.sheet_pdf import pdf_of
from kiosk.sheets import PAPERS
from kiosk.versions import versions_of
from kiosk.views.here import actor, bench, origin, station_label, today, venue
from kiosk.views.journey import allowed_visit, note_overtaken
from kiosk.views.visit_side import other_stations, visit_side
from local_db.errors import StaleVisitError

blueprint = Blueprint("visits", __name__, url_prefix="/visits/<visit_id>")

PDF_POLICY = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'"
"""Our own pages may hold a PDF in a frame, to print it from there; the browser's viewer brings its own style."""


@blueprint.get("/overview")
@staff(*FLOOR)
def show(visit_id: str) -> str:
    """Where the candidate stands, what was captured, what the region said."""
    visit = venue().store.visit(visit_id)
    return render_template(
        "kiosk/visit.html",
        **visit_side(visit),
        has_printer=bench().has("printer"),
        copies={kind: venue().prints.copies(visit_id, kind) for kind in PAPERS},
        trail=list(reversed(visit.entries)),
        versions=versions_of(visit, venue().outbox.verdicts.of(visit.registration.reg_no)),
        names={person.id: person.name for person in venue().book.everyone()},
        file_url=lambda digest: url_for("files.show", visit_id=visit_id, digest=digest),
    )


@blueprint.post("/again")
@staff("REVIEW2", "CAPTURE", "LEAD")
def again(visit_id: str) -> Response:
    """Have a finished step done again, with a reason."""
    visit = venue().store.visit(visit_id)
    step = venue().journey.profile(visit).step(request.form.get("step", ""))
    reason = request.form.get("reason", "").strip()[:200]
    if step is None or step.id == "arrival":
        flash(_("Choose the step that is to be done again."), "bad")
    elif not reason:
        flash(_("Write why the step is done again; nothing was changed."), "bad")
    else:
        after = request.form.get("after", type=int, default=-1)
        try:
            venue().journey.have_done_again(visit, step.id, reason, after, origin())
            flash(_("The step has to be done again."), "good")
        except StaleVisitError:
            note_overtaken(venue().store.visit(visit_id), step.id, after)
            flash(_("Something was saved for this candidate meanwhile. Look again, then decide."), "attention")
    return redirect(url_for("visits.show", visit_id=visit_id), 303)


@blueprint.post("/hand-over")
@staff(*FLOOR)
def hand_over(visit_id: str) -> Response:
    """Send the candidate to another station, which goes on where this one stopped: a device here may be broken."""
    visit = venue().store.visit(visit_id)
    target = request.form.get("station", "")
    step = venue().journey.way(visit).current
    if step is None or visit.ticket is None or target not in dict(other_stations(visit)):
        flash(_("Choose where the candidate goes on."), "bad")
        return redirect(url_for("visits.show", visit_id=visit_id), 303)
    calls = last_calls(venue().queue.calls(today()))
    after = calls[visit_id].id if visit_id in calls else 0
    if not venue().queue.note_call(visit.ticket, "call", step.step.id, target, actor().id, after=after):
        flash(_("Another desk was quicker with this candidate. Here is the queue now."), "attention")
        return redirect(url_for("desk.show"), 303)
    told = {"number": visit.ticket.number, "station": station_label(target)}
    flash(_("Number %(number)s goes on at %(station)s. Everything done so far is there.", **told), "good")
    return redirect(url_for("desk.show"), 303)


@blueprint.get("/receipt.pdf")
@paired
def receipt(visit_id: str) -> Response:
    """The candidate's receipt, as PDF."""
    return _pdf("receipt", visit_id)


@blueprint.get("/slip.pdf")
@paired
def slip(visit_id: str) -> Response:
    """The list of what the candidate still has to bring, and by when, as PDF."""
    return _pdf("slip", visit_id)


@blueprint.get("/ticket.pdf")
@paired
def ticket(visit_id: str) -> Response:
    """The queue ticket, as PDF."""
    return _pdf("ticket", visit_id)


def _pdf(kind: str, visit_id: str) -> Response:
    content = pdf_of(PAPERS[kind](venue(), allowed_visit(visit_id)))
    venue().prints.note_pdf(visit_id, kind, origin())
    headers = {"Content-Disposition": "inline", "Content-Security-Policy": PDF_POLICY}
    return Response(content, mimetype="application/pdf", headers=headers)
