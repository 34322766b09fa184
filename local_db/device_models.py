"""The tables of what happened at printers and to devices, and of how devices were tested."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from local_db.models import Base

__all__ = ["Base", "CheckRow", "IncidentRow", "PrintRow"]


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


class IncidentRow(Base):
    """One thing that happened to a device: `code` is the trouble it came into, or `restarted`."""

    __tablename__ = "device_incidents"
    id: Mapped[int] = mapped_column(primary_key=True)
    station: Mapped[str]
    role: Mapped[str]
    code: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)


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
