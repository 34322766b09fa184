"""Registrations with their items, pictures and events; windows; versions of the profile."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Apply; the database itself refuses to change an event."""
    op.add_column("venues", sa.Column("change", sa.BigInteger(), nullable=False, server_default="0"))
    with op.batch_alter_table("reviewers") as table:
        table.add_column(sa.Column("venue", sa.String(length=64), nullable=True))
        table.create_foreign_key("fk_reviewers_venue", "venues", ["venue"], ["id"])
    _create_registrations()
    _create_materials()
    _create_events()
    _create_settings()


def downgrade() -> None:
    """Undo; takes every registration with it."""
    for name in ("profiles", "windows", "registration_events", "pictures", "items", "registrations"):
        op.drop_table(name)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION registration_events_append_only()")
    with op.batch_alter_table("reviewers") as table:
        table.drop_constraint("fk_reviewers_venue", type_="foreignkey")
        table.drop_column("venue")
    op.drop_column("venues", "change")


def _create_registrations() -> None:
    op.create_table(
        "registrations",
        sa.Column("exam_year", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("venue", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("id_mark", sa.String(length=64), nullable=False),
        sa.Column("name_mark", sa.String(length=64), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("category", sa.String(length=32), nullable=False),
        sa.Column("kinds", sa.String(length=200), nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        sa.Column("slot", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("status_since", TIME, nullable=False),
        sa.Column("submitted_at", TIME, nullable=True),
        sa.Column("waiting_since", TIME, nullable=True),
        sa.Column("proposed_by", sa.String(length=32), nullable=False),
        sa.Column("claimed_by", sa.String(length=32), nullable=False),
        sa.Column("claimed_until", TIME, nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["venue"], ["venues.id"]),
        sa.PrimaryKeyConstraint("exam_year", "id"),
        postgresql_partition_by="LIST (exam_year)",
    )
    op.create_index("ix_registrations_person", "registrations", ["exam_year", "person"], unique=True)
    op.create_index("ix_registrations_id_mark", "registrations", ["id_mark"])
    op.create_index("ix_registrations_name_mark", "registrations", ["name_mark"])
    listed = ["status", "waiting_since", "id"]
    op.create_index("ix_registrations_venue_list", "registrations", ["exam_year", "venue", *listed])
    op.create_index("ix_registrations_list", "registrations", ["exam_year", *listed])
    op.create_index("ix_registrations_change", "registrations", ["venue", "change"])
    _add_default_partition("registrations")


def _create_materials() -> None:
    op.create_table(
        "items",
        sa.Column("exam_year", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("registration", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("opinion", sa.String(length=32), nullable=False),
        sa.Column("opinion_text", sa.String(length=1000), nullable=False),
        sa.Column("mark", sa.String(length=8), nullable=False),
        sa.Column("mark_opinion", sa.String(length=32), nullable=False),
        sa.Column("mark_text", sa.String(length=1000), nullable=False),
        sa.Column("marked_by", sa.String(length=32), nullable=False),
        sa.Column("decided_by", sa.String(length=32), nullable=False),
        sa.Column("decided_at", TIME, nullable=True),
        sa.Column("decided_version", sa.Integer(), nullable=False),
        sa.Column("changed_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["exam_year", "registration"], ["registrations.exam_year", "registrations.id"]),
        sa.PrimaryKeyConstraint("exam_year", "registration", "code"),
        postgresql_partition_by="LIST (exam_year)",
    )
    op.create_table(
        "pictures",
        sa.Column("exam_year", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("registration", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("object", sa.String(length=64), nullable=False),
        sa.Column("original", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=32), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("added_at", TIME, nullable=False),
        sa.Column("removed_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["exam_year", "registration"], ["registrations.exam_year", "registrations.id"]),
        sa.PrimaryKeyConstraint("exam_year", "id"),
        postgresql_partition_by="LIST (exam_year)",
    )
    op.create_index("ix_pictures_item", "pictures", ["exam_year", "registration", "code", "position"])
    _add_default_partition("items")
    _add_default_partition("pictures")


def _create_events() -> None:
    op.create_table(
        "registration_events",
        sa.Column("exam_year", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("registration", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("act", sa.String(length=32), nullable=False),
        sa.Column("before", sa.String(length=16), nullable=False),
        sa.Column("after", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("opinion", sa.String(length=32), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.ForeignKeyConstraint(["exam_year", "registration"], ["registrations.exam_year", "registrations.id"]),
        sa.PrimaryKeyConstraint("exam_year", "registration", "number"),
        postgresql_partition_by="LIST (exam_year)",
    )
    _add_default_partition("registration_events")
    _forbid_changes("registration_events")


def _create_settings() -> None:
    op.create_table(
        "windows",
        sa.Column("exam_year", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("venue", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("opens_at", TIME, nullable=False),
        sa.Column("closes_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("exam_year", "venue", "kind"),
    )
    op.create_table(
        "profiles",
        sa.Column("seq", SEQUENCE, autoincrement=True, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("made_by", sa.String(length=32), nullable=False),
        sa.Column("published_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("digest"),
        sqlite_autoincrement=True,
    )


def _add_default_partition(table: str) -> None:
    """Give a partitioned table a place for every year that has no partition of its own."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"CREATE TABLE {table}_other PARTITION OF {table} DEFAULT")


def _forbid_changes(table: str) -> None:
    dialect = op.get_bind().dialect.name
    if dialect == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
    elif dialect == "postgresql":
        op.execute(
            f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_append_only()"
        )
