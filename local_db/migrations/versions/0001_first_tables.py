"""First tables."""

import sqlalchemy as sa
from alembic import op

from local_db import columns

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; evidence and audit can only grow."""
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("station", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("detail", columns.Json(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "help_calls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("station", sa.String(), nullable=False),
        sa.Column("visit_id", sa.String(), nullable=True),
        sa.Column("called_at", columns.UtcDateTime(), nullable=False),
        sa.Column("answered_at", columns.UtcDateTime(), nullable=True),
        sa.Column("answered_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("queued_at", columns.UtcDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", columns.UtcDateTime(), nullable=False),
        sa.Column("last_error", sa.String(), nullable=False),
        sa.Column("sent_at", columns.UtcDateTime(), nullable=True),
        sa.Column("parked_at", columns.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("digest"),
    )
    op.create_index(op.f("ix_outbox_next_try_at"), "outbox", ["next_try_at"], unique=False)
    op.create_table(
        "profiles",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("first_used_at", columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "roster_imports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("file_digest", sa.String(), nullable=False),
        sa.Column("imported_at", columns.UtcDateTime(), nullable=False),
        sa.Column("counts", columns.Json(), nullable=False),
        sa.Column("report_name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("pin_hash", sa.String(), nullable=False),
        sa.Column("roles", columns.Json(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", columns.UtcDateTime(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "sync_state",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "verdicts",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reg_no", sa.String(), nullable=False),
        sa.Column("record_digest", sa.String(), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("decided_at", columns.UtcDateTime(), nullable=False),
        sa.Column("applied_at", columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index(op.f("ix_verdicts_reg_no"), "verdicts", ["reg_no"], unique=False)
    op.create_table(
        "registrations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reg_no", sa.String(), nullable=False),
        sa.Column("name_folded", sa.String(), nullable=False),
        sa.Column("id_no", sa.String(), nullable=False),
        sa.Column("id_tail", sa.String(), nullable=False),
        sa.Column("fields", columns.Json(), nullable=False),
        sa.Column("extra", columns.Json(), nullable=False),
        sa.Column("warnings", columns.Json(), nullable=False),
        sa.Column("slot_day", sa.Date(), nullable=True),
        sa.Column("slot_starts", sa.Time(), nullable=True),
        sa.Column("slot_ends", sa.Time(), nullable=True),
        sa.Column("row_digest", sa.String(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("updated_at", columns.UtcDateTime(), nullable=False),
        sa.Column("flagged", columns.Json(), nullable=True),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["roster_imports.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("reg_no"),
    )
    op.create_index(op.f("ix_registrations_id_no"), "registrations", ["id_no"], unique=False)
    op.create_index(op.f("ix_registrations_id_tail"), "registrations", ["id_tail"], unique=False)
    op.create_index(
        op.f("ix_registrations_name_folded"),
        "registrations",
        ["name_folded"],
        unique=False,
    )
    op.create_index(op.f("ix_registrations_slot_day"), "registrations", ["slot_day"], unique=False)
    op.create_table(
        "visits",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("profile_digest", sa.String(), nullable=False),
        sa.Column("opened_at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["profile_digest"],
            ["profiles.digest"],
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registrations.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("registration_id"),
    )
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("data", columns.Json(), nullable=False),
        sa.Column("covers", columns.Json(), nullable=False),
        sa.Column("bound_to", sa.String(), nullable=False),
        sa.Column("withdraws", columns.Json(), nullable=False),
        sa.Column("taken_at", columns.UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("station", sa.String(), nullable=False),
        sa.Column("monotonic_ns", sa.BigInteger(), nullable=False),
        sa.Column("boot", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["visit_id"],
            ["visits.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("visit_id", "seq"),
    )
    op.create_index("ix_evidence_step", "evidence", ["step"], unique=False)
    op.create_table(
        "records",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("visit_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_at", columns.UtcDateTime(), nullable=False),
        sa.Column("accepted_at", columns.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["visit_id"],
            ["visits.id"],
        ),
        sa.PrimaryKeyConstraint("digest"),
        sa.UniqueConstraint("visit_id", "version"),
    )
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("station", sa.String(), nullable=False),
        sa.Column("staff_id", sa.String(), nullable=True),
        sa.Column("visit_id", sa.String(), nullable=True),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("seen_at", columns.UtcDateTime(), nullable=False),
        sa.Column("ended_at", columns.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff.id"],
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"],
            ["visits.id"],
        ),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_table(
        "tickets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("issued_at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["visit_id"],
            ["visits.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("day", "serial"),
        sa.UniqueConstraint("visit_id", "day"),
    )
    op.create_index(op.f("ix_tickets_number"), "tickets", ["number"], unique=False)
    op.create_table(
        "attachments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("evidence_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["evidence_id"],
            ["evidence.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_attachments_digest"), "attachments", ["digest"], unique=False)
    op.create_index(op.f("ix_attachments_evidence_id"), "attachments", ["evidence_id"], unique=False)
    op.create_table(
        "calls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("station", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["tickets.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_calls_at"), "calls", ["at"], unique=False)
    op.create_index(op.f("ix_calls_ticket_id"), "calls", ["ticket_id"], unique=False)
    op.create_table(
        "record_files",
        sa.Column("record_digest", sa.String(), nullable=False),
        sa.Column("file_digest", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_digest"],
            ["records.digest"],
        ),
        sa.PrimaryKeyConstraint("record_digest", "file_digest"),
    )
    op.create_index(
        op.f("ix_record_files_file_digest"),
        "record_files",
        ["file_digest"],
        unique=False,
    )
    for table in ("evidence", "attachments", "audit"):
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def downgrade() -> None:
    """Drop everything."""
    op.drop_index(op.f("ix_record_files_file_digest"), table_name="record_files")
    op.drop_table("record_files")
    op.drop_index(op.f("ix_calls_ticket_id"), table_name="calls")
    op.drop_index(op.f("ix_calls_at"), table_name="calls")
    op.drop_table("calls")
    op.drop_index(op.f("ix_attachments_evidence_id"), table_name="attachments")
    op.drop_index(op.f("ix_attachments_digest"), table_name="attachments")
    op.drop_table("attachments")
    op.drop_index(op.f("ix_tickets_number"), table_name="tickets")
    op.drop_table("tickets")
    op.drop_table("sessions")
    op.drop_table("records")
    op.drop_index("ix_evidence_step", table_name="evidence")
    op.drop_table("evidence")
    op.drop_table("visits")
    op.drop_index(op.f("ix_registrations_slot_day"), table_name="registrations")
    op.drop_index(op.f("ix_registrations_name_folded"), table_name="registrations")
    op.drop_index(op.f("ix_registrations_id_tail"), table_name="registrations")
    op.drop_index(op.f("ix_registrations_id_no"), table_name="registrations")
    op.drop_table("registrations")
    op.drop_index(op.f("ix_verdicts_reg_no"), table_name="verdicts")
    op.drop_table("verdicts")
    op.drop_table("sync_state")
    op.drop_table("staff")
    op.drop_table("roster_imports")
    op.drop_table("profiles")
    op.drop_index(op.f("ix_outbox_next_try_at"), table_name="outbox")
    op.drop_table("outbox")
    op.drop_table("help_calls")
    op.drop_table("audit")
