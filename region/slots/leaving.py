"""Gives an appointment back within a transaction that changes its registration."""

from collections.abc import Mapping

from sqlalchemy import case, update
from sqlalchemy.orm import Session

from region.slots.models import BOOKED, BookingRow, SlotRow


def leave(session: Session, year: int, registration: str) -> str:
    """Give back what a registration has or waits for; return the appointment that has a place more now, "" for none."""
    freed = unbook(session, year, registration)
    release(session, {freed: 1} if freed else {})
    return freed


def unbook(session: Session, year: int, registration: str) -> str:
    """Forget what a registration has or waits for; return the appointment whose place is to be released, or ""."""
    booking = session.get(BookingRow, (year, registration))
    if booking is None:
        return ""
    freed = booking.slot if booking.state == BOOKED else ""
    session.delete(booking)
    session.flush()
    return freed


def release(session: Session, places: Mapping[str, int]) -> None:
    """Make places free, so many of each appointment; in the order of their ids, as everybody holds them."""
    for slot, number in sorted(places.items()):
        left = case((SlotRow.taken > number, SlotRow.taken - number), else_=0)
        session.execute(update(SlotRow).where(SlotRow.id == slot).values(taken=left))
