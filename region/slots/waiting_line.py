"""Gives places that are free to whoever waits longest, in the very transaction that makes them free."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from region.registry.changing import Actor, Change, settle
from region.registry.models import RegistrationRow
from region.registry.status import Role
from region.slots.models import BOOKED, WAITING, BookingRow, SlotRow
from region.store import Store

QUEUE = Actor("waitlist", Role.SYSTEM)


def move_up(session: Session, slots: Iterable[str], now: datetime) -> list[Change]:
    """Give the free places of these appointments; return the changes, which the caller settles (`changing.settle`).

    Who holds an appointment's row decides on its places, so nobody gets in between. A registration that somebody else
    holds is not waited for, for two that wait for each other would wait for ever: the place stays free for whoever it
    is until the next tick (`move_up_all`), and is not given to others (`has_line`).
    """
    changes: list[Change] = []
    for id_ in sorted({*slots} - {""}):
        slot = session.scalar(_held(id_))
        if slot is not None and is_moved_up(slot, now):
            changes += _give(session, slot, now)
    return changes


def move_up_all(store: Store) -> int:
    """Give whatever is free and waited for; return how many places that were."""
    waited_for = exists().where(BookingRow.slot == SlotRow.id, BookingRow.state == WAITING)
    free = select(SlotRow.id).where(SlotRow.taken < SlotRow.quota, SlotRow.day > store.now().date(), waited_for)
    with store.read() as session:
        slots = session.scalars(free).all()
    given = 0
    for slot in slots:
        with store.write() as session:
            changes = move_up(session, [slot], store.now())
            settle(session, changes)
            given += len(changes)
    return given


def is_moved_up(slot: SlotRow, now: datetime) -> bool:
    """Tell whether places are still given to those who wait: on the day itself nobody expects to be called."""
    return slot.day > now.date()


def has_line(session: Session, slot: SlotRow, but: str) -> bool:
    """Tell whether somebody else than this registration waits for an appointment."""
    waiting = BookingRow.slot == slot.id, BookingRow.state == WAITING, BookingRow.registration != but
    return session.scalar(select(BookingRow.slot).where(*waiting).limit(1)) is not None


def _held(id_: str) -> Select[SlotRow]:
    return select(SlotRow).where(SlotRow.id == id_).with_for_update().execution_options(populate_existing=True)


def _give(session: Session, slot: SlotRow, now: datetime) -> Iterator[Change]:
    while slot.taken < slot.quota and (booking := _first(session, slot)) is not None:
        row = _registration(session, booking)
        if row is None:
            return
        if not _still_waits(session, booking, slot):
            continue
        slot.taken += 1
        booking.state, booking.made_at, row.slot = BOOKED, now, slot.text
        change = Change(session, row, now, QUEUE)
        change.note("slot_given", text=slot.text)
        session.flush()
        yield change


def _first(session: Session, slot: SlotRow) -> BookingRow | None:
    waiting = select(BookingRow).where(BookingRow.slot == slot.id, BookingRow.state == WAITING)
    return session.scalar(waiting.order_by(BookingRow.made_at, BookingRow.registration).limit(1))


def _registration(session: Session, booking: BookingRow) -> RegistrationRow | None:
    """Return it held, None while somebody else holds it."""
    wanted = RegistrationRow.exam_year == booking.exam_year, RegistrationRow.id == booking.registration
    return session.scalar(select(RegistrationRow).where(*wanted).with_for_update(skip_locked=True))


def _still_waits(session: Session, booking: BookingRow, slot: SlotRow) -> bool:
    """Ask again, now that the registration is held: it may have gone elsewhere a moment ago."""
    key = BookingRow.exam_year == booking.exam_year, BookingRow.registration == booking.registration
    query = select(BookingRow).where(*key).execution_options(populate_existing=True)
    found = session.scalar(query)
    return found is not None and (found.slot, found.state) == (slot.id, WAITING)
