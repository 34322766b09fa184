"""The tables around the review: reviewers' notes, payment, and corrections."""

from datetime import datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, Integer, LargeBinary, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from region.models import SEQUENCE, Base, UtcDateTime
from region.registry.models import OF_REGISTRATION


class NoteRow(Base):
    """What one reviewer is writing about one registration: notes for colleagues, and words not yet sent. Sealed.

    Attributes:
        code: the item whose opinion is being written, "" for the notes, "=" for the words of a conclusion.
    """

    __tablename__ = "review_notes"
    exam_year: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    registration: Mapped[str] = mapped_column(String(32), primary_key=True)
    reviewer: Mapped[str] = mapped_column(ForeignKey("reviewers.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(8), primary_key=True)
    text: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (ForeignKeyConstraint(*OF_REGISTRATION),)


class BatchRow(Base):
    """Payment that is to be opened for many at once.

    Attributes:
        venue, level: whose registrations; "" for all.
        opens_at: when.
        done_at, opened: when all of it was done, and how many registrations that opened; None and 0 until then.
        cancelled_at: when somebody thought better of it.
    """

    __tablename__ = "payment_batches"
    seq: Mapped[int] = mapped_column(SEQUENCE, primary_key=True, autoincrement=True)
    exam_year: Mapped[int] = mapped_column(SmallInteger)
    venue: Mapped[str] = mapped_column(String(64), default="")
    level: Mapped[str] = mapped_column(String(16), default="")
    opens_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[str] = mapped_column(String(32))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    opened: Mapped[int] = mapped_column(Integer, default=0)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_payment_batches_due", "done_at", "opens_at"), {"sqlite_autoincrement": True})


class PaymentRow(Base):
    """One registration's order at the payment system.

    Attributes:
        order_no: what the payment system calls it; made up by us, says nothing of anybody.
        transaction: the payment system's own number of the payment, "" until it is paid.
    """

    __tablename__ = "payments"
    exam_year: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    registration: Mapped[str] = mapped_column(String(32), primary_key=True)
    order_no: Mapped[str] = mapped_column(String(32), unique=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    paid_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    transaction: Mapped[str] = mapped_column(String(64), default="")

    __table_args__ = (ForeignKeyConstraint(*OF_REGISTRATION),)


class CorrectionRow(Base):
    """A request that one field be corrected (更正). What it was and shall be is sealed.

    Attributes:
        content: the old and the new value and the reason, sealed as fields.
        requested_by: a reviewer's id, or `candidate`.
        outcome: "" while it waits, then `accepted`, `rejected` or `overtaken`.
        decision: words of whoever decided.
    """

    __tablename__ = "corrections"
    exam_year: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    registration: Mapped[str] = mapped_column(String(32))
    venue: Mapped[str] = mapped_column(ForeignKey("venues.id"))
    field: Mapped[str] = mapped_column(String(32))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    requested_by: Mapped[str] = mapped_column(String(32))
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    outcome: Mapped[str] = mapped_column(String(16), default="")
    decided_by: Mapped[str] = mapped_column(String(32), default="")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decision: Mapped[str] = mapped_column(String(1000), default="")

    __table_args__ = (
        ForeignKeyConstraint(*OF_REGISTRATION),
        Index("ix_corrections_registration", "exam_year", "registration"),
        Index("ix_corrections_list", "exam_year", "outcome", "requested_at", "id"),
        Index("ix_corrections_venue_list", "exam_year", "venue", "outcome", "requested_at", "id"),
    )


class CorrectionPictureRow(Base):
    """A picture that proves what a correction asks for.

    Attributes:
        number: order among them, 1 first.
        object: digest of the sealed bytes.
        warnings: codes of `devices.quality.upload.WARNINGS`, joined by commas.
    """

    __tablename__ = "correction_pictures"
    exam_year: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    correction: Mapped[str] = mapped_column(String(32), primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    object: Mapped[str] = mapped_column(String(64))
    media_type: Mapped[str] = mapped_column(String(32))
    warnings: Mapped[str] = mapped_column(String(100), default="")

    __table_args__ = (ForeignKeyConstraint(["exam_year", "correction"], ["corrections.exam_year", "corrections.id"]),)
