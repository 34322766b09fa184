"""Merges a roster's registrations with those the database has.

A newer roster updates what the candidate has not confirmed yet; what is confirmed stays as it was shown and is flagged
for a lead (`local_db.roster_flags`). Registrations that a newer roster leaves out are left alone. So is what the region
itself has said over the line (`local_db.online_merge`): nobody can see whether a file is older or newer than that.
`row_digest` is always that of the newest roster's row, so that what was settled once is not flagged again.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from local_db.models import EvidenceRow, RegistrationRow, RosterImport, VisitRow
from local_db.online_models import OnlineRow
from local_db.visits import load_visits, registration_of
from records.registration import Registration, Slot
from records.standing import standing
from rules.roster.folding import id_tail, name_folded

CONFIRMING_STEP = "form"
"""The step whose standing evidence says that the candidate has confirmed the data."""

_AT_ONCE = 500
"""SQLite takes a limited number of parameters in one statement."""

_SLOT = ("slot_day", "slot_starts", "slot_ends")

Values = Mapping[str, Any]


def row_values(registration: Registration) -> dict[str, Any]:
    """Return the columns of a registration's row that come from the roster."""
    slot = registration.slot
    values: dict[str, Any] = {
        "reg_no": registration.reg_no,
        "name_folded": name_folded(registration.fields["name"]),
        "id_no": registration.fields["id_no"],
        "id_tail": id_tail(registration.fields["id_no"]),
        "fields": dict(registration.fields),
        "extra": dict(registration.extra or {}),
        "warnings": list(registration.warnings),
        "slot_day": slot.day if slot else None,
        "slot_starts": slot.starts if slot else None,
        "slot_ends": slot.ends if slot else None,
    }
    said = json.dumps(said_of(registration), ensure_ascii=False, sort_keys=True)
    return {**values, "row_digest": sha256(said.encode()).hexdigest(), "flagged": None}


def said_of(registration: Registration) -> dict[str, str]:
    """Return all that a roster says of a candidate as text, by field code or by further column."""
    return {**(registration.extra or {}), **registration.fields, **slot_texts(registration.slot)}


def slot_texts(slot: Slot | None) -> dict[str, str]:
    """Return the appointment as `slot_day` and `slot_time`, both "" without one.

    >>> slot_texts(None)
    {'slot_day': '', 'slot_time': ''}
    """
    if slot is None:
        return {"slot_day": "", "slot_time": ""}
    return {"slot_day": slot.day.isoformat(), "slot_time": f"{slot.starts:%H:%M}-{slot.ends:%H:%M}"}


def merge(
    session: Session, prepared: Sequence[Values], mentioned: Iterable[str], entry: RosterImport
) -> dict[str, int]:
    """Write what is new or changed, and return how many were added, updated, unchanged, flagged, absent.

    Args:
        session: inside the transaction.
        prepared: see `row_values`.
        mentioned: registration numbers of all the roster's rows, refused ones too.
        entry: the import, already with its id.
    """
    known = _known(session)
    stamp = {"import_id": entry.id, "updated_at": entry.imported_at}
    added = [{**values, **stamp} for values in prepared if values["reg_no"] not in known]
    changed = _with_slots(session, [values for values in prepared if _is_changed(values, known)])
    kept = confirmed(session, [values["reg_no"] for values in changed]) | _said_over_the_line(session, changed)
    updated = [
        {**values, **stamp, "id": known[values["reg_no"]][0]} for values in changed if values["reg_no"] not in kept
    ]
    flagged = [values for values in changed if values["reg_no"] in kept]
    if added:
        session.execute(insert(RegistrationRow), added)
    if updated:
        session.execute(update(RegistrationRow), updated)
    differing = [flag(session, values) for values in flagged].count(True)
    return {
        "added": len(added),
        "updated": len(updated),
        "unchanged": len(prepared) - len(added) - len(updated) - differing,
        "flagged": differing,
        "absent": len(known.keys() - set(mentioned)),
    }


def _known(session: Session) -> dict[str, tuple[int, str]]:
    """Return row id and digest of every registration."""
    rows = session.execute(select(RegistrationRow.reg_no, RegistrationRow.id, RegistrationRow.row_digest))
    return {reg_no: (row_id, digest) for reg_no, row_id, digest in rows}


def _is_changed(values: Values, known: Mapping[str, tuple[int, str]]) -> bool:
    old = known.get(values["reg_no"])
    return old is not None and old[1] != values["row_digest"]


def confirmed(session: Session, reg_nos: Sequence[str]) -> frozenset[str]:
    """Return those whose candidate has confirmed the data as they stand."""
    found: set[str] = set()
    filed = select(EvidenceRow.visit_id).where(EvidenceRow.step == CONFIRMING_STEP)
    for start in range(0, len(reg_nos), _AT_ONCE):
        visits = select(VisitRow).join(RegistrationRow).where(VisitRow.id.in_(filed))
        rows = session.scalars(visits.where(RegistrationRow.reg_no.in_(reg_nos[start : start + _AT_ONCE])))
        for visit in load_visits(session, rows):
            if standing(visit.entries, visit.registration.fields).of(CONFIRMING_STEP):
                found.add(visit.registration.reg_no)
    return frozenset(found)


def _with_slots(session: Session, changed: Sequence[Values]) -> list[Values]:
    """Return the rows with the appointment the region has told over the line, where the file has none."""
    found: dict[str, Values] = {}
    for start in range(0, len(changed), _AT_ONCE):
        bare = [values["reg_no"] for values in changed[start : start + _AT_ONCE] if values["slot_day"] is None]
        columns = (RegistrationRow.reg_no, *(getattr(RegistrationRow, name) for name in _SLOT))
        query = select(*columns).join(OnlineRow, OnlineRow.reg_no == RegistrationRow.reg_no)
        for reg_no, *slot in session.execute(query.where(RegistrationRow.reg_no.in_(bare))):
            found[reg_no] = dict(zip(_SLOT, slot, strict=True))
    return [{**values, **found.get(values["reg_no"], {})} for values in changed]


def _said_over_the_line(session: Session, changed: Sequence[Values]) -> frozenset[str]:
    """Return those of whom the region has said something else over the line; further columns are the file's to say."""
    found: set[str] = set()
    for start in range(0, len(changed), _AT_ONCE):
        some = {values["reg_no"]: values for values in changed[start : start + _AT_ONCE]}
        query = select(RegistrationRow).join(OnlineRow, OnlineRow.reg_no == RegistrationRow.reg_no)
        for row in session.scalars(query.where(RegistrationRow.reg_no.in_(some))):
            new = registration_of(RegistrationRow(**some[row.reg_no]))
            if said_of(replace(registration_of(row), extra=None)) != said_of(replace(new, extra=None)):
                found.add(row.reg_no)
    return frozenset(found)


def flag(session: Session, values: Values) -> bool:
    """Keep what the roster now says of a confirmed registration beside it; return whether it differs at all."""
    row = session.scalars(select(RegistrationRow).where(RegistrationRow.reg_no == values["reg_no"])).one()
    old, new = said_of(registration_of(row)), said_of(registration_of(RegistrationRow(**values)))
    differing = {key: new.get(key, "") for key in old | new if old.get(key, "") != new.get(key, "")}
    row.flagged, row.row_digest = differing or None, values["row_digest"]
    return bool(differing)
