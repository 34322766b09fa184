"""Signed-in candidates, notices to them, and what is to be said of a picture."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
REGISTRATION = ["exam_year", "registration"], ["registrations.exam_year", "registrations.id"]


def upgrade() -> None:
    """Apply."""
    op.add_column("pictures", sa.Column("warnings", sa.String(length=100), nullable=False, server_default=""))
    op.create_table(
        "candidate_sessions",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("exam_year", sa.SmallInteger(), nullable=False),
        sa.Column("registration", sa.String(length=32), nullable=False),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("seen_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(*REGISTRATION),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_index("ix_candidate_sessions_started_at", "candidate_sessions", ["started_at"])
    op.create_table(
        "notices",
        sa.Column("seq", SEQUENCE, autoincrement=True, nullable=False),
        sa.Column("exam_year", sa.SmallInteger(), nullable=False),
        sa.Column("registration", sa.String(length=32), nullable=False),
        sa.Column("event", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("address", sa.String(length=100), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.String(length=64), nullable=False),
        sa.Column("queued_at", TIME, nullable=False),
        sa.Column("next_at", TIME, nullable=False),
        sa.Column("done_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(*REGISTRATION),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("exam_year", "registration", "event", name="uq_notices_event"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_notices_due", "notices", ["state", "next_at", "seq"])


def downgrade() -> None:
    """Undo."""
    op.drop_table("notices")
    op.drop_table("candidate_sessions")
    with op.batch_alter_table("pictures") as table:
        table.drop_column("warnings")
