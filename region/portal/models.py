"""The tables of signed-in candidates, and of how often clients ask."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, Integer, SmallInteger, String
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


class ShareRow(Base):
    """How much of a share one client has used up; only where several processes work. Lost in a crash, which is right.

    Attributes:
        share: name of a `region.portal.limits.Share`.
        client: an address, or the hash of a session.
        full_at: when nothing of it is used any more, in milliseconds since 1970.
        refused: how many requests in a row were.
    """

    __tablename__ = "client_shares"
    share: Mapped[str] = mapped_column(String(16), primary_key=True)
    client: Mapped[str] = mapped_column(String(64), primary_key=True)
    full_at: Mapped[int] = mapped_column(BigInteger)
    refused: Mapped[int] = mapped_column(Integer)
