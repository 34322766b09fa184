"""Records that are held for a person, what was noticed in records, and how conflicts were settled."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
APPENDED = ("alerts", "settlements")


def upgrade() -> None:
    """Apply; the database itself refuses to change what was noticed and settled."""
    op.add_column("records", sa.Column("is_held", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("ix_records_current_person", "records", ["is_current", "person"])
    op.create_index(op.f("ix_records_key_id"), "records", ["key_id"])
    op.add_column("verdicts", sa.Column("code", sa.String(length=16), nullable=False, server_default=""))
    op.create_table(
        "alerts",
        sa.Column("seq", SEQUENCE, autoincrement=True, nullable=False),
        sa.Column("record_digest", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.BigInteger(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["record_digest"], ["records.digest"]),
        sa.PrimaryKeyConstraint("seq"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_alerts_record_digest"), "alerts", ["record_digest"])
    op.create_index(op.f("ix_alerts_kind"), "alerts", ["kind"])
    op.create_table(
        "settlements",
        sa.Column("seq", SEQUENCE, autoincrement=True, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subjects", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("chosen", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.Column("reviewer", sa.String(length=32), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["reviewer"], ["reviewers.id"]),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("key"),
        sqlite_autoincrement=True,
    )
    if op.get_bind().dialect.name == "sqlite":
        for table in APPENDED:
            for act in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} are append-only'); END"
                )
    elif op.get_bind().dialect.name == "postgresql":
        for table in APPENDED:
            op.execute(
                f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{table} are append-only'; END $$"
            )
            for name, act, each in (
                ("append_only", "UPDATE OR DELETE", "ROW"),
                ("not_emptied", "TRUNCATE", "STATEMENT"),
            ):
                op.execute(
                    f"CREATE TRIGGER {table}_{name} BEFORE {act} ON {table} "
                    f"FOR EACH {each} EXECUTE FUNCTION {table}_append_only()"
                )


def downgrade() -> None:
    """Undo; what was held and settled is forgotten."""
    op.drop_table("settlements")
    op.drop_table("alerts")
    if op.get_bind().dialect.name == "postgresql":
        for table in APPENDED:
            op.execute(f"DROP FUNCTION {table}_append_only()")
    op.drop_column("verdicts", "code")
    op.drop_index(op.f("ix_records_key_id"), table_name="records")
    op.drop_index("ix_records_current_person", table_name="records")
    op.drop_column("records", "is_held")
