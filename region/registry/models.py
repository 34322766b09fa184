"""The tables of registrations. Every key begins with the year of the exam, by which a large database is partitioned."""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from region.models import SEQUENCE, Base, UtcDateTime

OF_REGISTRATION = ("exam_year", "registration"), ("registrations.exam_year", "registrations.id")
"""The foreign key of what belongs to a registration."""


def _few(name: str, *columns: str, where: str) -> Index:
    """Return an index over the few rows of which the condition holds."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


class RegistrationRow(Base):
    """One candidate's registration for one year. Nothing of a person stands here in clear.

    Attributes:
        id: made up by us, safe in an address.
        person: keyed mark of the registration number, the same as on the records of venues (`region.keys`).
        id_mark, name_mark: keyed marks of the document's number and of the name, to search by; "" without one.
        kinds: flags joined by commas, e.g. `LV1,FRESH`.
        facts: the fields of the registration, sealed (`region.registry.facts`).
        slot: the appointment at the venue as `YYYY-MM-DD HH:MM-HH:MM`, "" without one.
        submitted_at: when the candidate last pressed 提交审核; None since it was sent back, or while it never was.
        uploaded_at: when the candidate first uploaded a picture.
        waiting_since: since when it waits for the level at which it now is; None while it waits for the candidate.
        returned_at: since when it is back with the candidate, having waited for a reviewer before; else None.
        proposed_by: who proposes that it be refused, "" while nobody does.
        claimed_by, claimed_until: the reviewer who has it in hand.
        revision: counts every change; whoever decides says which one was looked at.
        change: the venue's count (`Venue.change`) at the last change.
    """

    __tablename__ = "registrations"
    exam_year: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    venue: Mapped[str] = mapped_column(ForeignKey("venues.id"))
    person: Mapped[str] = mapped_column(String(64))
    id_mark: Mapped[str] = mapped_column(String(64))
    name_mark: Mapped[str] = mapped_column(String(64))
    level: Mapped[str] = mapped_column(String(16))
    category: Mapped[str] = mapped_column(String(32))
    kinds: Mapped[str] = mapped_column(String(200))
    facts: Mapped[bytes] = mapped_column(LargeBinary)
    slot: Mapped[str] = mapped_column(String(32), default="")
    status: Mapped[str] = mapped_column(String(16))
    status_since: Mapped[datetime] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    waiting_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    uploaded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    returned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    proposed_by: Mapped[str] = mapped_column(String(32), default="")
    claimed_by: Mapped[str] = mapped_column(String(32), default="")
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(Integer, default=0)
    change: Mapped[int] = mapped_column(BigInteger, default=0)

    __table_args__ = (
        Index("ix_registrations_person", "exam_year", "person", unique=True),
        Index("ix_registrations_id_mark", "id_mark"),
        Index("ix_registrations_name_mark", "name_mark"),
        Index("ix_registrations_venue_list", "exam_year", "venue", "status", "waiting_since", "id"),
        Index("ix_registrations_list", "exam_year", "status", "waiting_since", "id"),
        Index("ix_registrations_change", "venue", "change"),
        Index("ix_registrations_category", "exam_year", "status", "category", "waiting_since", "id"),
        _few("ix_registrations_claimed", "claimed_by", "exam_year", "id", where="claimed_by <> ''"),
        _few("ix_registrations_proposed", "exam_year", "id", where="proposed_by <> ''"),
    )


class ItemRow(Base):
    """One material of one registration.

    Attributes:
        state: a word of `region.registry.locks.ItemState`.
        version: counts up each time the pictures that stand are others; the untouched item is 0.
        opinion, opinion_text: the reviewer's, as the candidate reads it (code of the profile's list, and words).
        mark, mark_opinion, mark_text, marked_by: what a reviewer has noted and not yet concluded; "" for nothing.
        decided_by, decided_at, decided_version: who brought it to PASSED or RETURNED, and which version was looked at.
        changed_at: when the candidate last changed its pictures.
    """

    __tablename__ = "items"
    exam_year: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    registration: Mapped[str] = mapped_column(String(32), primary_key=True)
    code: Mapped[str] = mapped_column(String(8), primary_key=True)
    state: Mapped[str] = mapped_column(String(16))
    version: Mapped[int] = mapped_column(Integer, default=0)
    opinion: Mapped[str] = mapped_column(String(32), default="")
    opinion_text: Mapped[str] = mapped_column(String(1000), default="")
    mark: Mapped[str] = mapped_column(String(8), default="")
    mark_opinion: Mapped[str] = mapped_column(String(32), default="")
    mark_text: Mapped[str] = mapped_column(String(1000), default="")
    marked_by: Mapped[str] = mapped_column(String(32), default="")
    decided_by: Mapped[str] = mapped_column(String(32), default="")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_version: Mapped[int] = mapped_column(Integer, default=0)
    changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (ForeignKeyConstraint(*OF_REGISTRATION),)


class PictureRow(Base):
    """One picture of an item. Removed ones stay, so that what a reviewer saw can always be shown again.

    Attributes:
        position: order within the item, 0 first.
        object: digest of the sealed bytes that people view (`region.registry.sealed_files`).
        original: digest of the sealed bytes as they came in, "" where none are kept.
        version: the item's version with which it came.
        source: `candidate` or `venue`.
        warnings: codes of `devices.quality.upload.WARNINGS`, joined by commas.
        quarters: by how many quarters clockwise the candidate has turned the original.
        advised: by how many more it should be turned, as far as a program can tell; 0 for none.
    """

    __tablename__ = "pictures"
    exam_year: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    registration: Mapped[str] = mapped_column(String(32))
    code: Mapped[str] = mapped_column(String(8))
    position: Mapped[int] = mapped_column(Integer)
    object: Mapped[str] = mapped_column(String(64))
    original: Mapped[str] = mapped_column(String(64), default="")
    media_type: Mapped[str] = mapped_column(String(32))
    size: Mapped[int] = mapped_column(Integer)
    width: Mapped[int] = mapped_column(Integer)
    height: Mapped[int] = mapped_column(Integer)
    version: Mapped[int] = mapped_column(Integer)
    source: Mapped[str] = mapped_column(String(16))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    warnings: Mapped[str] = mapped_column(String(100), default="", server_default="")
    quarters: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    advised: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")

    __table_args__ = (
        ForeignKeyConstraint(*OF_REGISTRATION),
        Index("ix_pictures_item", "exam_year", "registration", "code", "position"),
    )


class EventRow(Base):
    """One thing that happened to a registration; added, never changed (a trigger sees to it).

    Attributes:
        actor: id of a reviewer, `candidate`, or the name of a system.
        before, after: the status, the same where it did not change.
        code: the item it concerns, "" for the whole.
        opinion, text: why, as the candidate may read it.
    """

    __tablename__ = "registration_events"
    exam_year: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    registration: Mapped[str] = mapped_column(String(32), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(64))
    role: Mapped[str] = mapped_column(String(16))
    act: Mapped[str] = mapped_column(String(32))
    before: Mapped[str] = mapped_column(String(16))
    after: Mapped[str] = mapped_column(String(16))
    code: Mapped[str] = mapped_column(String(8), default="")
    opinion: Mapped[str] = mapped_column(String(32), default="")
    text: Mapped[str] = mapped_column(String(1000), default="")

    __table_args__ = (ForeignKeyConstraint(*OF_REGISTRATION),)


class TallyRow(Base):
    """How many registrations stand somewhere, kept up in the transaction of each change (`region.registry.tallies`).

    Attributes:
        is_waiting: for the level at which they are; else for the candidate, or for nobody.
        progress: how far the candidate is with whom they wait for: `uploaded`, `returned`, or "" (`Progress`).
    """

    __tablename__ = "tallies"
    exam_year: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    venue: Mapped[str] = mapped_column(String(64), primary_key=True)
    status: Mapped[str] = mapped_column(String(16), primary_key=True)
    is_waiting: Mapped[bool] = mapped_column(Boolean, primary_key=True)
    progress: Mapped[str] = mapped_column(String(16), primary_key=True)
    number: Mapped[int] = mapped_column(Integer)


class ProfileRow(Base):
    """A published version of the region's profile; nobody changes one (a trigger sees to it).

    In force is the one published last of those that hold by now.

    Attributes:
        version: as its text says.
        made_by, made_at: who wrote it down last, and when.
        holds_from: from when it is in force; None for since it was published.
        supersedes: digest of what was in force when it was published; it may be what ships with the program.
        reason: why, in words that say nothing of any person.
    """

    __tablename__ = "profiles"
    seq: Mapped[int] = mapped_column(SEQUENCE, primary_key=True, autoincrement=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(64))
    version: Mapped[str] = mapped_column(String(64))
    source: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[str] = mapped_column(String(32))
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    published_by: Mapped[str] = mapped_column(String(32), default="", server_default="")
    reason: Mapped[str] = mapped_column(String(500), default="", server_default="")
    supersedes: Mapped[str] = mapped_column(String(64), default="", server_default="")
    holds_from: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = ({"sqlite_autoincrement": True},)


class DepartureRow(Base):
    """A registration that left a venue, at that venue's count: who reads by the count has to hear of it too."""

    __tablename__ = "departures"
    venue: Mapped[str] = mapped_column(ForeignKey("venues.id"), primary_key=True)
    change: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    exam_year: Mapped[int] = mapped_column(SmallInteger)
    registration: Mapped[str] = mapped_column(String(32))

    __table_args__ = (ForeignKeyConstraint(*OF_REGISTRATION),)


class OnsiteRow(Base):
    """The newest version of a visit's accepted record that was brought into a registration.

    Attributes:
        captured, exempted: ids of the steps whose captures it holds, or that a second person has let off.
        arrived_on: the first day on which the person came, as the record says.
        finished_on: the day on which the first version that was brought in was sealed.
    """

    __tablename__ = "onsite_records"
    exam_year: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    registration: Mapped[str] = mapped_column(String(32), primary_key=True)
    visit: Mapped[str] = mapped_column(String(64), primary_key=True)
    venue: Mapped[str] = mapped_column(ForeignKey("venues.id"))
    version: Mapped[int] = mapped_column(Integer)
    record: Mapped[str] = mapped_column(String(64))
    captured: Mapped[str] = mapped_column(String(200))
    exempted: Mapped[str] = mapped_column(String(200))
    applied_at: Mapped[datetime] = mapped_column(UtcDateTime)
    arrived_on: Mapped[date | None] = mapped_column(Date)
    finished_on: Mapped[date | None] = mapped_column(Date)

    __table_args__ = (ForeignKeyConstraint(*OF_REGISTRATION),)
