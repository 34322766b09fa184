"""The tables of figures: what happened on which day, whose faces are held, when a venue was last heard from."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, Integer, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from region.models import Base, UtcDateTime


class DayTallyRow(Base):
    """How much of a kind (`region.figures.days.Kind`) fell on a day, of the registrations that are a venue's now."""

    __tablename__ = "day_tallies"
    exam_year: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    venue: Mapped[str] = mapped_column(String(64), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    number: Mapped[int] = mapped_column(Integer)

    __table_args__ = (Index("ix_day_tallies_day", "exam_year", "day"),)


class FaceRow(Base):
    """An accepted record that holds a picture of a face.

    Attributes:
        mark: of the person: the keyed mark of the identity document, of the registration where there is one.
        exam_year, registration: whose it is, None while nobody is registered; no key, for a year leaves as a whole and
            the venues' records stay.
        gone_at: since when the picture is no longer held.
    """

    __tablename__ = "faces"
    record: Mapped[str] = mapped_column(ForeignKey("records.digest"), primary_key=True)
    mark: Mapped[str] = mapped_column(String(64))
    exam_year: Mapped[int | None] = mapped_column(SmallInteger)
    registration: Mapped[str | None] = mapped_column(String(32))
    held_at: Mapped[datetime] = mapped_column(UtcDateTime)
    gone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index("ix_faces_registration", "exam_year", "registration"),
        Index("ix_faces_held_at", "held_at"),
    )


class FacePersonRow(Base):
    """A person of whom faces are held, and in how many records; nobody of whom none is."""

    __tablename__ = "face_persons"
    mark: Mapped[str] = mapped_column(String(64), primary_key=True)
    number: Mapped[int] = mapped_column(Integer)


class FaceTallyRow(Base):
    """How many persons of `face_persons` there are, in parts, so that two who come at once rarely meet."""

    __tablename__ = "face_tallies"
    part: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(Integer)


class ContactRow(Base):
    """When a venue's computer last asked or sent anything."""

    __tablename__ = "venue_contacts"
    venue: Mapped[str] = mapped_column(ForeignKey("venues.id"), primary_key=True)
    heard_at: Mapped[datetime] = mapped_column(UtcDateTime)
