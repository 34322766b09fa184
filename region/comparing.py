"""Lays the sides of a conflict beside each other, and what else has to be known to settle it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import format_datetime
from flask_babel import gettext as _
from sqlalchemy import select

from records.verdict import Decision
from region.checkpoints import trouble_words
from region.clock_words import flag_words
from region.conflict_words import EXPLANATIONS, OUTCOMES, REASONS, TITLES
from region.conflicts import Conflict, Kind
from region.dossier import Dossier
from region.labels import STATES
from region.models import CheckpointRow, RecordRow, VerdictRow
from region.presenting import TIME, facts_of, pictures
from region.settlements import COUNTS
from region.settlements import OUTCOMES as POSSIBLE
from region.settlements import REASONS as POSSIBLE_REASONS
from region.store import Store
from region.venue_models import VenueKey
from region.wording import step_word

Details = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Case:
    """A conflict with its records, as they are needed to tell what is known of it."""

    store: Store
    conflict: Conflict
    dossiers: Sequence[Dossier]


def item(conflict: Conflict, venues: Sequence[str], persons: Sequence[str]) -> dict[str, Any]:
    """Return one line of the list of what is open; venues and persons are those of its sides."""
    return {
        "url": url_for("conflicts.show", key=conflict.key),
        "title": str(TITLES[conflict.kind]),
        "venue": " · ".join(dict.fromkeys(venues)),
        "whom": " · ".join(dict.fromkeys(filter(None, persons))) or conflict.subjects[0][:12],
        "since": format_datetime(conflict.at, TIME),
        "count": len(conflict.sides),
    }


def screen(store: Store, conflict: Conflict, dossiers: Sequence[Dossier]) -> dict[str, Any]:
    """Return what `region/conflict.html` lays out."""
    return {
        "conflict": conflict,
        "title": str(TITLES[conflict.kind]),
        "whom": " · ".join(dict.fromkeys(filter(None, (one.person.name for one in dossiers)))),
        "explanation": str(EXPLANATIONS[conflict.kind]),
        "details": _DETAILS[conflict.kind](Case(store, conflict, dossiers)) if conflict.kind in _DETAILS else [],
        "sides": [_side(number, dossier) for number, dossier in enumerate(dossiers, start=1)],
        "rows": _rows(dossiers),
        "choice_options": _choices(conflict),
        "reasons": [(code, str(REASONS[code])) for code in POSSIBLE_REASONS[conflict.kind]],
    }


def _side(number: int, dossier: Dossier) -> dict[str, Any]:
    return {
        "number": number,
        "url": url_for("judging.record", digest=dossier.row.digest),
        "badge": STATES[dossier.state],
        "pictures": pictures(dossier.document, dossier) if dossier.document else [],
    }


def _rows(dossiers: Sequence[Dossier]) -> list[dict[str, Any]]:
    """Return what is compared, line by line; a line is marked where the sides differ."""
    named = [_facts(dossier) for dossier in dossiers]
    labels = dict.fromkeys(label for facts in named for label in facts)
    rows = [(label, [facts.get(label, "") for facts in named]) for label in labels]
    return [
        {"label": label, "values": [value or "—" for value in values], "differs": len(set(values)) > 1}
        for label, values in rows
    ]


def _facts(dossier: Dossier) -> dict[str, str]:
    row, document = dossier.row, dossier.document
    heading = {
        str(_("Venue")): dossier.venue_name,
        str(_("Version")): str(row.version),
        str(_("Finished at the venue")): format_datetime(document.sealed_at, TIME) if document else "",
        str(_("Received at")): format_datetime(row.received_at, TIME),
        str(_("Follows version")): row.previous[:12],
        "SHA-256": row.digest[:12],
        str(_("Exceptions")): str(len(dossier.found)) if document else "",
        str(_("Acts")): str(len(document.lines)) if document else "",
    }
    return {**(dict(facts_of(document)) if document else {}), **heading}


def _choices(conflict: Conflict) -> list[tuple[str, str]]:
    """Return what can be decided: a record's digest where one of them is to count, else the outcome's id."""
    found: list[tuple[str, str]] = []
    for outcome in POSSIBLE[conflict.kind]:
        if outcome.id == COUNTS:
            sides = enumerate(conflict.sides, start=1)
            found += [
                (side.digest, str(_("Record %(number)s counts", number=n))) for n, side in sides if side.can_count
            ]
        else:
            found.append((outcome.id, str(OUTCOMES[outcome.id])))
    return found


def _of_key(case: Case) -> Details:
    row = case.dossiers[0].row
    with case.store.read() as session:
        key = session.get_one(VenueKey, row.key_id)
    if key.revoked_at is None:
        return []
    came = _("After the revocation") if row.is_held else _("Before the revocation")
    return [
        (str(_("Came to the region")), str(came)),
        (str(_("Key revoked at")), format_datetime(key.revoked_at, TIME)),
        (str(_("Why it was revoked")), key.reason),
        (str(_("Key")), key.key_id[:12]),
    ]


def _of_return(case: Case) -> Details:
    dossier = case.dossiers[0]
    mine = (RecordRow.venue == dossier.row.venue, RecordRow.visit == dossier.row.visit)
    query = select(RecordRow.version, VerdictRow).join(RecordRow, RecordRow.digest == VerdictRow.record_digest)
    query = query.where(*mine, VerdictRow.decision == Decision.RETURNED.value).order_by(VerdictRow.seq)
    with case.store.read() as session:
        returned = session.execute(query).all()
    asked = [
        (str(_("Version %(number)s was returned", number=version)), f"{step_word(verdict.step)}: {verdict.reason}")
        for version, verdict in returned
    ]
    news = ", ".join(dict.fromkeys(step_word(line.step) for line in dossier.news))
    return [*asked, (str(_("New in this version")), news or "—")]


def _of_clock(case: Case) -> Details:
    return flag_words(case.dossiers[0].flags)


def _of_log(case: Case) -> Details:
    with case.store.read() as session:
        row = session.scalars(select(CheckpointRow).where(CheckpointRow.digest == case.conflict.subject)).one()
    return [
        (str(_("Checkpoint")), str(row.number)),
        (str(_("Entry")), str(row.entry)),
        (str(_("What is wrong")), trouble_words(row.trouble)),
    ]


_DETAILS: Mapping[Kind, Callable[[Case], Details]] = {
    Kind.REVOKED_KEY: _of_key,
    Kind.CROSSED: _of_return,
    Kind.CLOCK: _of_clock,
    Kind.LOG: _of_log,
}
