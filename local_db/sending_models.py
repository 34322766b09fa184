"""The tables of what is on its way to the region and of what the region has answered."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from local_db.models import Base

__all__ = ["Base", "OutboxRow", "RecordFileRow", "SyncStateRow", "VerdictRow"]


class OutboxRow(Base):
    """One object on its way to the region, each with its own fate. `kind` is `record` (an envelope) or `file`.

    Attributes:
        begun_at: when the last attempt began; an attempt whose end was not noted may have succeeded.
        upload_url, uploaded_bytes: where a large object's upload goes on, and how far the region has it.
        receipt: the region's signed word on this object, as it came; `receipt_key` is the key that signed it.
    """

    __tablename__ = "outbox"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    digest: Mapped[str] = mapped_column(unique=True)
    media_type: Mapped[str]
    size_bytes: Mapped[int]
    queued_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime] = mapped_column(index=True)
    last_error: Mapped[str] = mapped_column(default="")
    sent_at: Mapped[datetime | None]
    parked_at: Mapped[datetime | None]
    begun_at: Mapped[datetime | None]
    upload_url: Mapped[str] = mapped_column(default="", server_default="")
    uploaded_bytes: Mapped[int] = mapped_column(default=0, server_default="0")
    receipt: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    receipt_key: Mapped[str] = mapped_column(default="", server_default="")


class RecordFileRow(Base):
    """Which sealed objects a record names; it is acceptable to the region when all of them are there."""

    __tablename__ = "record_files"
    record_digest: Mapped[str] = mapped_column(ForeignKey("records.digest"), primary_key=True)
    file_digest: Mapped[str] = mapped_column(primary_key=True, index=True)


class VerdictRow(Base):
    """A decision of the region, as it came.

    Attributes:
        code: why a record was set aside, "" for other decisions.
        applied_at: when the desk could see it; `seen_at` when somebody first did, and `seen_by` who.
    """

    __tablename__ = "verdicts"
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    reg_no: Mapped[str] = mapped_column(index=True)
    record_digest: Mapped[str]
    decision: Mapped[str]
    step: Mapped[str]
    reason: Mapped[str]
    decided_at: Mapped[datetime]
    applied_at: Mapped[datetime]
    code: Mapped[str] = mapped_column(default="", server_default="")
    seen_at: Mapped[datetime | None]
    seen_by: Mapped[str] = mapped_column(default="", server_default="")


class SyncStateRow(Base):
    """What the worker must remember over a restart: `verdict_cursor`, `last_contact_at`, `paused`."""

    __tablename__ = "sync_state"
    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
