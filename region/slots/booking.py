"""Books, moves and gives back appointments. The quota is kept by one conditional update and by the table itself."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from region.models import Venue
from region.registry.changing import CANDIDATE, Actor, Change, Key, changing, settle
from region.registry.errors import UnknownRegistrationError
from region.registry.models import RegistrationRow
from region.registry.rules import Window, window
from region.registry.status import Role, Status
from region.slots.errors import (
    NotForYouError,
    NothingBookedError,
    NotOfferedError,
    SlotFullError,
    TooLateError,
)
from region.slots.leaving import leave
from region.slots.models import BOOKED, WAITING, BookingRow, SlotRow
from region.slots.waiting_line import has_line, is_moved_up, move_up
from region.store import Store
from rules.booking import BookingOptions

ON_SITE = "on_site"
"""The window in which candidates come."""


@dataclass(frozen=True, slots=True)
class Offer:
    """An appointment as one candidate sees it.

    Attributes:
        left: how many places are free.
        state: `booked` or `waiting` where it is the candidate's, else "".
        is_open: whether its deadline has not passed.
    """

    id: str
    day: date
    starts: str
    ends: str
    left: int
    state: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Held:
    """What a candidate has: the appointment of the registration, wherever it came from.

    Attributes:
        text: as `records.online.slot_of` reads it, "" without one.
        waits_for: the appointment waited for, None if none is.
        place: how many wait before, counted from 1; 0 while nothing is waited for.
        may_change: whether it was booked here, candidates may book here, and its deadline has not passed.
        party: the group it was booked for by staff, "" for none.
    """

    text: str
    waits_for: Offer | None
    place: int
    may_change: bool
    party: str = ""


class Booking:
    """Appointments under one profile, in the venues' local time."""

    def __init__(self, store: Store, options: BookingOptions, zone: ZoneInfo) -> None:
        self._store, self._options, self._zone = store, options, zone

    def offers(self, key: Key) -> list[Offer]:
        """Return what this candidate may book, has, or waits for, the earliest first.

        Raises:
            UnknownRegistrationError: there is no such registration.
        """
        with self._store.read() as session:
            row = _registration(session, key)
            booking = session.get(BookingRow, (key.year, key.id))
            query = select(SlotRow).where(SlotRow.exam_year == key.year, SlotRow.venue == row.venue)
            found = session.scalars(query.order_by(SlotRow.day, SlotRow.starts, SlotRow.id)).all()
            days = window(session, key.year, row.venue, ON_SITE)
            is_closed = session.get_one(Venue, row.venue).closed_at is not None
        theirs = [
            slot
            for slot in found
            if _is_of(booking, slot) or (not is_closed and _is_for(slot, row) and self._is_within(slot, days))
        ]
        offers = (self._offer(slot, booking) for slot in theirs)
        return [offer for offer in offers if offer.is_open or offer.state]

    def held(self, key: Key) -> Held:
        """Return what this candidate has; raises as `offers`."""
        with self._store.read() as session:
            row = _registration(session, key)
            booking = session.get(BookingRow, (key.year, key.id))
            slot = session.get(SlotRow, booking.slot) if booking else None
            place = _place(session, booking) if booking and booking.state == WAITING else 0
        waits = self._offer(slot, booking) if slot and booking and booking.state == WAITING else None
        if slot is None or booking is None or booking.state != BOOKED:
            return Held(row.slot, waits, place, may_change=False)
        return Held(row.slot, None, 0, self._options.offered and self._is_open(slot), slot.party)

    def book(self, key: Key, slot_id: str, actor: Actor = CANDIDATE) -> None:
        """Give a candidate this appointment in place of any other; having it already changes nothing.

        Raises:
            UnknownRegistrationError: there is no such registration.
            BookingRefusedError: it is not given; nothing has changed.
        """
        with changing(self._store, key, actor) as change:
            self._require_offered(change)
            booking = change.session.get(BookingRow, (key.year, key.id))
            if booking and (booking.slot, booking.state) == (slot_id, BOOKED):
                return
            slot = self._held_slots(change, booking, slot_id)
            if is_moved_up(slot, change.now) and has_line(change.session, slot, key.id):
                raise SlotFullError(slot.text)  # what is free belongs to whoever waits, and is given in a moment
            _take(change.session, slot)
            freed = leave(change.session, key.year, key.id)
            self._enter(change, slot, BOOKED)
            settle(change.session, move_up(change.session, [freed], change.now))

    def wait(self, key: Key, slot_id: str) -> None:
        """Have a candidate who has none wait for a full appointment; where a place is free by now it is booked.

        Raises:
            UnknownRegistrationError, BookingRefusedError: as `book`.
        """
        try:
            self.book(key, slot_id)
        except SlotFullError:
            if not self._options.waitlist:
                raise
            with changing(self._store, key, CANDIDATE) as change:
                booking = change.session.get(BookingRow, (key.year, key.id))
                if booking and booking.state == BOOKED:
                    raise  # who has one keeps it: giving it up for a hope is the candidate's own decision
                slot = self._held_slots(change, booking, slot_id)
                leave(change.session, key.year, key.id)
                self._enter(change, slot, WAITING)

    def cancel(self, key: Key, actor: Actor = CANDIDATE) -> None:
        """Give back what was booked, or stop waiting.

        Raises:
            UnknownRegistrationError, NothingBookedError, NotOfferedError, TooLateError: nothing has changed.
        """
        with changing(self._store, key, actor) as change:
            booking = change.session.get(BookingRow, (key.year, key.id))
            slot = change.session.get(SlotRow, booking.slot) if booking else None
            if booking is None or slot is None:
                raise NothingBookedError("nothing was booked here")
            if booking.state == BOOKED:
                if actor.role is Role.CANDIDATE and not self._options.offered:
                    raise NotOfferedError("what staff have booked, staff change")
                self._require_open(slot, actor)
                change.row.slot = ""
            freed = leave(change.session, key.year, key.id)
            is_own = actor.role is Role.CANDIDATE
            change.note("slot_given_back" if is_own else "slot_taken_back", text=slot.text)
            settle(change.session, move_up(change.session, [freed], change.now))

    def _held_slots(self, change: Change, booking: BookingRow | None, slot_id: str) -> SlotRow:
        """Lock what is to be had and what is to be given up, in one order for everybody, and return the first."""
        ids = {slot_id, *([booking.slot] if booking else [])}
        query = select(SlotRow).where(SlotRow.id.in_(ids)).order_by(SlotRow.id).with_for_update()
        found = {slot.id: slot for slot in change.session.scalars(query)}
        slot, old = found.get(slot_id), found.get(booking.slot) if booking and booking.state == BOOKED else None
        is_theirs = slot is not None and (slot.exam_year, slot.venue) == (change.row.exam_year, change.row.venue)
        if slot is None or not is_theirs or not _is_for(slot, change.row, change.actor):
            raise NotForYouError("no such appointment for this candidate")
        self._require_open(slot, change.actor)
        days = window(change.session, slot.exam_year, slot.venue, ON_SITE)
        if change.actor.role is Role.CANDIDATE and not self._is_within(slot, days):
            raise NotForYouError("outside the days of the on-site review")
        if old is not None:
            self._require_open(old, change.actor)
        return slot

    def _enter(self, change: Change, slot: SlotRow, state: str) -> None:
        key = change.key
        change.session.add(
            BookingRow(exam_year=key.year, registration=key.id, slot=slot.id, state=state, made_at=change.now)
        )
        if state == BOOKED:
            change.row.slot = slot.text
        change.note(_act(state, change.actor), text=slot.text)

    def _require_offered(self, change: Change) -> None:
        is_candidate = change.actor.role is Role.CANDIDATE
        is_closed = change.session.get_one(Venue, change.row.venue).closed_at is not None
        if is_closed or change.status is Status.REFUSED or (is_candidate and not self._options.offered):
            raise NotOfferedError("no appointments are booked here")

    def _require_open(self, slot: SlotRow, actor: Actor) -> None:
        if actor.role is Role.CANDIDATE and not self._is_open(slot):
            raise TooLateError(slot.text)

    def _is_open(self, slot: SlotRow) -> bool:
        return self._store.now() + timedelta(hours=self._options.until_hours) <= self._starts(slot)

    def _is_within(self, slot: SlotRow, days: Window | None) -> bool:
        """Tell whether it begins while the on-site review is open."""
        return days is None or days.is_open(self._starts(slot))

    def _starts(self, slot: SlotRow) -> datetime:
        return datetime.combine(slot.day, time.fromisoformat(slot.starts), self._zone)

    def _offer(self, slot: SlotRow, booking: BookingRow | None) -> Offer:
        state = booking.state if booking and booking.slot == slot.id else ""
        is_open = self._is_open(slot)
        return Offer(slot.id, slot.day, slot.starts, slot.ends, max(0, slot.quota - slot.taken), state, is_open)


