"""The tables of drafts, and of what venues have of the profile. Published versions stand in `ProfileRow`."""

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from region.models import SEQUENCE, Base, UtcDateTime


class DraftRow(Base):
    """A profile that is being written; it may be wrong as long as it is one.

    Attributes:
        origin: what it began as: a version's name, or the name of a file.
        revision: counts every saving; whoever saves or publishes says which one was looked at.
        changed_by: who saved it last. Where two people are asked for, another one publishes it.
        published: digest of the version it has become, "" while it has not.
        closed_at: when it was published or thrown away.
    """

    __tablename__ = "profile_drafts"
    seq: Mapped[int] = mapped_column(SEQUENCE, primary_key=True, autoincrement=True)
    source: Mapped[str] = mapped_column(Text)
    origin: Mapped[str] = mapped_column(String(200))
    revision: Mapped[int] = mapped_column(Integer)
    made_by: Mapped[str] = mapped_column(String(32))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[str] = mapped_column(String(32))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published: Mapped[str] = mapped_column(String(64), default="")
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = ({"sqlite_autoincrement": True},)


class HeldRow(Base):
    """What a venue has of the profile, as it said when it last asked; digests, "" where it did not say."""

    __tablename__ = "venue_profiles"
    venue: Mapped[str] = mapped_column(ForeignKey("venues.id"), primary_key=True)
    fetched: Mapped[str] = mapped_column(String(64), default="")
    in_use: Mapped[str] = mapped_column(String(64), default="")
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
