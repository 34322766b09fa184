"""Audit and checkpoints cannot be changed on PostgreSQL either; when a part of an upload last came."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

APPEND_ONLY = ("audit", "checkpoints")


def upgrade() -> None:
    """Apply."""
    op.add_column("uploads", sa.Column("touched_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE uploads SET touched_at = begun_at")
    with op.batch_alter_table("uploads") as uploads:
        uploads.alter_column("touched_at", nullable=False)
    if op.get_bind().dialect.name == "postgresql":
        for table in APPEND_ONLY:
            _forbid_changes(table)
        _forbid_emptying("registration_events")


def downgrade() -> None:
    """Undo."""
    op.drop_column("uploads", "touched_at")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER registration_events_not_emptied ON registration_events")
        for table in APPEND_ONLY:
            op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
            op.execute(f"DROP TRIGGER {table}_not_emptied ON {table}")
            op.execute(f"DROP FUNCTION {table}_append_only()")


def _forbid_changes(table: str) -> None:
    op.execute(
        f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_append_only()"
    )
    _forbid_emptying(table)


def _forbid_emptying(table: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()"
    )
