"""The tables of windows: from when until when what is open, and who changed that."""

from datetime import datetime

from sqlalchemy import Index, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from region.models import SEQUENCE, Base, UtcDateTime


class WindowRow(Base):
    """When something is open, for a venue or, with "", all; `kind` is a word of `region.windows.kinds`.

    Attributes:
        opens_at: None where only the end is set.
    """

    __tablename__ = "windows"
    exam_year: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    venue: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    opens_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime] = mapped_column(UtcDateTime)


class WindowChangeRow(Base):
    """One change of a window; added, never changed (a trigger sees to it).

    Attributes:
        opened_at, closed_at: what it was before, None where there was none.
        opens_at, closes_at: what it is since, None where it was taken away.
    """

    __tablename__ = "window_changes"
    seq: Mapped[int] = mapped_column(SEQUENCE, primary_key=True, autoincrement=True)
    exam_year: Mapped[int] = mapped_column(SmallInteger)
    venue: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(16))
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    opens_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    changed_by: Mapped[str] = mapped_column(String(64))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(String(500), default="")

    __table_args__ = (Index("ix_window_changes_year", "exam_year", "seq"), {"sqlite_autoincrement": True})
