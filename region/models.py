"""The region's tables."""

from datetime import UTC, datetime

from sqlalchemy import BigInteger, Boolean, DateTime, ForeignKey, Index, Integer, LargeBinary, String, TypeDecorator
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

SEQUENCE = BigInteger().with_variant(Integer, "sqlite")
"""A growing number; SQLite counts up by itself only in a column declared INTEGER."""


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC on every database; SQLite itself forgets the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a time without a zone; store UTC."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a time without a zone")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return aware UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """All of the region's tables."""


class Venue(Base):
    """A venue that may send records; `key_hash` is the SHA-256 of its bearer key."""

    __tablename__ = "venues"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)


class RecordRow(Base):
    """One version of one candidate's record, as received, never changed.

    Attributes:
        accepted_at: when its last file had arrived and was verified; None until then.
        is_current: no newer version has arrived. Of two with the same version both are current: a conflict.
        name, exceptions: taken out of `content` for the list; `exceptions` counts what a reviewer must look at.
    """

    __tablename__ = "records"
    seq: Mapped[int] = mapped_column(SEQUENCE, primary_key=True, autoincrement=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    venue: Mapped[str] = mapped_column(ForeignKey("venues.id"))
    visit: Mapped[str] = mapped_column(String(64))
    reg_no: Mapped[str] = mapped_column(String(64), index=True)
    version: Mapped[int]
    previous: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    exceptions: Mapped[int]
    is_current: Mapped[bool] = mapped_column(Boolean)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)

    __table_args__ = (
        Index("ix_records_person", "venue", "reg_no", "version"),
        Index("ix_records_worklist", "is_current", "seq"),
        {"sqlite_autoincrement": True},
    )


class RecordFile(Base):
    """A file that a record names."""

    __tablename__ = "record_files"
    record_digest: Mapped[str] = mapped_column(ForeignKey("records.digest"), primary_key=True)
    file_digest: Mapped[str] = mapped_column(String(64), primary_key=True, index=True)
    size: Mapped[int]
    media_type: Mapped[str] = mapped_column(String(100))


class StoredFile(Base):
    """A file whose bytes are on the disk and were verified."""

    __tablename__ = "files"
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int]
    media_type: Mapped[str] = mapped_column(String(100))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)


class VerdictRow(Base):
    """The decision on one version of a record; `seq` is the venues' cursor."""

    __tablename__ = "verdicts"
    seq: Mapped[int] = mapped_column(SEQUENCE, primary_key=True, autoincrement=True)
    venue: Mapped[str] = mapped_column(ForeignKey("venues.id"))
    reg_no: Mapped[str] = mapped_column(String(64))
    record_digest: Mapped[str] = mapped_column(ForeignKey("records.digest"), unique=True)
    decision: Mapped[str] = mapped_column(String(16))
    step: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(2000))
    reviewer: Mapped[str] = mapped_column(ForeignKey("reviewers.id"))
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_verdicts_cursor", "venue", "seq"), {"sqlite_autoincrement": True})


class Reviewer(Base):
    """A person who judges; `failures` counts sign-ins that were begun and have not succeeded."""

    __tablename__ = "reviewers"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    secret_hash: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(16))
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SessionRow(Base):
    """A signed-in browser; the cookie holds the token, the table only its SHA-256."""

    __tablename__ = "sessions"
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    reviewer: Mapped[str] = mapped_column(ForeignKey("reviewers.id"))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CheckpointRow(Base):
    """A checkpoint of a venue's audit log. `trouble` says how it contradicts an earlier one, "" if it does not."""

    __tablename__ = "checkpoints"
    seq: Mapped[int] = mapped_column(SEQUENCE, primary_key=True, autoincrement=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    venue: Mapped[str] = mapped_column(ForeignKey("venues.id"))
    number: Mapped[int] = mapped_column(BigInteger)
    entry: Mapped[int] = mapped_column(BigInteger)
    head: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    key_id: Mapped[str] = mapped_column(String(64))
    signature: Mapped[str] = mapped_column(String(200))
    trouble: Mapped[str] = mapped_column(String(16))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_checkpoints_venue", "venue", "number"), {"sqlite_autoincrement": True})


class AuditLine(Base):
    """Who did what; added, never changed (a trigger sees to it); no personal data."""

    __tablename__ = "audit"
    seq: Mapped[int] = mapped_column(SEQUENCE, primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(80))
    act: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(80))
    detail: Mapped[str] = mapped_column(String(200))

    __table_args__ = ({"sqlite_autoincrement": True},)
