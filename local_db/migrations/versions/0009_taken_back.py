"""Settlements of conflicts that were taken back, and what happened to devices."""

import sqlalchemy as sa
from alembic import op

from local_db import columns

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply; the database itself refuses to change what was taken back."""
    op.create_table(
        "retractions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("settlement", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("station", sa.String(), nullable=False),
        sa.Column("taken_back_at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["settlement"], ["settlements.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("settlement"),
    )
    op.create_table(
        "device_incidents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("station", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_device_incidents_at", "device_incidents", ["at"])
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER retractions_no_{act.lower()} BEFORE {act} ON retractions "
            "BEGIN SELECT RAISE(ABORT, 'retractions is append-only'); END"
        )


def downgrade() -> None:
    """Undo; what was taken back counts as settled again."""
    op.drop_table("device_incidents")
    op.drop_table("retractions")
