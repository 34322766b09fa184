"""Gives an appointment back within a transaction that changes its registration."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from region.slots.models import BookingRow, SlotRow


def leave(session: Session, year: int, registration: str) -> str:
    """Give back what a registration has or waits for; return the appointment that has a place more now, "" for none."""
    booking = session.get(BookingRow, (year, registration))
    if booking is None:
        return ""
    freed = booking.slot if booking.state == "booked" else ""
    session.delete(booking)
    session.flush()
    if freed:
        session.execute(update(SlotRow).where(SlotRow.id == freed, SlotRow.taken > 0).values(taken=SlotRow.taken - 1))
    return freed