def _act(state: str, actor: Actor) -> str:
    if state == WAITING:
        return "slot_waited_for"
    return "slot_booked" if actor.role is Role.CANDIDATE else "slot_given"


def _is_of(booking: BookingRow | None, slot: SlotRow) -> bool:
    return booking is not None and booking.slot == slot.id


def _registration(session: Session, key: Key) -> RegistrationRow:
    row = session.get(RegistrationRow, (key.year, key.id))
    if row is None:
        raise UnknownRegistrationError(str(key))
    return row


def _is_for(slot: SlotRow, row: RegistrationRow, actor: Actor = CANDIDATE) -> bool:
    """Tell whether an appointment is for this candidate; into a group's, staff book."""
    is_level = slot.level in ("", row.level)
    return is_level and (not slot.party or actor.role is not Role.CANDIDATE)


def _take(session: Session, slot: SlotRow) -> None:
    """Take one place: a single statement that succeeds only while one is left, whoever else tries at this moment."""
    raised = update(SlotRow).where(SlotRow.id == slot.id, SlotRow.taken < SlotRow.quota)
    if session.scalar(raised.values(taken=SlotRow.taken + 1).returning(SlotRow.id)) is None:
        raise SlotFullError(slot.text)


def _place(session: Session, booking: BookingRow) -> int:
    before = select(func.count()).where(
        BookingRow.slot == booking.slot, BookingRow.state == WAITING, BookingRow.made_at < booking.made_at
    )
    return 1 + (session.scalar(before) or 0)
