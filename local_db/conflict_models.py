"""The tables of settled conflicts and of what was taken back; `local_db.conflicts` finds what is open."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from local_db.models import Base


class RetractionRow(Base):
    """A settlement that was taken back. Rows are added, never changed (a trigger refuses it)."""

    __tablename__ = "retractions"
    id: Mapped[int] = mapped_column(primary_key=True)
    settlement: Mapped[int] = mapped_column(ForeignKey("settlements.id"), unique=True)
    note: Mapped[str]
    actor: Mapped[str]
    station: Mapped[str]
    taken_back_at: Mapped[datetime]


class SettlementRow(Base):
    """How a person settled a conflict. Rows are added, never changed (a trigger refuses it).

    Attributes:
        key: names the conflict.
        outcome, reason: codes; `note` is what was written, and stays in this encrypted table.
    """

    __tablename__ = "settlements"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    visits: Mapped[list[str]]
    outcome: Mapped[str]
    reason: Mapped[str]
    note: Mapped[str]
    actor: Mapped[str]
    station: Mapped[str]
    settled_at: Mapped[datetime]
