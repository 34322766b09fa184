"""Books one appointment for a whole group: looked at first, then all that were named, or nobody, in one transaction."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from region.audit import note
from region.keys import open_marks
from region.registry.box import Box
from region.registry.changing import Actor, Change, changing_all, settle
from region.registry.errors import UnknownRegistrationError
from region.registry.models import RegistrationRow
from region.registry.reading import registration_of
from region.registry.status import Status
from region.slots.errors import GroupRefusedError
from region.slots.leaving import release, unbook
from region.slots.models import BOOKED, BookingRow, SlotRow
from region.slots.waiting_line import move_up
from region.store import Store

MOST_NUMBERS = 500
PROBLEMS = ("past", "unknown", "twice", "here", "refused", "level", "other", "full")
"""Why somebody is not booked: the day is over; no registration of this venue; named before; has this appointment
already; registration refused; another exam level; has another appointment; no place is left."""


@dataclass(frozen=True, slots=True)
class Member:
    """One of a list; `id` is the registration's, "" where there is none, and `problem` one of PROBLEMS, or ""."""

    reg_no: str
    id: str = ""
    name: str = ""
    problem: str = ""
    has: str = ""


class Groups:
    """Group bookings, as one person may make them."""

    def __init__(self, store: Store, box: Box, actor: Actor, zone: ZoneInfo) -> None:
        self._store, self._box, self._actor, self._zone = store, box, actor, zone

    @property
    def today(self) -> date:
        """The venue's day."""
        return self._store.now().astimezone(self._zone).date()

    def slots(self, year: int, venue: str) -> Sequence[SlotRow]:
        """Return a venue's appointments of today and later; a venue's own people see theirs alone."""
        here = SlotRow.exam_year == year, SlotRow.venue == (self._actor.venue or venue), SlotRow.day >= self.today
        with self._store.read() as session:
            query = select(SlotRow).where(*here).order_by(SlotRow.day, SlotRow.starts, SlotRow.party, SlotRow.level)
            return session.scalars(query).all()

    def slot(self, slot_id: str) -> SlotRow:
        """Return an appointment.

        Raises:
            UnknownRegistrationError: there is none, or it is another venue's than the actor's.
        """
        with self._store.read() as session:
            return self._slot(session, slot_id)

    def look(self, slot_id: str, numbers: Sequence[str]) -> list[Member]:
        """Return what would become of each of these registration numbers; nothing is booked. Raises as `slot`."""
        with self._store.read() as session:
            slot = self._slot(session, slot_id)
            mark_of = open_marks(session, self._store.vault).person
            marks = {number: mark_of(number) for number in numbers}
            rows = self._rows(session, slot, RegistrationRow.person.in_(set(marks.values())))
            by_mark = {row.person: row for row in rows}
            booked = _booked(session, slot)
        found, seen, left = [], Counter[str](), slot.quota - slot.taken
        for number in numbers:
            row = by_mark.get(marks[number])
            seen[marks[number]] += 1
            problem = "twice" if seen[marks[number]] > 1 else self._problem(row, slot, booked, left)
            left -= not problem
            found.append(self._member(row, number, problem))
        return found

    def book(self, slot_id: str, ids: Collection[str]) -> int:
        """Book all of these registrations, and return how many have the appointment that had not.

        Raises:
            GroupRefusedError: one of them cannot be booked any more; nothing has changed.
            UnknownRegistrationError: as `slot`.
        """
        with self._store.write() as session:
            year = self._slot(session, slot_id).exam_year
            with changing_all(session, year, ids, self._actor, self._store.now()) as changes:
                slot = self._held(session, slot_id)
                if {change.row.id for change in changes} != {*ids}:
                    raise GroupRefusedError("unknown")
                booked = _booked(session, slot)
                new = [change for change in changes if change.row.id not in booked]
                for number, change in enumerate(new):
                    if problem := self._problem(change.row, slot, booked, slot.quota - slot.taken - number):
                        raise GroupRefusedError(problem)
                self._enter(session, slot, new)
                self._note(session, "group_booked", slot, len(new))
        return len(new)

    def cancel(self, slot_id: str, ids: Collection[str]) -> int:
        """Take the appointment back from those of these who have it; return how many that were. Raises as `slot`."""
        with self._store.write() as session:
            year = self._slot(session, slot_id).exam_year
            with changing_all(session, year, ids, self._actor, self._store.now()) as changes:
                slot = self._held(session, slot_id)
                booked = _booked(session, slot)
                had = [change for change in changes if change.row.id in booked]
                for change in had:
                    unbook(session, year, change.row.id)
                    change.row.slot = ""
                    change.note("slot_taken_back", text=slot.text)
                release(session, {slot.id: len(had)})
                self._note(session, "group_cancelled", slot, len(had))
                settle(session, move_up(session, [slot.id], self._store.now()))
        return len(had)

    def members(self, slot_id: str) -> list[Member]:
        """Return who has an appointment, by registration number; raises as `slot`."""
        with self._store.read() as session:
            slot = self._slot(session, slot_id)
            rows = self._rows(session, slot, RegistrationRow.id.in_(_booked(session, slot)))
        return sorted((self._member(row) for row in rows), key=lambda member: member.reg_no)

    def _enter(self, session: Session, slot: SlotRow, changes: Sequence[Change]) -> None:
        for change in changes:
            unbook(session, slot.exam_year, change.row.id)  # whoever waited somewhere waits no longer
            booking = BookingRow(exam_year=slot.exam_year, registration=change.row.id, slot=slot.id, state=BOOKED)
            booking.made_at = change.now
            session.add(booking)
            change.row.slot = slot.text
            change.note("slot_given", text=slot.text)
        slot.taken += len(changes)
        session.flush()

    def _slot(self, session: Session, slot_id: str) -> SlotRow:
        slot = session.get(SlotRow, slot_id)
        if slot is None or (self._actor.venue is not None and slot.venue != self._actor.venue):
            raise UnknownRegistrationError("no such appointment")
        return slot

    def _held(self, session: Session, slot_id: str) -> SlotRow:
        """Return it held, and as it is now: registrations are held before it, by everybody."""
        query = select(SlotRow).where(SlotRow.id == slot_id).with_for_update()
        return session.scalars(query.execution_options(populate_existing=True)).one()

    def _rows(self, session: Session, slot: SlotRow, *wanted: ColumnElement[bool]) -> Sequence[RegistrationRow]:
        here = RegistrationRow.exam_year == slot.exam_year, RegistrationRow.venue == slot.venue
        return session.scalars(select(RegistrationRow).where(*here, *wanted)).all()

    def _member(self, row: RegistrationRow | None, number: str = "", problem: str = "") -> Member:
        if row is None:
            return Member(number, problem=problem)
        person = registration_of(self._box, row)
        return Member(person.reg_no, row.id, person.fields.get("name", ""), problem, row.slot)

    def _problem(self, row: RegistrationRow | None, slot: SlotRow, booked: Collection[str], left: int) -> str:
        """Return why somebody cannot be booked, "" if they can; the first of PROBLEMS that is so."""
        if slot.day < self.today:
            return "past"
        if row is None or row.venue != slot.venue:
            return "unknown"
        found: Mapping[str, bool] = {
            "here": row.id in booked,
            "refused": row.status == Status.REFUSED.value,
            "level": slot.level not in ("", row.level),
            "other": bool(row.slot),
            "full": left <= 0,
        }
        return next((problem for problem, is_so in found.items() if is_so), "")

    def _note(self, session: Session, act: str, slot: SlotRow, number: int) -> None:
        note(session, self._store.now(), self._actor.id, act, slot.venue, f"{slot.text} {slot.party} {number}"[:200])


def _booked(session: Session, slot: SlotRow) -> frozenset[str]:
    """Return the registrations that have this appointment."""
    query = select(BookingRow.registration).where(BookingRow.slot == slot.id, BookingRow.state == BOOKED)
    return frozenset(session.scalars(query))
