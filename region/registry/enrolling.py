"""Brings registrations in from the national system's roster."""

import secrets
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from records.registration import Registration, Slot
from region.figures.faces import remark
from region.keys import document_mark, name_mark, person_mark
from region.models import Venue
from region.registry.box import Box
from region.registry.changing import Actor, Change, Key, hold_venues, settle
from region.registry.models import DepartureRow, RegistrationRow
from region.registry.status import Role, Status
from region.slots.leaving import release, unbook
from region.slots.waiting_line import move_up
from region.store import Store

ROSTER = Actor("roster", Role.SYSTEM)
_BATCH, _TRIES = 200, 3


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What a roster brought: how many were new, changed, and as they were."""

    new: int = 0
    changed: int = 0
    same: int = 0

    def __add__(self, other: "Enrolled") -> "Enrolled":
        return Enrolled(self.new + other.new, self.changed + other.changed, self.same + other.same)


def enrol_roster(store: Store, box: Box, year: int, venue: str, roster: Iterable[Registration]) -> Enrolled:
    """Take a roster in, any number of times; who is missing from it stays.

    Facts that changed are noted as an event, whatever the status: that they may no longer change is the national
    system's to enforce, and a reviewer is shown that they did.
    """
    everyone, outcome = list(roster), Enrolled()
    for start in range(0, len(everyone), _BATCH):
        outcome += _take_batch(store, box, year, venue, everyone[start : start + _BATCH])
    return outcome


def slot_text(slot: Slot | None) -> str:
    """Return an appointment as the tables keep it."""
    return f"{slot.day.isoformat()} {slot.starts:%H:%M}-{slot.ends:%H:%M}" if slot else ""


def _take_batch(store: Store, box: Box, year: int, venue: str, batch: Sequence[Registration]) -> Enrolled:
    """Take some in, in one transaction; once more where another process has just enrolled the same person.

    Registrations are held in one order by everybody who holds several, venues after them: nobody waits in a ring.
    """
    for _try in range(_TRIES):
        try:
            with store.write() as session:
                marked = [(person_mark(session, store.vault, one.reg_no), one) for one in batch]
                taking = _Taking(session, store, box, year, venue)
                for person, registration in sorted(marked, key=lambda pair: pair[0]):
                    taking.take(registration, person)
                taking.count()
            return taking.outcome
        except IntegrityError as error:
            raced = error
    raise raced


class _Taking:
    """One batch of a roster on its way in; `outcome` says what it brought."""

    def __init__(self, session: Session, store: Store, box: Box, year: int, venue: str) -> None:
        self.outcome = Enrolled()
        self._session, self._store, self._box, self._year, self._venue = session, store, box, year, venue
        self._changes: list[Change] = []
        self._left: list[tuple[str, str]] = []
        self._freed: Counter[str] = Counter()

    def take(self, registration: Registration, person: str) -> None:
        """Add the registration, or bring it up to the roster."""
        found = select(RegistrationRow).where(RegistrationRow.exam_year == self._year, RegistrationRow.person == person)
        row = self._session.scalar(found.with_for_update())
        if row is None:
            self._add(registration, person)
            return
        is_same = self._box.open_fields(row.facts, str(Key(self._year, row.id))) == dict(registration.fields)
        before, slot = row.venue, _slot(row, registration, self._venue)
        if is_same and row.slot == slot and before == self._venue:
            self.outcome += Enrolled(same=1)
            return
        change = Change(self._session, row, self._store.now(), ROSTER)
        if row.slot != slot or before != self._venue:  # whoever moves away waits no longer either
            self._freed[unbook(self._session, self._year, row.id)] += 1
        if before != self._venue:
            self._left.append((before, row.id))
        self._fill(row, registration)
        row.venue, row.slot = self._venue, slot
        change.note("facts_changed")
        self._changes.append(change)
        self.outcome += Enrolled(changed=1)

    def count(self) -> None:
        """Give every change its place in the venues' counts; the venues that somebody left have to hear of it too.

        What became free goes to those who wait, who are told.
        """
        del self._freed[""]
        release(self._session, self._freed)
        given = move_up(self._session, self._freed, self._store.now())
        # Faces are counted after the last registration is held, and before the venues.
        remark(self._session, [change.row for change in self._changes if change.has_other_document])
        venues = {change.row.venue for change in (*self._changes, *given)} | {venue for venue, _id in self._left}
        hold_venues(self._session, venues)
        for change in self._changes:
            change.count()
        settle(self._session, given)
        for venue, registration_id in self._left:
            _depart(self._session, venue, Key(self._year, registration_id))

    def _add(self, registration: Registration, person: str) -> None:
        now = self._store.now()
        row = RegistrationRow(exam_year=self._year, id=secrets.token_hex(12), venue=self._venue, person=person)
        row.status, row.status_since, row.revision, row.change = Status.FILLING.value, now, 0, 0
        row.slot = slot_text(registration.slot)
        self._fill(row, registration)
        self._session.add(row)
        self._session.flush()
        change = Change(self._session, row, now, ROSTER)
        change.note("enrolled")
        self._changes.append(change)
        self.outcome += Enrolled(new=1)

    def _fill(self, row: RegistrationRow, registration: Registration) -> None:
        set_facts(self._session, self._store, self._box, row, registration.fields, Key(self._year, row.id))


def _depart(session: Session, venue: str, key: Key) -> None:
    """Note that a registration is no longer this venue's: it has to hear of it too."""
    raised = update(Venue).where(Venue.id == venue).values(change=Venue.change + 1).returning(Venue.change)
    change = session.scalars(raised).one()
    session.add(DepartureRow(venue=venue, change=change, exam_year=key.year, registration=key.id))


def _slot(row: RegistrationRow, registration: Registration, venue: str) -> str:
    """Return the appointment; a roster that has none takes none away at the same venue: it may have been booked."""
    kept = row.slot or "" if row.venue == venue else ""
    return slot_text(registration.slot) or kept


def set_facts(
    session: Session, store: Store, box: Box, row: RegistrationRow, fields: Mapping[str, str], key: Key
) -> None:
    """Keep the fields of a registration, sealed, and what it is searched and listed by."""
    row.id_mark = document_mark(session, store.vault, fields.get("id_no", ""))
    row.name_mark = name_mark(session, store.vault, fields.get("name", ""))
    row.level = fields.get("exam_level", "")[:16]
    row.category = fields.get("exam_category", "")[:32]
    row.kinds = fields.get("kinds", "")[:200]
    row.facts = box.seal_fields(fields, str(key))
