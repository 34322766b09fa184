"""The table of signed-in candidates."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Index, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from region.models import Base, UtcDateTime


class CandidateSessionRow(Base):
    """A candidate's signed-in browser; the cookie holds the token, the table only its SHA-256."""

    __tablename__ = "candidate_sessions"
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    exam_year: Mapped[int] = mapped_column(SmallInteger)
    registration: Mapped[str] = mapped_column(String(32))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        ForeignKeyConstraint(["exam_year", "registration"], ["registrations.exam_year", "registrations.id"]),
        Index("ix_candidate_sessions_started_at", "started_at"),
    )
