"""The audit log becomes a chain, and signed checkpoints of it are kept."""

import json
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from local_db import columns
from records.audit import GENESIS, AuditEntry, link

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_NEW = (("monotonic_ns", sa.BigInteger(), "0"), ("boot", sa.String(), ""), ("clock", sa.String(), "unknown"))


def upgrade() -> None:
    """Chain what is there, in the order in which it was written."""
    for name, kind, value in (*_NEW, ("hash", sa.String(), "")):
        op.add_column("audit", sa.Column(name, kind, nullable=False, server_default=value))
    op.create_index("ix_audit_at", "audit", ["at"], unique=False)
    op.execute("DROP TRIGGER audit_no_update")
    _chain(op.get_bind())
    op.execute(
        "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END"
    )
    op.create_table(
        "checkpoints",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(), nullable=False),
        sa.Column("made_at", columns.UtcDateTime(), nullable=False),
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("signature", sa.String(), nullable=False),
        sa.Column("sent_at", columns.UtcDateTime(), nullable=True),
        sa.Column("refusal", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )


def _chain(connection: sa.Connection) -> None:
    """Number the entries without a gap and give each its hash."""
    previous = GENESIS
    query = "SELECT id, at, actor, station, act, subject, detail FROM audit ORDER BY id"
    for seq, row in enumerate(connection.exec_driver_sql(query).all(), start=1):
        at = datetime.fromisoformat(row.at).replace(tzinfo=UTC)
        detail = json.loads(row.detail)
        entry = AuditEntry(seq, at, row.actor, row.station, row.act, row.subject, detail, 0, "", "unknown")
        previous = link(previous, entry)
        connection.exec_driver_sql("UPDATE audit SET id = ?, hash = ? WHERE id = ?", (seq, previous, row.id))


def downgrade() -> None:
    """Keep the entries, drop the chain."""
    op.drop_table("checkpoints")
    op.drop_index("ix_audit_at", table_name="audit")
    for name in ("hash", *(name for name, _kind, _value in _NEW)):
        op.drop_column("audit", name)
