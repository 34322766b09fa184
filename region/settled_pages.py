"""The screen of a conflict that was settled: what was decided, and the button that takes it back."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import format_datetime
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as BaseResponse

from region.conflict_models import RetractionRow, SettlementRow
from region.conflict_words import EXPLANATIONS, OUTCOMES, REASONS, TITLES
from region.conflicts import Kind
from region.errors import RetractionRefusedError, UnknownObjectError
from region.guard import reviewer
from region.models import Reviewer
from region.presenting import TIME
from region.retracting import retraction_of, take_back, why_not
from region.settlements import MAX_NOTE_CHARS
from region.store import Store

Answer = str | BaseResponse | tuple[str, int]
_WHY_NOT = {
    "taken_back": _l("Somebody has taken this back already."),
    "lower_role": _l("A lead has settled this. Only a lead can take it back."),
    "too_late": _l(
        "This person was passed or refused since. What was decided relies on this settlement, so it can no longer be "
        "taken back."
    ),
}


def add_settled(pages: Blueprint, store: Store) -> None:
    """Add the routes under /conflicts/settled."""

    @pages.get("/settled/<int:seq>")
    def settled_one(seq: int) -> Answer:
        return _screen(store, seq, "", {})

    @pages.post("/settled/<int:seq>")
    def take_back_one(seq: int) -> Answer:
        note = request.form.get("note", "").strip()
        if problem := _problem(note):
            return _screen(store, seq, note, {"note": problem}), 422
        try:
            take_back(store, seq, reviewer(), note)
        except RetractionRefusedError as error:
            return _screen(store, seq, note, {"note": str(_WHY_NOT[error.code])}), 409
        flash(_("The settlement is taken back. The conflict is open again; the venues concerned are told."), "good")
        return redirect(url_for("conflicts.worklist"), 303)


def settled_view(row: SettlementRow, retraction: RetractionRow | None, names: Mapping[str, str]) -> dict[str, Any]:
    """Return how a conflict was settled, and that it was taken back, in words."""
    return {
        "url": url_for("conflicts.settled_one", seq=row.seq),
        "title": str(TITLES[Kind(row.kind)]),
        "outcome": str(OUTCOMES[row.outcome]),
        "records": [(digest[:12], url_for("judging.record", digest=digest)) for digest in row.subjects]
        if row.kind != Kind.LOG
        else [],
        "chosen": row.chosen[:12],
        "reason": str(REASONS.get(row.reason, row.reason)),
        "note": row.note,
        "by": names.get(row.reviewer, row.reviewer),
        "at": format_datetime(row.settled_at, TIME),
        "retraction": _retraction_view(retraction, names) if retraction else None,
    }


def _retraction_view(row: RetractionRow, names: Mapping[str, str]) -> dict[str, str]:
    return {
        "note": row.note,
        "by": names.get(row.reviewer, row.reviewer),
        "at": format_datetime(row.taken_back_at, TIME),
    }


def _problem(note: str) -> str:
    if not note:
        return str(_("Write why; the venue whose record is asked about again reads it."))
    if len(note) > MAX_NOTE_CHARS:
        return str(_("The reason is too long; at most %(most)s characters.", most=MAX_NOTE_CHARS))
    return ""


def _screen(store: Store, seq: int, note: str, problems: Mapping[str, str]) -> str:
    with store.read() as session:
        row = session.get(SettlementRow, seq)
        if row is None:
            raise UnknownObjectError("no such settlement")
        ids = {row.reviewer, *((found.reviewer,) if (found := retraction_of(session, row)) else ())}
        names = {id_: session.get_one(Reviewer, id_).name for id_ in ids}
        code = why_not(session, row, reviewer())
        one = settled_view(row, found, names)
    return render_template(
        "region/settled.html",
        one=one,
        explanation=str(EXPLANATIONS[Kind(row.kind)]),
        why_not=str(_WHY_NOT[code]) if code else "",
        note=note,
        problems=problems,
    )
