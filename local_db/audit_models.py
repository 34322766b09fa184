"""Tables of the audit log and its checkpoints. Personal data is in neither."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from local_db.models import Base


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
    __table_args__ = (Index("ix_audit_at", "at"), Index("ix_audit_act", "act"), Index("ix_audit_clock", "clock"))


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
