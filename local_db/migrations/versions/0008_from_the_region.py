"""What comes down from the region before the candidate: registrations, pictures, versions of the profile."""

import sqlalchemy as sa
from alembic import op

from local_db import columns

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "online_registrations",
        sa.Column("reg_no", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("change", sa.Integer(), nullable=False),
        sa.Column("is_here", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("is_submitted", sa.Boolean(), nullable=False),
        sa.Column("items", columns.Json(), nullable=False),
        sa.Column("captured", columns.Json(), nullable=False),
        sa.Column("updated_at", columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("reg_no"),
        sa.UniqueConstraint("key"),
    )
    op.create_table(
        "online_pictures",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("reg_no", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("object", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("fetched_at", columns.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_online_pictures_digest", "online_pictures", ["digest"])
    op.create_index("ix_online_pictures_reg_no", "online_pictures", ["reg_no", "place"])
    op.create_table(
        "region_profiles",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("fetched_at", columns.UtcDateTime(), nullable=False),
        sa.Column("adopted_at", columns.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("digest"),
    )


def downgrade() -> None:
    """Undo; the region hands it down again, from the start."""
    for table in ("region_profiles", "online_pictures", "online_registrations"):
        op.drop_table(table)
    op.execute("DELETE FROM sync_state WHERE key = 'registration_cursor'")
