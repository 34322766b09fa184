"""The region's first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply."""
    _create_people()
    _create_records()
    _create_files()
    _create_verdicts()
    _create_audit()


def downgrade() -> None:
    """Undo; takes everything the region holds with it."""
    op.drop_table("verdicts")
    op.drop_table("record_files")
    op.drop_table("sessions")
    op.drop_table("records")
    op.drop_table("venues")
    op.drop_table("reviewers")
    op.drop_table("files")
    op.drop_table("audit")


def _create_people() -> None:
    """Venues and reviewers."""
    op.create_table(
        "reviewers",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("secret_hash", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "venues",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key_hash"),
    )
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("reviewer", sa.String(length=32), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["reviewer"],
            ["reviewers.id"],
        ),
        sa.PrimaryKeyConstraint("token_hash"),
    )


def _create_records() -> None:
    """Records."""
    op.create_table(
        "records",
        sa.Column("seq", SEQUENCE, autoincrement=True, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("venue", sa.String(length=64), nullable=False),
        sa.Column("visit", sa.String(length=64), nullable=False),
        sa.Column("reg_no", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("exceptions", sa.Integer(), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["venue"],
            ["venues.id"],
        ),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("digest"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_records_person", "records", ["venue", "reg_no", "version"], unique=False)
    op.create_index(op.f("ix_records_reg_no"), "records", ["reg_no"], unique=False)
    op.create_index("ix_records_worklist", "records", ["is_current", "seq"], unique=False)


def _create_files() -> None:
    """Files and which record names them."""
    op.create_table(
        "files",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "record_files",
        sa.Column("record_digest", sa.String(length=64), nullable=False),
        sa.Column("file_digest", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_digest"],
            ["records.digest"],
        ),
        sa.PrimaryKeyConstraint("record_digest", "file_digest"),
    )
    op.create_index(op.f("ix_record_files_file_digest"), "record_files", ["file_digest"], unique=False)


def _create_verdicts() -> None:
    """Verdicts."""
    op.create_table(
        "verdicts",
        sa.Column("seq", SEQUENCE, autoincrement=True, nullable=False),
        sa.Column("venue", sa.String(length=64), nullable=False),
        sa.Column("reg_no", sa.String(length=64), nullable=False),
        sa.Column("record_digest", sa.String(length=64), nullable=False),
        sa.Column("decision", sa.String(length=16), nullable=False),
        sa.Column("step", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("reviewer", sa.String(length=32), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_digest"],
            ["records.digest"],
        ),
        sa.ForeignKeyConstraint(
            ["reviewer"],
            ["reviewers.id"],
        ),
        sa.ForeignKeyConstraint(
            ["venue"],
            ["venues.id"],
        ),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("record_digest"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_verdicts_cursor", "verdicts", ["venue", "seq"], unique=False)


def _create_audit() -> None:
    """The audit; the database itself refuses to change a line."""
    op.create_table(
        "audit",
        sa.Column("seq", SEQUENCE, autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("detail", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        sqlite_autoincrement=True,
    )
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_no_{act.lower()} BEFORE {act} ON audit "
                "BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END"
            )
