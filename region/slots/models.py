"""The tables of appointments."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    SmallInteger,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from region.models import Base, UtcDateTime

BOOKED, WAITING = "booked", "waiting"
"""The words of `BookingRow.state`."""


class SlotRow(Base):
    """One appointment that a number of candidates may have.

    Attributes:
        starts, ends: `HH:MM` of the venue's local time.
        quota, taken: how many may have it, and how many do; the database itself refuses one too many.
        level: only candidates of this exam level may have it, "" for all.
        party: only for the members of this group, whom staff book in; "" for everybody.
    """

    __tablename__ = "slots"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    exam_year: Mapped[int] = mapped_column(SmallInteger)
    venue: Mapped[str] = mapped_column(ForeignKey("venues.id"))
    day: Mapped[date] = mapped_column(Date)
    starts: Mapped[str] = mapped_column(String(5))
    ends: Mapped[str] = mapped_column(String(5))
    quota: Mapped[int] = mapped_column(Integer)
    taken: Mapped[int] = mapped_column(Integer, default=0)
    level: Mapped[str] = mapped_column(String(16), default="")
    party: Mapped[str] = mapped_column(String(64), default="")

    __table_args__ = (
        UniqueConstraint("exam_year", "venue", "day", "starts", "ends", "level", "party", name="uq_slots_place"),
        CheckConstraint("taken >= 0 AND taken <= quota", name="ck_slots_quota"),
        Index("ix_slots_list", "exam_year", "venue", "day", "starts"),
    )

    @property
    def text(self) -> str:
        """The appointment as a registration keeps it."""
        return f"{self.day.isoformat()} {self.starts}-{self.ends}"


class BookingRow(Base):
    """Who has which appointment, or waits for one; at most one a registration. `state` is BOOKED or WAITING."""

    __tablename__ = "bookings"
    exam_year: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    registration: Mapped[str] = mapped_column(String(32), primary_key=True)
    slot: Mapped[str] = mapped_column(ForeignKey("slots.id"))
    state: Mapped[str] = mapped_column(String(8))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        ForeignKeyConstraint(["exam_year", "registration"], ["registrations.exam_year", "registrations.id"]),
        Index("ix_bookings_slot", "slot", "state", "made_at"),
    )
