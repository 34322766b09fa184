"""The tables. Rows hold facts; where a candidate stands is computed from them (`records.standing`)."""

from datetime import date, datetime, time
from typing import Any, ClassVar

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from local_db.columns import Json, UtcDateTime


class Base(DeclarativeBase):
    """Base of the venue's tables."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UtcDateTime, dict[str, Any]: Json, list[str]: Json}


class RosterImport(Base):
    """One roster file that was imported."""

    __tablename__ = "roster_imports"
    id: Mapped[int] = mapped_column(primary_key=True)
    file_name: Mapped[str]
    file_digest: Mapped[str]
    imported_at: Mapped[datetime]
    counts: Mapped[dict[str, Any]]
    report_name: Mapped[str] = mapped_column(default="")


class RegistrationRow(Base):
    """A registration from the roster; `flagged` holds what a newer roster says of one already confirmed."""

    __tablename__ = "registrations"
    id: Mapped[int] = mapped_column(primary_key=True)
    reg_no: Mapped[str] = mapped_column(unique=True)
    name_folded: Mapped[str] = mapped_column(index=True)
    id_no: Mapped[str] = mapped_column(index=True)
    id_tail: Mapped[str] = mapped_column(index=True)
    fields: Mapped[dict[str, Any]]
    extra: Mapped[dict[str, Any]]
    warnings: Mapped[list[str]]
    slot_day: Mapped[date | None] = mapped_column(index=True)
    slot_starts: Mapped[time | None]
    slot_ends: Mapped[time | None]
    row_digest: Mapped[str]
    import_id: Mapped[int] = mapped_column(ForeignKey("roster_imports.id"))
    updated_at: Mapped[datetime]
    flagged: Mapped[dict[str, Any] | None] = mapped_column(Json, default=None)


class VisitRow(Base):
    """One candidate's way through the venue, pinned to the profile it began with. One a registration, for good."""

    __tablename__ = "visits"
    id: Mapped[str] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id"), unique=True)
    profile_digest: Mapped[str] = mapped_column(ForeignKey("profiles.digest"))
    opened_at: Mapped[datetime]
    registration: Mapped[RegistrationRow] = relationship(lazy="joined")


class ProfileRow(Base):
    """The text of every profile that a visit is pinned to, so that it can be finished after the file has changed."""

    __tablename__ = "profiles"
    digest: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str]
    first_used_at: Mapped[datetime]


class TicketRow(Base):
    """A queue ticket: one a visit and day. `lane` is `normal` or `priority`."""

    __tablename__ = "tickets"
    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visits.id"))
    day: Mapped[date]
    serial: Mapped[int]
    number: Mapped[str] = mapped_column(index=True)
    lane: Mapped[str] = mapped_column(default="normal")
    issued_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("day", "serial"), UniqueConstraint("visit_id", "day"))


class CallRow(Base):
    """What was done with a ticket in the queue: `call`, `recall`, `absent`, `back` (reported after absence)."""

    __tablename__ = "calls"
    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    action: Mapped[str]
    step: Mapped[str]
    station: Mapped[str]
    actor: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)


class EvidenceRow(Base):
    """One act of a visit; see `records.evidence`. Rows are added, never changed (a trigger refuses it)."""

    __tablename__ = "evidence"
    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visits.id"))
    seq: Mapped[int]
    step: Mapped[str]
    part: Mapped[str]
    data: Mapped[dict[str, Any]]
    covers: Mapped[list[str]]
    bound_to: Mapped[str]
    withdraws: Mapped[list[str]]
    taken_at: Mapped[datetime]
    actor: Mapped[str]
    station: Mapped[str]
    monotonic_ns: Mapped[int] = mapped_column(BigInteger)
    boot: Mapped[str]
    attachments: Mapped[list["AttachmentRow"]] = relationship(order_by="AttachmentRow.id", lazy="selectin")
    __table_args__ = (UniqueConstraint("visit_id", "seq"), Index("ix_evidence_step", "step"))


class AttachmentRow(Base):
    """A file of one piece of evidence; the file itself lies in the blob folder under its digest."""

    __tablename__ = "attachments"
    id: Mapped[int] = mapped_column(primary_key=True)
    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence.id"), index=True)
    role: Mapped[str]
    media_type: Mapped[str]
    digest: Mapped[str] = mapped_column(index=True)
    size_bytes: Mapped[int]


