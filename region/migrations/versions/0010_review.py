"""Review in two levels: closed accounts, notes, payment, corrections, the worklists' indexes."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
LISTED = ["exam_year", "status", "category", "waiting_since", "id"]


def upgrade() -> None:
    """Apply."""
    op.add_column("reviewers", sa.Column("closed_at", TIME, nullable=True))
    op.create_index("ix_registrations_category", "registrations", LISTED)
    _create_few("ix_registrations_claimed", ["claimed_by", "exam_year", "id"], "claimed_by <> ''")
    _create_few("ix_registrations_proposed", ["exam_year", "id"], "proposed_by <> ''")
    _create_notes()
    _create_payment()
    _create_corrections()


def downgrade() -> None:
    """Undo."""
    for name in ("corrections", "payments", "payment_batches", "review_notes"):
        op.drop_table(name)
    for name in ("ix_registrations_proposed", "ix_registrations_claimed", "ix_registrations_category"):
        op.drop_index(name, "registrations")
    with op.batch_alter_table("reviewers") as table:
        table.drop_column("closed_at")


def _create_few(name: str, columns: list[str], where: str) -> None:
    few = sa.text(where)
    op.create_index(name, "registrations", columns, sqlite_where=few, postgresql_where=few)


def _of_registration() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["exam_year", "registration"], ["registrations.exam_year", "registrations.id"])


def _create_notes() -> None:
    op.create_table(
        "review_notes",
        sa.Column("exam_year", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("registration", sa.String(length=32), nullable=False),
        sa.Column("reviewer", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["reviewer"], ["reviewers.id"]),
        _of_registration(),
        sa.PrimaryKeyConstraint("exam_year", "registration", "reviewer", "code"),
    )


def _create_payment() -> None:
    op.create_table(
        "payment_batches",
        sa.Column("seq", SEQUENCE, autoincrement=True, nullable=False),
        sa.Column("exam_year", sa.SmallInteger(), nullable=False),
        sa.Column("venue", sa.String(length=64), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("opens_at", TIME, nullable=False),
        sa.Column("made_by", sa.String(length=32), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("done_at", TIME, nullable=True),
        sa.Column("opened", sa.Integer(), nullable=False),
        sa.Column("cancelled_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("seq"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_payment_batches_due", "payment_batches", ["done_at", "opens_at"])
    op.create_table(
        "payments",
        sa.Column("exam_year", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("registration", sa.String(length=32), nullable=False),
        sa.Column("order_no", sa.String(length=32), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("paid_at", TIME, nullable=True),
        sa.Column("transaction", sa.String(length=64), nullable=False),
        _of_registration(),
        sa.PrimaryKeyConstraint("exam_year", "registration"),
        sa.UniqueConstraint("order_no"),
    )


def _create_corrections() -> None:
    op.create_table(
        "corrections",
        sa.Column("exam_year", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("registration", sa.String(length=32), nullable=False),
        sa.Column("venue", sa.String(length=64), nullable=False),
        sa.Column("field", sa.String(length=32), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("evidence", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=32), nullable=False),
        sa.Column("requested_by", sa.String(length=32), nullable=False),
        sa.Column("requested_at", TIME, nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("decided_by", sa.String(length=32), nullable=False),
        sa.Column("decided_at", TIME, nullable=True),
        sa.Column("decision", sa.String(length=1000), nullable=False),
        sa.ForeignKeyConstraint(["venue"], ["venues.id"]),
        _of_registration(),
        sa.PrimaryKeyConstraint("exam_year", "id"),
    )
    listed = ["outcome", "requested_at", "id"]
    op.create_index("ix_corrections_registration", "corrections", ["exam_year", "registration"])
    op.create_index("ix_corrections_list", "corrections", ["exam_year", *listed])
    op.create_index("ix_corrections_venue_list", "corrections", ["exam_year", "venue", *listed])
