"""Sealed records: keys of venues and of the region, and nothing of a person in clear.

Records in the form of 0001 were never released. They are dropped here, in both directions, with their
verdicts and files.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply."""
    _drop_records()
    _create_keys()
    _create_records(
        sa.Column("key_id", sa.String(length=32), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=True),
        sa.Column("trouble", sa.String(length=16), nullable=False),
    )
    op.create_index("ix_records_visit", "records", ["venue", "visit", "version"])
    op.create_index(op.f("ix_records_person"), "records", ["person"])
    _create_record_files(
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("sensitivity", sa.String(length=16), nullable=False),
    )
    _create_verdicts()


def downgrade() -> None:
    """Undo."""
    _drop_records()
    op.drop_table("venue_keys")
    op.drop_table("sealing_keys")
    _create_records(
        sa.Column("reg_no", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
    )
    op.create_index("ix_records_person", "records", ["venue", "reg_no", "version"])
    op.create_index(op.f("ix_records_reg_no"), "records", ["reg_no"])
    _create_record_files(sa.Column("media_type", sa.String(length=100), nullable=False))
    _create_verdicts(sa.Column("reg_no", sa.String(length=64), nullable=False))


def _drop_records() -> None:
    op.drop_table("verdicts")
    op.drop_table("record_files")
    op.drop_table("records")
    op.execute("DELETE FROM files")


def _create_keys() -> None:
    op.create_table(
        "venue_keys",
        sa.Column("key_id", sa.String(length=32), nullable=False),
        sa.Column("venue", sa.String(length=64), nullable=False),
        sa.Column("public_key", sa.String(length=64), nullable=False),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["venue"], ["venues.id"]),
        sa.PrimaryKeyConstraint("key_id"),
    )
    op.create_table(
        "sealing_keys",
        sa.Column("recipient", sa.String(length=80), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("recipient"),
    )


def _create_records(*more: "sa.Column[object]") -> None:
    op.create_table(
        "records",
        sa.Column("seq", SEQUENCE, autoincrement=True, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("venue", sa.String(length=64), nullable=False),
        sa.Column("visit", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("exceptions", sa.Integer(), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        *more,
        sa.ForeignKeyConstraint(["venue"], ["venues.id"]),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("digest"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_records_worklist", "records", ["is_current", "seq"])


def _create_record_files(*more: "sa.Column[object]") -> None:
    op.create_table(
        "record_files",
        sa.Column("record_digest", sa.String(length=64), nullable=False),
        sa.Column("file_digest", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        *more,
        sa.ForeignKeyConstraint(["record_digest"], ["records.digest"]),
        sa.PrimaryKeyConstraint("record_digest", "file_digest"),
    )
    op.create_index(op.f("ix_record_files_file_digest"), "record_files", ["file_digest"])


def _create_verdicts(*more: "sa.Column[object]") -> None:
    op.create_table(
        "verdicts",
        sa.Column("seq", SEQUENCE, autoincrement=True, nullable=False),
        sa.Column("venue", sa.String(length=64), nullable=False),
        *more,
        sa.Column("record_digest", sa.String(length=64), nullable=False),
        sa.Column("decision", sa.String(length=16), nullable=False),
        sa.Column("step", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("reviewer", sa.String(length=32), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["record_digest"], ["records.digest"]),
        sa.ForeignKeyConstraint(["reviewer"], ["reviewers.id"]),
        sa.ForeignKeyConstraint(["venue"], ["venues.id"]),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("record_digest"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_verdicts_cursor", "verdicts", ["venue", "seq"])
