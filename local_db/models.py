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
    clock: Mapped[str] = mapped_column(default="unknown", server_default="unknown")
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
    """One sealed version of a visit's record: its envelope, the key that signed it.

    Attributes:
        cleared_at: when the plaintext that the profile lets go was removed from this computer.
        receipt: the region's signed word that record and files are accepted, as it came; `receipt_key` signed it.
    """

    __tablename__ = "records"
    digest: Mapped[str] = mapped_column(primary_key=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visits.id"))
    version: Mapped[int]
    last_seq: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    key_id: Mapped[str]
    sealed_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    cleared_at: Mapped[datetime | None]
    receipt: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    receipt_key: Mapped[str] = mapped_column(default="", server_default="")
    __table_args__ = (UniqueConstraint("visit_id", "version"),)


class SealedObjectRow(Base):
    """One encrypted object; it lies in the folder of sealed objects under its digest. See `records.seal`."""

    __tablename__ = "sealed_objects"
    digest: Mapped[str] = mapped_column(primary_key=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visits.id"), index=True)
    kind: Mapped[str]
    sensitivity: Mapped[str]
    size_bytes: Mapped[int]
    plain_digest: Mapped[str]
    recipients: Mapped[list[str]]
    made_at: Mapped[datetime]


class RemovalRow(Base):
    """A captured file whose plaintext goes (`removed_at` is None: is about to go) because it is sealed."""

    __tablename__ = "removals"
    digest: Mapped[str] = mapped_column(primary_key=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visits.id"), index=True)
    decided_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class SigningKeyRow(Base):
    """The public half of a key that this venue signs or has signed with; the newest not retired one is in use."""

    __tablename__ = "signing_keys"
    key_id: Mapped[str] = mapped_column(primary_key=True)
    public_key: Mapped[str]
    made_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


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
