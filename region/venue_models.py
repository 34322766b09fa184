"""The tables of keys, the region's own and those of its venues, and of the venues' stations."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from region.models import Base, UtcDateTime


class VenueKey(Base):
    """A key that a venue signs with; `reason` says why it was revoked."""

    __tablename__ = "venue_keys"
    key_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    venue: Mapped[str] = mapped_column(ForeignKey("venues.id"))
    public_key: Mapped[str] = mapped_column(String(64))
    enrolled_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(String(200))


class BearerKey(Base):
    """A key by which a venue is let in, or was; the key itself is nowhere here.

    Attributes:
        made_at: None for one that is older than this table.
        first_used_at, last_used_at: the latter to a few minutes; None as long as nobody came with it.
        ended_at: since when it opens nothing; `reason` says why.
    """

    __tablename__ = "bearer_keys"
    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    venue: Mapped[str] = mapped_column(ForeignKey("venues.id"), index=True)
    made_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    first_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(String(200), default="", server_default="")


class SealingKey(Base):
    """The public half of a key that records are, or were, sealed to; the one that is not retired is in use."""

    __tablename__ = "sealing_keys"
    recipient: Mapped[str] = mapped_column(String(80), primary_key=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class StationRow(Base):
    """A station of a venue, as accepted records name it.

    Attributes:
        first_at, last_at: of the acts done there, by the venue's clock, but never later than when they arrived here.
    """

    __tablename__ = "stations"
    venue: Mapped[str] = mapped_column(ForeignKey("venues.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    first_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)
