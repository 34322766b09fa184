"""Profiles that are drafted and published, what venues have of them, and windows with their history."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
KEPT = ("profiles", "window_changes")
"""What nobody may change once it is written: a published version, and what was changed about a window."""


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("windows") as windows:
        windows.alter_column("opens_at", existing_type=TIME, nullable=True)
    for column in (
        sa.Column("published_by", sa.String(length=32), nullable=False, server_default=""),
        sa.Column("reason", sa.String(length=500), nullable=False, server_default=""),
        sa.Column("supersedes", sa.String(length=64), nullable=False, server_default=""),
        sa.Column("holds_from", TIME, nullable=True),
    ):
        op.add_column("profiles", column)
    _create_drafts()
    _create_held()
    _create_changes()
    for table in KEPT:
        _forbid_changes(table)


def downgrade() -> None:
    """Undo; drafts, reasons and the windows' history are gone with it."""
    for table in KEPT:
        _allow_changes(table)
    for table in ("window_changes", "venue_profiles", "profile_drafts"):
        op.drop_table(table)
    with op.batch_alter_table("profiles") as profiles:
        for column in ("holds_from", "supersedes", "reason", "published_by"):
            profiles.drop_column(column)
    op.execute("UPDATE windows SET opens_at = closes_at WHERE opens_at IS NULL")
    with op.batch_alter_table("windows") as windows:
        windows.alter_column("opens_at", existing_type=TIME, nullable=False)


def _create_drafts() -> None:
    op.create_table(
        "profile_drafts",
        sa.Column("seq", SEQUENCE, autoincrement=True, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("origin", sa.String(length=200), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(length=32), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("changed_by", sa.String(length=32), nullable=False),
        sa.Column("changed_at", TIME, nullable=False),
        sa.Column("published", sa.String(length=64), nullable=False),
        sa.Column("closed_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("seq"),
        sqlite_autoincrement=True,
    )


def _create_held() -> None:
    op.create_table(
        "venue_profiles",
        sa.Column("venue", sa.String(length=64), nullable=False),
        sa.Column("fetched", sa.String(length=64), nullable=False),
        sa.Column("in_use", sa.String(length=64), nullable=False),
        sa.Column("asked_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["venue"], ["venues.id"]),
        sa.PrimaryKeyConstraint("venue"),
    )


def _create_changes() -> None:
    op.create_table(
        "window_changes",
        sa.Column("seq", SEQUENCE, autoincrement=True, nullable=False),
        sa.Column("exam_year", sa.SmallInteger(), nullable=False),
        sa.Column("venue", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("opened_at", TIME, nullable=True),
        sa.Column("closed_at", TIME, nullable=True),
        sa.Column("opens_at", TIME, nullable=True),
        sa.Column("closes_at", TIME, nullable=True),
        sa.Column("changed_by", sa.String(length=64), nullable=False),
        sa.Column("changed_at", TIME, nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_window_changes_year", "window_changes", ["exam_year", "seq"])


def _forbid_changes(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} are append-only'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} are append-only'; END $$"
    )
    for name, act, each in (("append_only", "UPDATE OR DELETE", "ROW"), ("not_emptied", "TRUNCATE", "STATEMENT")):
        op.execute(
            f"CREATE TRIGGER {table}_{name} BEFORE {act} ON {table} "
            f"FOR EACH {each} EXECUTE FUNCTION {table}_append_only()"
        )


def _allow_changes(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for act in ("update", "delete"):
            op.execute(f"DROP TRIGGER {table}_no_{act}")
        return
    for name in ("append_only", "not_emptied"):
        op.execute(f"DROP TRIGGER {table}_{name} ON {table}")
    op.execute(f"DROP FUNCTION {table}_append_only()")
