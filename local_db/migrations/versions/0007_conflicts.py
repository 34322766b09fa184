"""How far each act's time can be believed, what the region's word means, who has seen it, and settled conflicts."""

import sqlalchemy as sa
from alembic import op

from local_db import columns

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply; the database itself refuses to change what was settled."""
    op.add_column("evidence", sa.Column("clock", sa.String(), nullable=False, server_default="unknown"))
    op.add_column("verdicts", sa.Column("code", sa.String(), nullable=False, server_default=""))
    op.add_column("verdicts", sa.Column("seen_at", columns.UtcDateTime(), nullable=True))
    op.add_column("verdicts", sa.Column("seen_by", sa.String(), nullable=False, server_default=""))
    op.create_index("ix_audit_act", "audit", ["act"])
    op.create_index("ix_audit_clock", "audit", ["clock"])
    op.create_table(
        "settlements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("visits", columns.Json(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("station", sa.String(), nullable=False),
        sa.Column("settled_at", columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER settlements_no_{act.lower()} BEFORE {act} ON settlements "
            "BEGIN SELECT RAISE(ABORT, 'settlements is append-only'); END"
        )


def downgrade() -> None:
    """Undo; what was settled is forgotten."""
    op.drop_table("settlements")
    op.drop_index("ix_audit_clock", table_name="audit")
    op.drop_index("ix_audit_act", table_name="audit")
    # Not Alembic's way of copying the table: dropping the old one would take the rows that point to it.
    for table, names in (("verdicts", ("seen_by", "seen_at", "code")), ("evidence", ("clock",))):
        for name in names:
            op.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
