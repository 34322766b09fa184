"""Figures that are kept up instead of counted; the decision on a record beside it, so that lists follow an index."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

LISTED = ["is_current", "decision", "seq"]
WITH_DECISIONS = (
    "UPDATE records SET decision = coalesce("
    "(SELECT decision FROM verdicts WHERE verdicts.record_digest = records.digest), '')"
)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "tallies",
        sa.Column("exam_year", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("venue", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("is_waiting", sa.Boolean(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("exam_year", "venue", "status", "is_waiting"),
    )
    op.execute(
        "INSERT INTO tallies (exam_year, venue, status, is_waiting, number) "
        "SELECT exam_year, venue, status, waiting_since IS NOT NULL, count(*) FROM registrations "
        "GROUP BY exam_year, venue, status, waiting_since IS NOT NULL"
    )
    op.add_column("records", sa.Column("decision", sa.String(length=16), nullable=False, server_default=""))
    op.execute(WITH_DECISIONS)
    op.drop_index("ix_records_worklist", "records")
    op.create_index("ix_records_worklist", "records", LISTED)
    op.create_index("ix_records_current", "records", ["is_current", "seq"])
    op.create_index("ix_records_venue_worklist", "records", ["venue", *LISTED])
    op.create_index("ix_records_venue", "records", ["venue", "seq"])


def downgrade() -> None:
    """Undo."""
    for name in ("venue", "venue_worklist", "current", "worklist"):
        op.drop_index(f"ix_records_{name}", "records")
    op.create_index("ix_records_worklist", "records", ["is_current", "seq"])
    op.drop_column("records", "decision")
    op.drop_table("tallies")
