"""Brings registrations in from the national system's roster."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from records.registration import Registration, Slot
from region.keys import document_mark, name_mark, person_mark
from region.models import Venue
from region.registry.box import Box
from region.registry.changing import Actor, Change, Key
from region.registry.models import DepartureRow, RegistrationRow
from region.registry.status import Role, Status
from region.slots.leaving import leave
from region.store import Store

ROSTER = Actor("roster", Role.SYSTEM)
_BATCH = 200


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What a roster brought: how many were new, changed, and as they were."""

    new: int = 0
    changed: int = 0
    same: int = 0


def enrol_roster(store: Store, box: Box, year: int, venue: str, roster: Iterable[Registration]) -> Enrolled:
    """Take a roster in, any number of times; who is missing from it stays.

    Facts that changed are noted as an event, whatever the status: that they may no longer change is the national
    system's to enforce, and a reviewer is shown that they did.
    """
    everyone, outcome = list(roster), Enrolled()
    for start in range(0, len(everyone), _BATCH):
        with store.write() as session:
            for registration in everyone[start : start + _BATCH]:
                outcome = _counted(outcome, _take(session, store, box, year, venue, registration))
    return outcome


def slot_text(slot: Slot | None) -> str:
    """Return an appointment as the tables keep it."""
    return f"{slot.day.isoformat()} {slot.starts:%H:%M}-{slot.ends:%H:%M}" if slot else ""


def _counted(so_far: Enrolled, kind: str) -> Enrolled:
    counts: Mapping[str, int] = {"new": so_far.new, "changed": so_far.changed, "same": so_far.same}
    return Enrolled(**{name: number + (name == kind) for name, number in counts.items()})


def _take(session: Session, store: Store, box: Box, year: int, venue: str, registration: Registration) -> str:
    person = person_mark(session, store.vault, registration.reg_no)
    found = select(RegistrationRow).where(RegistrationRow.exam_year == year, RegistrationRow.person == person)
    row = session.scalar(found.with_for_update())
    if row is None:
        _add(session, store, box, year, venue, registration, person)
        return "new"
    key = Key(year, row.id)
    is_same = box.open_fields(row.facts, str(key)) == dict(registration.fields)
    before, slot = row.venue, _slot(row, registration, venue)
    if is_same and row.slot == slot and before == venue:
        return "same"
    if row.slot != slot:
        leave(session, year, row.id)
    row.venue, row.slot = venue, slot
    _fill(session, store, box, row, registration, key)
    change = Change(session, row, store.now(), ROSTER)
    change.note("facts_changed")
    change.count()
    if before != venue:
        _depart(session, before, key)
    return "changed"


def _depart(session: Session, venue: str, key: Key) -> None:
    """Note that a registration is no longer this venue's: it has to hear of it too."""
    raised = update(Venue).where(Venue.id == venue).values(change=Venue.change + 1).returning(Venue.change)
    change = session.scalars(raised).one()
    session.add(DepartureRow(venue=venue, change=change, exam_year=key.year, registration=key.id))


def _slot(row: RegistrationRow, registration: Registration, venue: str) -> str:
    """Return the appointment; a roster that has none takes none away at the same venue: it may have been booked."""
    kept = row.slot or "" if row.venue == venue else ""
    return slot_text(registration.slot) or kept


def _add(
    session: Session, store: Store, box: Box, year: int, venue: str, registration: Registration, person: str
) -> None:
    now, key = store.now(), Key(year, secrets.token_hex(12))
    row = RegistrationRow(exam_year=year, id=key.id, venue=venue, person=person, status_since=now, revision=0, change=0)
    row.status, row.slot = Status.FILLING.value, slot_text(registration.slot)
    _fill(session, store, box, row, registration, key)
    session.add(row)
    session.flush()
    change = Change(session, row, now, ROSTER)
    change.note("enrolled")
    change.count()


def _fill(session: Session, store: Store, box: Box, row: RegistrationRow, registration: Registration, key: Key) -> None:
    fields = registration.fields
    row.id_mark = document_mark(session, store.vault, fields.get("id_no", ""))
    row.name_mark = name_mark(session, store.vault, fields.get("name", ""))
    row.level = fields.get("exam_level", "")[:16]
    row.category = fields.get("exam_category", "")[:32]
    row.kinds = fields.get("kinds", "")[:200]
    row.facts = box.seal_fields(fields, str(key))