class RecordRow(Base):
    """One sealed version of a visit's record."""

    __tablename__ = "records"
    digest: Mapped[str] = mapped_column(primary_key=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visits.id"))
    version: Mapped[int]
    last_seq: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    __table_args__ = (UniqueConstraint("visit_id", "version"),)


class OutboxRow(Base):
    """One object on its way to the region, each with its own fate. `kind` is `record` or `file`."""

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


class RecordFileRow(Base):
    """Which files a sealed record names; the record is acceptable to the region when all of them are there."""

    __tablename__ = "record_files"
    record_digest: Mapped[str] = mapped_column(ForeignKey("records.digest"), primary_key=True)
    file_digest: Mapped[str] = mapped_column(primary_key=True, index=True)


class VerdictRow(Base):
    """A decision of the region, as it came; `applied_at` is when the desk could see it."""

    __tablename__ = "verdicts"
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    reg_no: Mapped[str] = mapped_column(index=True)
    record_digest: Mapped[str]
    decision: Mapped[str]
    step: Mapped[str]
    reason: Mapped[str]
    decided_at: Mapped[datetime]
    applied_at: Mapped[datetime]


class SyncStateRow(Base):
    """What the worker must remember over a restart: `verdict_cursor`, `last_contact_at`, `paused`."""

    __tablename__ = "sync_state"
    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class StaffRow(Base):
    """A member of staff. `roles` as in docs/glossary.md."""

    __tablename__ = "staff"
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    pin_hash: Mapped[str]
    roles: Mapped[list[str]]
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    active: Mapped[bool] = mapped_column(default=True)


class SessionRow(Base):
    """A browser: paired with a station, perhaps with staff signed in, perhaps with a candidate before it."""

    __tablename__ = "sessions"
    token_hash: Mapped[str] = mapped_column(primary_key=True)
    station: Mapped[str]
    staff_id: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    visit_id: Mapped[str | None] = mapped_column(ForeignKey("visits.id"))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class HelpRow(Base):
    """A candidate's call for staff."""

    __tablename__ = "help_calls"
    id: Mapped[int] = mapped_column(primary_key=True)
    station: Mapped[str]
    visit_id: Mapped[str | None]
    called_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str] = mapped_column(default="")


class AuditRow(Base):
    """Who did what, when and where; no personal data. Rows are added, never changed (a trigger refuses it).

    Only `local_db.audit` adds them: `hash` chains each to the one before it (`records.audit`), and `id` has no gaps.
    """

    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    station: Mapped[str]
    act: Mapped[str]
    subject: Mapped[str]
    detail: Mapped[dict[str, Any]]
    monotonic_ns: Mapped[int] = mapped_column(BigInteger)
    boot: Mapped[str]
    clock: Mapped[str]
    hash: Mapped[str]
    __table_args__ = (Index("ix_audit_at", "at"),)


class CheckpointRow(Base):
    """A signed checkpoint of the audit log. `refusal` is why the region did not take it, "" if it did or has to."""

    __tablename__ = "checkpoints"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry: Mapped[int]
    head: Mapped[str]
    made_at: Mapped[datetime]
    key_id: Mapped[str]
    signature: Mapped[str]
    sent_at: Mapped[datetime | None]
    refusal: Mapped[str] = mapped_column(default="")


class PrintRow(Base):
    """One sheet of paper, or the try at one; no personal data. `state` is `started`, `printed`, `failed` or `pdf`."""

    __tablename__ = "prints"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visits.id"), index=True)
    kind: Mapped[str]
    copy: Mapped[int]
    station: Mapped[str]
    actor: Mapped[str]
    state: Mapped[str]
    trouble: Mapped[str] = mapped_column(default="")
    asked_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class CheckRow(Base):
    """How one device did in a test of all of them. `result` is `works`, `nothing` (saw nothing) or `trouble`."""

    __tablename__ = "device_checks"
    id: Mapped[int] = mapped_column(primary_key=True)
    round: Mapped[str] = mapped_column(index=True)
    station: Mapped[str]
    role: Mapped[str]
    driver: Mapped[str]
    result: Mapped[str]
    code: Mapped[str]
    actor: Mapped[str]
    at: Mapped[datetime]
