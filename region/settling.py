"""The reviewers' page of conflicts: what is open, one of them side by side, the decision, and what was decided."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import format_datetime
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response as BaseResponse

from region.comparing import item, screen
from region.conflict_models import SettlementRow
from region.conflict_words import OUTCOMES as OUTCOME_WORDS
from region.conflict_words import REASONS as REASON_WORDS
from region.conflict_words import TITLES
from region.conflicts import Conflict, Kind, alike, find_open
from region.dossier import note_view, read_dossier
from region.errors import AlreadySettledError, UnknownObjectError
from region.guard import reviewer
from region.models import RecordRow, Reviewer
from region.persons import Persons
from region.presenting import TIME
from region.settlements import COUNTS, MAX_NOTE_CHARS, OTHER, OUTCOMES, REASONS, Settlement, settle_conflict, settled
from region.store import Store
from region.venues import venue_names

Answer = str | BaseResponse | tuple[str, int]
SHOWN = 100


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed, as it was typed."""

    choice: str = ""
    reason: str = ""
    note: str = ""
    alike: str = ""


def blueprint(store: Store, persons: Persons) -> Blueprint:
    """Return the routes under /conflicts."""
    pages = Blueprint("conflicts", __name__, url_prefix="/conflicts")

    @pages.get("/")
    def worklist() -> Answer:
        kind = request.args.get("kind", "")
        return render_template("region/conflicts.html", **_list(store, persons, kind if kind in set(Kind) else ""))

    @pages.get("/<key>")
    def show(key: str) -> Answer:
        conflict = _open(store, key)
        for side in conflict.sides:
            note_view(store, reviewer().id, side.digest)
        return _screen(store, conflict, Typed(), {})

    @pages.post("/<key>")
    def settle(key: str) -> Answer:
        typed = Typed(*(request.form.get(name, "").strip() for name in ("choice", "reason", "note", "alike")))
        conflict = _open(store, key)
        problems = _problems(conflict, typed)
        if problems:
            return _screen(store, conflict, typed, problems), 422
        settle_conflict(store, key, reviewer().id, _settlement(conflict, typed), with_alike=bool(typed.alike))
        flash(_("The conflict is settled. What it means for each record is done."), "good")
        return redirect(url_for("conflicts.worklist"), 303)

    @pages.errorhandler(UnknownObjectError)
    @pages.errorhandler(AlreadySettledError)
    def gone(_error: Exception) -> Answer:
        flash(_("This conflict is settled, or its records have changed. Here is what is open now."), "attention")
        return redirect(url_for("conflicts.worklist"), 303)

    return pages


def _open(store: Store, key: str) -> Conflict:
    """Return an open conflict.

    Raises:
        UnknownObjectError: it is not open (any more).
    """
    with store.read() as session:
        found = next((one for one in find_open(session) if one.key == key), None)
    if found is None:
        raise UnknownObjectError("no such conflict")
    return found


def _list(store: Store, persons: Persons, kind: str) -> dict[str, Any]:
    with store.read() as session:
        conflicts = find_open(session)
        counts = Counter(one.kind for one in conflicts)
        shown = [one for one in conflicts if kind in ("", one.kind)][:SHOWN]
        digests = [side.digest for one in shown for side in one.sides]
        rows = {row.digest: row for row in session.scalars(select(RecordRow).where(RecordRow.digest.in_(digests)))}
        names = {row.id: row.name for row in session.scalars(select(Reviewer))}
        done = [_done(row, names) for row in settled(session, SHOWN) if kind in ("", row.kind)]
    venues = venue_names(store)
    return {
        "items": [_item(one, venues, persons, [rows[side.digest] for side in one.sides]) for one in shown],
        "kinds": [(each.value, str(TITLES[each]), counts[each]) for each in Kind],
        "chosen": kind,
        "total": len(conflicts),
        "done": done,
    }


def _item(conflict: Conflict, venues: Mapping[str, str], persons: Persons, rows: Sequence[RecordRow]) -> dict[str, Any]:
    named = [row.venue for row in rows] or [conflict.venue]
    return item(conflict, [venues.get(one, one) for one in named], [persons.of(row).reg_no for row in rows])


def _done(row: SettlementRow, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "title": str(TITLES[Kind(row.kind)]),
        "outcome": str(OUTCOME_WORDS[row.outcome]),
        "records": [(digest[:12], url_for("judging.record", digest=digest)) for digest in row.subjects]
        if row.kind != Kind.LOG
        else [],
        "chosen": row.chosen[:12],
        "reason": str(REASON_WORDS.get(row.reason, row.reason)),
        "note": row.note,
        "by": names.get(row.reviewer, row.reviewer),
        "at": format_datetime(row.settled_at, TIME),
    }


def _screen(store: Store, conflict: Conflict, typed: Typed, problems: Mapping[str, str]) -> str:
    dossiers = [read_dossier(store, side.digest) for side in conflict.sides]
    with store.read() as session:
        others = len(alike(session, conflict))
    context = screen(store, conflict, dossiers)
    return render_template("region/conflict.html", **context, others=others, typed=typed, problems=problems)


def _problems(conflict: Conflict, typed: Typed) -> dict[str, str]:
    problems: dict[str, str] = {}
    outcomes = {one.id: one for one in OUTCOMES[conflict.kind]}
    sides = {side.digest for side in conflict.sides if side.can_count} if COUNTS in outcomes else set()
    if typed.choice not in sides | (outcomes.keys() - {COUNTS}):
        problems["choice"] = _("Choose what is to be.")
    if typed.reason not in REASONS[conflict.kind]:
        problems["reason"] = _("Choose a reason.")
    is_told = typed.choice in sides or (typed.choice in outcomes and outcomes[typed.choice].itself is not None)
    if not typed.note and (typed.reason == OTHER or is_told):
        problems["note"] = _("Write why; the venue whose record does not count reads it.")
    if len(typed.note) > MAX_NOTE_CHARS:
        problems["note"] = _("The reason is too long; at most %(most)s characters.", most=MAX_NOTE_CHARS)
    return problems


def _settlement(conflict: Conflict, typed: Typed) -> Settlement:
    is_side = typed.choice in {side.digest for side in conflict.sides}
    return Settlement(COUNTS if is_side else typed.choice, typed.choice if is_side else "", typed.reason, typed.note)
