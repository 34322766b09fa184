"""The table of what was done to close a day."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from local_db.models import Base

__all__ = ["Base", "DayActRow"]


class DayActRow(Base):
    """One act in the closing of a day. Rows are added, never changed (a trigger refuses it).

    Attributes:
        begins_at, ends_at: the moments between which the day lies, by the venue's zone.
        act: see `local_db.day_book`.
        step: the step of the closing it belongs to, "" for none.
        subject: the visit that was decided about, "" for the day itself.
        reason: a code.
        note: what somebody typed; stays on this computer.
    """

    __tablename__ = "day_acts"
    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(index=True)
    begins_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    act: Mapped[str]
    step: Mapped[str]
    subject: Mapped[str]
    reason: Mapped[str]
    note: Mapped[str]
    detail: Mapped[dict[str, Any]]
    actor: Mapped[str]
    station: Mapped[str]
    at: Mapped[datetime]
    __table_args__ = (Index("ix_day_acts_ends", "ends_at"),)
