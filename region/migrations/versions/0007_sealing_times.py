"""When a venue sealed each record, so that the region can confirm a venue's day."""

import json
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Read it out of the envelopes that are here."""
    op.add_column("records", sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_records_sealed", "records", ["venue", "sealed_at"], unique=False)
    records = sa.table("records", sa.column("seq"), sa.column("content"), sa.column("sealed_at", sa.DateTime(True)))
    connection = op.get_bind()
    for seq, content in connection.execute(sa.select(records.c.seq, records.c.content)).all():
        sealed_at = datetime.fromisoformat(json.loads(content)["manifest"]["sealed_at"]).astimezone(UTC)
        connection.execute(sa.update(records).where(records.c.seq == seq).values(sealed_at=sealed_at))


def downgrade() -> None:
    """Undo."""
    op.drop_index("ix_records_sealed", table_name="records")
    op.drop_column("records", "sealed_at")
