"""Conflicts that were settled: what was decided, and the button that takes it back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug import Response
from werkzeug.exceptions import NotFound

from kiosk.auth import staff
from kiosk.conflict_words import EXPLANATIONS, OUTCOMES, REASONS, TITLES
from kiosk.filters import local_day, local_time
from kiosk.settling import MAX_NOTE_CHARS, why_not_taken_back
from kiosk.strips import desk_context
from kiosk.views.here import actor, origin, station_label, venue
from local_db.conflict_rules import Kind
from local_db.conflicts import Settled

_WHY_NOT = {
    "taken_back": _l("Somebody has taken this back already."),
    "done": _l(
        "What was decided is done and cannot be undone. If something is still wrong, it is shown as a conflict."
    ),
    "lower_role": _l("A lead has settled this. Only a lead can take it back."),
}

blueprint = Blueprint("settlements", __name__, url_prefix="/lead/settlements")


@blueprint.get("/<int:settlement>")
@staff("LEAD", "REVIEW2")
def show(settlement: int) -> str:
    """One settlement."""
    return _screen(_known(settlement), {})


@blueprint.post("/<int:settlement>")
@staff("LEAD", "REVIEW2")
def take_back(settlement: int) -> Response | tuple[str, int]:
    """Add that it is taken back, with a reason."""
    settled, note = _known(settlement), request.form.get("note", "").strip()
    if not note:
        return _screen(settled, {"note": _("Write the reason in your own words.")}), 422
    if len(note) > MAX_NOTE_CHARS:
        return _screen(settled, {"note": _("That is too long; at most %(most)s characters.", most=MAX_NOTE_CHARS)}), 422
    if why_not_taken_back(venue(), settled, actor().roles):
        return _screen(settled, {}), 409
    if venue().conflicts.take_back(settled, note, origin()):
        flash(_("The settlement is taken back. If the conflict is still there, it is open again."), "good")
    else:
        flash(_("Somebody has taken this back already."), "attention")
    return redirect(url_for("conflicts.show"), 303)


def settled_view(settled: Settled) -> dict[str, Any]:
    """Return how a conflict was settled, in words."""
    back = settled.retraction
    return {
        "url": url_for("settlements.show", settlement=settled.id),
        "title": str(TITLES[Kind(settled.kind)]),
        "outcome": str(OUTCOMES.get(settled.decision.outcome, settled.decision.outcome)),
        "reason": str(REASONS.get(settled.decision.reason, settled.decision.reason)),
        "note": settled.decision.note,
        "visits": [(visit, _number(visit)) for visit in settled.visits],
        "by": settled.actor,
        "station": station_label(settled.station),
        "at": _moment(settled.at),
        "retraction": {"note": back.note, "by": back.actor, "at": _moment(back.at)} if back else None,
    }


def _known(settlement: int) -> Settled:
    settled = venue().conflicts.settlement(settlement)
    if settled is None:
        raise NotFound
    return settled


def _screen(settled: Settled, problems: Mapping[str, str]) -> str:
    code = why_not_taken_back(venue(), settled, actor().roles)
    return render_template(
        "kiosk/settlement.html",
        **desk_context(),
        one=settled_view(settled),
        explanation=str(EXPLANATIONS[Kind(settled.kind)]),
        why_not=str(_WHY_NOT[code]) if code else "",
        names={person.id: person.name for person in venue().book.everyone()},
        typed=request.form,
        problems=problems,
    )


def _number(visit_id: str) -> str:
    visit = venue().store.visit(visit_id)
    return visit.ticket.number if visit.ticket else visit.registration.reg_no


def _moment(at: datetime) -> str:
    return f"{local_day(at)} {local_time(at)}"
