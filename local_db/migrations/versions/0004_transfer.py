"""What is known of each object on its way: when it was begun, how far it is, and the region's signed word."""

import sqlalchemy as sa
from alembic import op

from local_db import columns

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

RECEIPT = (("receipt", sa.LargeBinary(), None), ("receipt_key", sa.String(), ""))
PROGRESS = (
    ("begun_at", columns.UtcDateTime(), None),
    ("upload_url", sa.String(), ""),
    ("uploaded_bytes", sa.Integer(), "0"),
)


def upgrade() -> None:
    """Apply."""
    for table, added in (("outbox", (*PROGRESS, *RECEIPT)), ("records", RECEIPT)):
        for name, kind, default in added:
            op.add_column(table, sa.Column(name, kind, nullable=default is None, server_default=default))


def downgrade() -> None:
    """Undo; receipts are lost and have to be asked for again."""
    # Not Alembic's way of copying the table: dropping the old one would take the rows that point to it.
    for table, added in (("records", RECEIPT), ("outbox", (*PROGRESS, *RECEIPT))):
        for name, _kind, _default in added:
            op.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
