"""What venues are told of, what their records brought in, and appointments."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
OF_REGISTRATION = (["exam_year", "registration"], ["registrations.exam_year", "registrations.id"])


def upgrade() -> None:
    """Apply."""
    _create_departures()
    _create_onsite_records()
    _create_slots()


def downgrade() -> None:
    """Undo; takes the appointments that were booked here with it, registrations keep theirs."""
    for table in ("bookings", "slots", "onsite_records", "departures"):
        op.drop_table(table)


def _create_departures() -> None:
    op.create_table(
        "departures",
        sa.Column("venue", sa.String(length=64), nullable=False),
        sa.Column("change", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("exam_year", sa.SmallInteger(), nullable=False),
        sa.Column("registration", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["venue"], ["venues.id"]),
        sa.ForeignKeyConstraint(*OF_REGISTRATION),
        sa.PrimaryKeyConstraint("venue", "change"),
    )


def _create_onsite_records() -> None:
    op.create_table(
        "onsite_records",
        sa.Column("exam_year", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("registration", sa.String(length=32), nullable=False),
        sa.Column("visit", sa.String(length=64), nullable=False),
        sa.Column("venue", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("record", sa.String(length=64), nullable=False),
        sa.Column("captured", sa.String(length=200), nullable=False),
        sa.Column("exempted", sa.String(length=200), nullable=False),
        sa.Column("applied_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["venue"], ["venues.id"]),
        sa.ForeignKeyConstraint(*OF_REGISTRATION),
        sa.PrimaryKeyConstraint("exam_year", "registration", "visit"),
    )


def _create_slots() -> None:
    op.create_table(
        "slots",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("exam_year", sa.SmallInteger(), nullable=False),
        sa.Column("venue", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("starts", sa.String(length=5), nullable=False),
        sa.Column("ends", sa.String(length=5), nullable=False),
        sa.Column("quota", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("party", sa.String(length=64), nullable=False),
        sa.CheckConstraint("taken >= 0 AND taken <= quota", name="ck_slots_quota"),
        sa.ForeignKeyConstraint(["venue"], ["venues.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("exam_year", "venue", "day", "starts", "ends", "level", "party", name="uq_slots_place"),
    )
    op.create_index("ix_slots_list", "slots", ["exam_year", "venue", "day", "starts"])
    op.create_table(
        "bookings",
        sa.Column("exam_year", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("registration", sa.String(length=32), nullable=False),
        sa.Column("slot", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["slot"], ["slots.id"]),
        sa.ForeignKeyConstraint(*OF_REGISTRATION),
        sa.PrimaryKeyConstraint("exam_year", "registration"),
    )
    op.create_index("ix_bookings_slot", "bookings", ["slot", "state", "made_at"])
