"""Sealed records: encrypted objects, signing keys, removals.

Records in the form of 0001 were never released. They are dropped here, in both directions; the evidence they were made
of stays, and the visits are sealed again when the venue starts.
"""

import sqlalchemy as sa
from alembic import op

from local_db import columns

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room for sealed records."""
    _drop_records()
    _create_records(
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("cleared_at", columns.UtcDateTime(), nullable=True),
    )
    op.create_table(
        "sealed_objects",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("visit_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("sensitivity", sa.String(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("plain_digest", sa.String(), nullable=False),
        sa.Column("recipients", columns.Json(), nullable=False),
        sa.Column("made_at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"]),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_index(op.f("ix_sealed_objects_visit_id"), "sealed_objects", ["visit_id"])
    op.create_table(
        "removals",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("visit_id", sa.String(), nullable=False),
        sa.Column("decided_at", columns.UtcDateTime(), nullable=False),
        sa.Column("removed_at", columns.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"]),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_index(op.f("ix_removals_visit_id"), "removals", ["visit_id"])
    op.create_table(
        "signing_keys",
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("public_key", sa.String(), nullable=False),
        sa.Column("made_at", columns.UtcDateTime(), nullable=False),
        sa.Column("retired_at", columns.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("key_id"),
    )


def downgrade() -> None:
    """Back to records as they were; what was sealed is dropped, and removed files stay removed."""
    op.drop_table("signing_keys")
    op.drop_index(op.f("ix_removals_visit_id"), table_name="removals")
    op.drop_table("removals")
    op.drop_index(op.f("ix_sealed_objects_visit_id"), table_name="sealed_objects")
    op.drop_table("sealed_objects")
    _drop_records()
    _create_records()


def _drop_records() -> None:
    op.execute("DELETE FROM outbox")
    op.drop_index(op.f("ix_record_files_file_digest"), table_name="record_files")
    op.drop_table("record_files")
    op.drop_table("records")


def _create_records(*more: "sa.Column[object]") -> None:
    op.create_table(
        "records",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("visit_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_at", columns.UtcDateTime(), nullable=False),
        sa.Column("accepted_at", columns.UtcDateTime(), nullable=True),
        *more,
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"]),
        sa.PrimaryKeyConstraint("digest"),
        sa.UniqueConstraint("visit_id", "version"),
    )
    op.create_table(
        "record_files",
        sa.Column("record_digest", sa.String(), nullable=False),
        sa.Column("file_digest", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["record_digest"], ["records.digest"]),
        sa.PrimaryKeyConstraint("record_digest", "file_digest"),
    )
    op.create_index(op.f("ix_record_files_file_digest"), "record_files", ["file_digest"])
