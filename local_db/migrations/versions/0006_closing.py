"""What is done to close a day."""

import sqlalchemy as sa
from alembic import op

from local_db import columns

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply; the database itself refuses to change an act."""
    op.create_table(
        "day_acts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("begins_at", columns.UtcDateTime(), nullable=False),
        sa.Column("ends_at", columns.UtcDateTime(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("detail", columns.Json(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("station", sa.String(), nullable=False),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_day_acts_day", "day_acts", ["day"], unique=False)
    op.create_index("ix_day_acts_ends", "day_acts", ["ends_at"], unique=False)
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER day_acts_no_{act.lower()} BEFORE {act} ON day_acts "
            "BEGIN SELECT RAISE(ABORT, 'the acts of a closing are append-only'); END"
        )


def downgrade() -> None:
    """Undo."""
    op.drop_table("day_acts")
