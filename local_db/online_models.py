"""Tables of what came down from the region before the candidate: registrations, pictures, versions of the profile."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from local_db.columns import Json
from local_db.models import Base


class OnlineRow(Base):
    """How far a registration is at the region; its facts and appointment stand where the roster's do.

    Attributes:
        key: the region's name of it.
        change: our count at the region when it last changed.
        is_here: whether it is still this venue's.
        items, captured: as they came, see `records.online`.
    """

    __tablename__ = "online_registrations"
    reg_no: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    change: Mapped[int]
    is_here: Mapped[bool]
    status: Mapped[str]
    is_submitted: Mapped[bool]
    items: Mapped[Any] = mapped_column(Json)
    captured: Mapped[Any] = mapped_column(Json)
    updated_at: Mapped[datetime]


class OnlinePictureRow(Base):
    """A picture that stands at the region.

    Attributes:
        place: its order among the registration's pictures.
        object: what the region calls its bytes; when that changes, it is another picture.
        digest: of the bytes, under which they lie in the blob folder; "" until they are here.
        tries: how often fetching it failed since it was last announced.
    """

    __tablename__ = "online_pictures"
    id: Mapped[str] = mapped_column(primary_key=True)
    reg_no: Mapped[str]
    code: Mapped[str]
    place: Mapped[int]
    object: Mapped[str]
    media_type: Mapped[str]
    size_bytes: Mapped[int]
    digest: Mapped[str] = mapped_column(default="", index=True)
    tries: Mapped[int] = mapped_column(default=0)
    fetched_at: Mapped[datetime | None]
    __table_args__ = (Index("ix_online_pictures_reg_no", "reg_no", "place"),)


class RegionProfileRow(Base):
    """A version of the profile as the region has published it; `adopted_at` is when a lead put it to use here."""

    __tablename__ = "region_profiles"
    digest: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[str]
    source: Mapped[str]
    fetched_at: Mapped[datetime]
    adopted_at: Mapped[datetime | None]
