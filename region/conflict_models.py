"""The tables of what a person should look at, and of what became of it."""

from datetime import datetime

from sqlalchemy import JSON, BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from region.models import SEQUENCE, Base, UtcDateTime


class AlertRow(Base):
    """What was noticed when a record was opened; added, never changed. Numbers only, nothing of the person.

    Attributes:
        kind: `clock`, `crossed`, `faces_near` or `faces_reached`, see `region.alerts`.
        record_digest: the record it was noticed in; of faces, the newest one that holds a face.
        count: of the trail's lines that it is about, or of persons whose faces are held.
        seconds: by how much a clock was off at most, ahead positive; 0 where that is not known.
    """

    __tablename__ = "alerts"
    seq: Mapped[int] = mapped_column(SEQUENCE, primary_key=True, autoincrement=True)
    record_digest: Mapped[str] = mapped_column(ForeignKey("records.digest"), index=True)
    kind: Mapped[str] = mapped_column(String(16), index=True)
    count: Mapped[int]
    seconds: Mapped[int] = mapped_column(BigInteger)
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = ({"sqlite_autoincrement": True},)


class SettlementRow(Base):
    """How a person settled a conflict; added, never changed.

    Attributes:
        key: names the conflict: its kind and what it is between (`region.conflicts`).
        subjects: digests of the records, or of the checkpoint, it was between.
        outcome: one of the kind's outcomes; `chosen` is the record that counts where the outcome picks one.
        reason: a code from the kind's list; `note` is what the reviewer wrote.
    """

    __tablename__ = "settlements"
    seq: Mapped[int] = mapped_column(SEQUENCE, primary_key=True, autoincrement=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    subjects: Mapped[list[str]] = mapped_column(JSON)
    outcome: Mapped[str] = mapped_column(String(16))
    chosen: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(24))
    note: Mapped[str] = mapped_column(String(2000))
    reviewer: Mapped[str] = mapped_column(ForeignKey("reviewers.id"))
    settled_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = ({"sqlite_autoincrement": True},)
