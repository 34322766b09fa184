"""Turns corrections into what the candidate's pages lay out."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for
from flask_babel import LazyString, format_datetime
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from region.corrections.phases import CORRECTABLE, Closed
from region.corrections.requesting import words_of
from region.corrections.words import OUTCOME_WORDS
from region.labels import FACTS
from region.picture_words import found_words
from region.portal.presenting import fact_words, shown_status
from region.portal.words import Badge
from region.registry.box import Box
from region.registry.reading import Case
from region.registry.review_models import CorrectionPictureRow, CorrectionRow
from region.registry.rules import Rules
from region.registry.status import Status

TIME = "yyyy-MM-dd HH:mm"

CLOSED: Mapping[Closed, LazyString] = {
    Closed.NEVER: _l(
        "Your region takes no corrections here. Bring the proof to your venue, or call it: it has the data corrected."
    ),
    Closed.OVER: _l("The whole review has ended. Nothing of the registration can be corrected any more."),
    Closed.DEADLINE: _l(
        "The time in which you can ask for corrections yourself ended with the time for uploading. Ask your venue: it "
        "may still have data corrected during its review."
    ),
    Closed.DECIDED: _l(
        "The review has gone on, and you can no longer ask for corrections yourself. If something is wrong, call your "
        "venue."
    ),
}
"""Why nothing can be asked for, and what to do."""

LAPSED: Badge = ("off", _l("Not decided before the review ended"))


def closed_words(closed: Closed) -> str:
    """Return why nothing can be asked for now, "" if something can."""
    return str(CLOSED[closed]) if closed is not Closed.OPEN else ""


def fields(case: Case) -> list[tuple[str, str]]:
    """Return what may be asked for, each with what the registration says now."""
    now = case.person.fields
    said = [(name, f"{FACTS[name]}: {fact_words(name, now.get(name, '')) or _('(nothing)')}") for name in CORRECTABLE]
    return [("", str(_("Please choose"))), *said]


def line(box: Box, row: CorrectionRow, case: Case, rules: Rules) -> dict[str, Any]:
    """Return a request as a line of the candidate's list."""
    words = words_of(box, row)
    return {
        "url": url_for("corrections.one", id_=row.id),
        "field": FACTS.get(row.field, row.field),
        "old": fact_words(row.field, words["old"]),
        "new": fact_words(row.field, words["new"]),
        "at": format_datetime(row.requested_at, TIME),
        "badge": _badge(row, case, rules),
        "decision": row.decision,
    }


def whole(
    box: Box, row: CorrectionRow, case: Case, rules: Rules, pictures: Sequence[CorrectionPictureRow]
) -> dict[str, Any]:
    """Return what `region/portal/correction.html` lays out; the new value in full, for it has to be read over."""
    words = words_of(box, row)
    return {
        **line(box, row, case, rules),
        "badge_of_it": _badge(row, case, rules),
        "new": words["new"],
        "reason": words["reason"],
        "decided_at": format_datetime(row.decided_at, TIME) if row.decided_at else "",
        "evidence": [
            {
                "url": url_for("corrections.evidence", id_=row.id, number=picture.number),
                "number": picture.number,
                "found": found_words(picture.warnings),
            }
            for picture in pictures
        ],
    }


def _badge(row: CorrectionRow, case: Case, rules: Rules) -> Badge:
    """Return how far it is: one that nobody can decide any more does not wait for ever."""
    in_review = shown_status(case, rules) in (Status.FILLING, Status.VENUE_PASSED)
    if not row.outcome and (case.is_over or not in_review):
        return LAPSED
    return OUTCOME_WORDS[row.outcome]
