"""The region's tables."""

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    TypeDecorator,
    false,
    text,
)
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
    """A venue that may send records; `key_hash` is the SHA-256 of its bearer key.

    Attributes:
        change: counts the changes to this venue's registrations. Raising it holds the row until the commit, so that
            nobody who reads by this cursor misses a change that was counted earlier and committed later.
    """

    __tablename__ = "venues"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    change: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")


class VenueKey(Base):
    """A key that a venue signs with; `reason` says why it was revoked."""

    __tablename__ = "venue_keys"
    key_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    venue: Mapped[str] = mapped_column(ForeignKey("venues.id"))
    public_key: Mapped[str] = mapped_column(String(64))
    enrolled_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(String(200))


class SealingKey(Base):
    """The public half of a key that records are, or were, sealed to; the one that is not retired is in use."""

    __tablename__ = "sealing_keys"
    recipient: Mapped[str] = mapped_column(String(80), primary_key=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RecordRow(Base):
    """One version of one candidate's record, as received, never changed. Nothing of a person stands here in clear.

    Attributes:
        content: the signed envelope.
        key_id: of the key that signed it.
        person: a keyed mark of the registration number, None until the record was opened; see `region.keys`.
        trouble: why it does not open although it is complete, "" if it does.
        sealed_at: when the venue sealed it, by the venue's clock.
        accepted_at: when its last file had arrived and was verified; None until then.
        is_current: no newer version has arrived. Of two with the same version both are current: a conflict.
        is_held: its key had been revoked when it came; it takes part in nothing until a person has looked.
        exceptions: how much a reviewer must look at, counted when it was opened.
        decision: that of its verdict, "" while it has none; here so that lists follow an index.
        has_twin: when it came there was another of the same visit and version; where to look for forks.
        has_double: when it was accepted there was one of another visit of this person; where to look for them.
    """

    __tablename__ = "records"
    seq: Mapped[int] = mapped_column(SEQUENCE, primary_key=True, autoincrement=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    venue: Mapped[str] = mapped_column(ForeignKey("venues.id"))
    visit: Mapped[str] = mapped_column(String(64))
    key_id: Mapped[str] = mapped_column(String(32), index=True)
    version: Mapped[int]
    previous: Mapped[str] = mapped_column(String(64))
    person: Mapped[str | None] = mapped_column(String(64), index=True)
    exceptions: Mapped[int]
    trouble: Mapped[str] = mapped_column(String(16))
    is_current: Mapped[bool] = mapped_column(Boolean)
    is_held: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    decision: Mapped[str] = mapped_column(String(16), default="", server_default="")
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    has_twin: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    has_double: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())

    __table_args__ = (
        Index("ix_records_twin", "venue", "visit", sqlite_where=text("has_twin"), postgresql_where=text("has_twin")),
        Index("ix_records_double", "person", sqlite_where=text("has_double"), postgresql_where=text("has_double")),
        Index("ix_records_sealed", "venue", "sealed_at"),
        Index("ix_records_visit", "venue", "visit", "version"),
        Index("ix_records_current_person", "is_current", "person"),
        Index("ix_records_worklist", "is_current", "decision", "seq"),
        Index("ix_records_current", "is_current", "seq"),
        Index("ix_records_venue_worklist", "venue", "is_current", "decision", "seq"),
        Index("ix_records_venue", "venue", "seq"),
        {"sqlite_autoincrement": True},
    )


class RecordFile(Base):
    """An encrypted object that a record names; digest and size are those of the encrypted bytes."""

    __tablename__ = "record_files"
    record_digest: Mapped[str] = mapped_column(ForeignKey("records.digest"), primary_key=True)
    file_digest: Mapped[str] = mapped_column(String(64), primary_key=True, index=True)
    size: Mapped[int]
    kind: Mapped[str] = mapped_column(String(8))
    sensitivity: Mapped[str] = mapped_column(String(16))


class StoredFile(Base):
    """An object whose encrypted bytes are on the disk and were verified."""

    __tablename__ = "files"
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int]
    media_type: Mapped[str] = mapped_column(String(100))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)


class UploadRow(Base):
    """An object that a venue sends in parts; how much of it is here, its file says. `kind` is `record` or `file`.

    Attributes:
        touched_at: when a part last came, to the hour.
        done_at: when the whole of it was taken in; the row stays a while, for those who did not hear our answer.
    """

    __tablename__ = "uploads"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    venue: Mapped[str] = mapped_column(ForeignKey("venues.id"))
    kind: Mapped[str] = mapped_column(String(16))
    digest: Mapped[str] = mapped_column(String(64))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    touched_at: Mapped[datetime] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_uploads_object", "venue", "digest"),)


class VerdictRow(Base):
    """The decision on one version of a record; `seq` is the venues' cursor, `code` says why one was set aside."""

    __tablename__ = "verdicts"
    seq: Mapped[int] = mapped_column(SEQUENCE, primary_key=True, autoincrement=True)
    venue: Mapped[str] = mapped_column(ForeignKey("venues.id"))
    record_digest: Mapped[str] = mapped_column(ForeignKey("records.digest"), unique=True)
    decision: Mapped[str] = mapped_column(String(16))
    step: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(2000))
    reviewer: Mapped[str] = mapped_column(ForeignKey("reviewers.id"))
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
    code: Mapped[str] = mapped_column(String(16), default="", server_default="")

    __table_args__ = (Index("ix_verdicts_cursor", "venue", "seq"), {"sqlite_autoincrement": True})


class Reviewer(Base):
    """A person who judges; `failures` counts sign-ins that were begun and have not succeeded.

    Attributes:
        venue: whose reviewer it is (考点); None for one of the region (考区).
        closed_at: since when nobody gets in by this account; None while it is in use.
    """

    __tablename__ = "reviewers"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    secret_hash: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(16))
    venue: Mapped[str | None] = mapped_column(ForeignKey("venues.id"))
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


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

    __table_args__ = (
        Index("ix_checkpoints_venue", "venue", "number"),
        Index(
            "ix_checkpoints_trouble", "seq", sqlite_where=text("trouble <> ''"), postgresql_where=text("trouble <> ''")
        ),
        {"sqlite_autoincrement": True},
    )


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
