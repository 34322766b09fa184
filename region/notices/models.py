"""The table of notices: outbox and log in one."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Index, Integer, LargeBinary, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from region.models import SEQUENCE, Base, UtcDateTime


class NoticeRow(Base):
    """One notice about one event of one registration.

    Attributes:
        event: the event's number; a second notice of the same event is refused by the table itself.
        kind: which of the profile's texts, e.g. `returned`.
        state: `waiting`, `sending`, `sent`, `unsure` (it may have been sent: never sent again by itself),
            `failed` (given up), `overtaken` (no longer true when its turn came), `unreachable` (no address).
        channel: by which it went, "" while it has not.
        address: to whom it went, masked.
        text: what was sent, sealed; None while nothing was.
        trouble: a code of why it did not go.
    """

    __tablename__ = "notices"
    seq: Mapped[int] = mapped_column(SEQUENCE, primary_key=True, autoincrement=True)
    exam_year: Mapped[int] = mapped_column(SmallInteger)
    registration: Mapped[str] = mapped_column(String(32))
    event: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(16))
    channel: Mapped[str] = mapped_column(String(16), default="")
    address: Mapped[str] = mapped_column(String(100), default="")
    text: Mapped[bytes | None] = mapped_column(LargeBinary)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    trouble: Mapped[str] = mapped_column(String(64), default="")
    queued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_at: Mapped[datetime] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        ForeignKeyConstraint(["exam_year", "registration"], ["registrations.exam_year", "registrations.id"]),
        UniqueConstraint("exam_year", "registration", "event", name="uq_notices_event"),
        Index("ix_notices_due", "state", "next_at", "seq"),
        {"sqlite_autoincrement": True},
    )
