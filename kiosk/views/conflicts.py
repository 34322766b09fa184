"""Conflicts: what is open, one of them with what is known of it, the decision, and what was decided before."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from kiosk.act_words import off_words
from kiosk.auth import staff
from kiosk.conflict_words import EXPLANATIONS, OUTCOMES, REASONS, TITLES, clock_words, code_label
from kiosk.errors import LostCaptureError
from kiosk.filters import local_day, local_time
from kiosk.line_words import trouble_label
from kiosk.settling import MAX_NOTE_CHARS, OTHER, outcomes, settle
from kiosk.settling import REASONS as POSSIBLE
from kiosk.strips import desk_context
from kiosk.trail import decision_label, part_label
from kiosk.versions import versions_of
from kiosk.views.here import origin, station_label, venue
from kiosk.views.settlements import settled_view
from kiosk.wording import step_label
from local_db.conflict_rules import Conflict, Kind
from local_db.conflicts import Decision
from local_db.errors import StaleVisitError
from local_db.visits import Visit

SHOWN = 100
_COMPARED, _PICTURES = ("photo", "fingerprint"), ("image/jpeg", "image/png")
Facts = list[tuple[str, str]]

blueprint = Blueprint("conflicts", __name__, url_prefix="/lead/conflicts")


@blueprint.get("/")
@staff("LEAD", "REVIEW2")
def show() -> str:
    """Everything that waits for a lead, and what was settled."""
    found, kind = venue().conflicts.open(), request.args.get("kind", "")
    wanted = kind if kind in set(Kind) else ""
    numbers = Counter(one.kind for one in found)
    return render_template(
        "kiosk/conflicts.html",
        **desk_context(),
        items=[_item(one) for one in found if wanted in ("", one.kind)][:SHOWN],
        kinds=[(each.value, str(TITLES[each]), numbers[each]) for each in Kind],
        chosen=wanted,
        total=len(found),
        done=[settled_view(one) for one in venue().conflicts.settled(SHOWN) if wanted in ("", one.kind)],
        names={person.id: person.name for person in venue().book.everyone()},
        clock_off=off_words(venue().audit.drift().total_seconds()),
        region_off=off_words(venue().checkpoints.skew_s()),
    )


@blueprint.get("/<key>")
@staff("LEAD", "REVIEW2")
def one(key: str) -> Response | str:
    """One conflict, to be settled."""
    conflict = venue().conflicts.find(key)
    return _gone() if conflict is None else _screen(conflict, {})


@blueprint.post("/<key>")
@staff("LEAD", "REVIEW2")
def decide(key: str) -> Response | tuple[str, int]:
    """Keep the decision and do what it means."""
    conflict = venue().conflicts.find(key)
    if conflict is None:
        return _gone()
    decision = Decision(*(request.form.get(name, "").strip() for name in ("outcome", "reason", "note")))
    problems = _problems(conflict, decision)
    if problems:
        return _screen(conflict, problems), 422
    try:
        if not settle(venue(), conflict, decision, origin()):
            return _gone()
    except LostCaptureError as error:
        words = _(
            "%(step)s is damaged on this computer and has to be done again first.", step=step_label(error.step_id)
        )
        return _screen(conflict, {"outcome": words}), 409
    except StaleVisitError:
        words = _("Something was saved for this candidate meanwhile. Look again, then decide.")
        return _screen(conflict, {"outcome": words}), 409
    flash(_flash(decision.outcome), "good")
    return redirect(url_for("conflicts.show"), 303)


def _flash(outcome: str) -> str:
    if outcome in ("same", "two_people"):
        return str(_("Noted. Keep both candidates here and call the region before either record goes on."))
    return str(_("Settled. What it means is done."))


def _gone() -> Response:
    flash(_("Somebody has noted this already. Here is what is still open."), "attention")
    return redirect(url_for("conflicts.show"), 303)


def _problems(conflict: Conflict, decision: Decision) -> dict[str, str]:
    problems = {}
    if decision.outcome not in outcomes(venue(), conflict):
        problems["outcome"] = _("Choose what is to be.")
    if decision.reason not in POSSIBLE[conflict.kind]:
        problems["reason"] = _("Choose a reason.")
    if decision.reason == OTHER and not decision.note:
        problems["note"] = _("Write the reason in your own words.")
    if len(decision.note) > MAX_NOTE_CHARS:
        problems["note"] = _("That is too long; at most %(most)s characters.", most=MAX_NOTE_CHARS)
    return problems


def _screen(conflict: Conflict, problems: Mapping[str, str]) -> str:
    return render_template(
        "kiosk/conflict.html",
        **desk_context(),
        title=str(TITLES[conflict.kind]),
        explanation=str(EXPLANATIONS[conflict.kind]),
        facts=[(_("Since"), _moment(conflict.at)), *_FACTS[conflict.kind](conflict)],
        people=[_person(venue().store.visit(visit)) for visit in conflict.visits],
        outcomes=[(code, str(OUTCOMES[code])) for code in outcomes(venue(), conflict)],
        reasons=[(code, str(REASONS[code])) for code in POSSIBLE[conflict.kind]],
        typed=request.form,
        problems=problems,
    )


def _person(visit: Visit) -> dict[str, Any]:
    """Return what is compared of one visit: the finger and the face as they stand, and the versions."""
    standing = venue().journey.case(visit).standing
    files = [
        (entry.evidence, file)
        for step in _COMPARED
        for entry in standing.of(step)
        for file in entry.evidence.attachments
    ]
    return {
        "visit": visit,
        "pictures": [
            (url_for("files.show", visit_id=visit.id, digest=file.digest), step_label(evidence.step))
            for evidence, file in files
            if file.media_type in _PICTURES
        ],
        "versions": versions_of(visit, venue().outbox.verdicts.of(visit.registration.reg_no)),
    }


def _item(conflict: Conflict) -> dict[str, Any]:
    return {
        "url": url_for("conflicts.one", key=conflict.key),
        "title": str(TITLES[conflict.kind]),
        "whom": [_number(venue().store.visit(visit)) for visit in conflict.visits],
        "since": _moment(conflict.at),
    }


def _number(visit: Visit) -> str:
    return visit.ticket.number if visit.ticket else visit.registration.reg_no


def _moment(at: datetime) -> str:
    return f"{local_day(at)} {local_time(at)}"


def _of_stations(conflict: Conflict) -> Facts:
    detail = conflict.detail
    return [
        (_("Not saved"), f"{step_label(str(detail['step']))} · {station_label(str(detail['station']))}"),
        (_("Saved first at"), station_label(str(detail["other"]))),
    ]


def _of_double(conflict: Conflict) -> Facts:
    detail = conflict.detail
    fingers = (part_label("fingerprint", str(detail[name])) for name in ("finger", "other_finger"))
    return [
        (_("Fingers"), " · ".join(fingers)),
        (_("How alike"), _("Alike %(percent)s of 100", percent=detail["likeness_pct"])),
    ]


def _of_verdict(conflict: Conflict) -> Facts:
    detail = conflict.detail
    lines = [
        (_("The region's decision"), decision_label(str(detail["decision"]))),
        (_("Why"), code_label(str(detail["code"]))),
        (_("Step to be done again"), step_label(str(detail["step"]))),
        (_("Reason"), str(detail["reason"])),
        (_("About version"), str(detail.get("version") or "")),
        (_("Newest version here"), str(detail.get("newest") or "")),
        ("SHA-256", str(detail["record"])[:12]),
    ]
    return [(label, value) for label, value in lines if value]


def _of_object(conflict: Conflict) -> Facts:
    detail = conflict.detail
    return [
        (_("Object"), _("Record") if detail["object"] == "record" else _("File")),
        ("SHA-256", str(detail["digest"])[:12]),
        (_("What went wrong last"), trouble_label(str(detail["error"]))),
        (_("Tries"), str(detail["attempts"])),
    ]


def _of_clock(conflict: Conflict) -> Facts:
    detail = conflict.detail
    return [
        (_("Until"), _moment(datetime.fromisoformat(str(detail["until"])))),
        (_("Clock was"), clock_words(str(detail["clock"]))),
        (_("Entries of the audit log"), f"{detail['first']} – {detail['last']}"),
    ]


_FACTS: Mapping[Kind, Callable[[Conflict], Facts]] = {
    Kind.TWO_STATIONS: _of_stations,
    Kind.DOUBLE: _of_double,
    Kind.CROSSED: _of_verdict,
    Kind.UNKNOWN: _of_verdict,
    Kind.SET_ASIDE: _of_verdict,
    Kind.REINSTATED: _of_verdict,
    Kind.PARKED: _of_object,
    Kind.HELD: _of_object,
    Kind.CLOCK: _of_clock,
}
