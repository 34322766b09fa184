"""What administrators look after: where venues are, their bearer keys and stations, one-time passwords."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
OFFICE = sa.text(
    "act IN ('venue_added', 'venue_changed', 'venue_closed', 'venue_revoked', 'venue_opened', 'venue_key_enrolled', "
    "'venue_key_revoked', 'venue_key_replaced', 'venue_key_cut', 'reviewer_added', 'role_changed', 'account_closed', "
    "'password_reset', 'password_chosen')"
)


def upgrade() -> None:
    """Apply."""
    op.add_column("venues", sa.Column("address", sa.String(length=300), nullable=False, server_default=""))
    op.add_column("venues", sa.Column("directions", sa.String(length=1000), nullable=False, server_default=""))
    op.add_column("venues", sa.Column("closed_at", TIME, nullable=True))
    op.add_column("venues", sa.Column("closed_reason", sa.String(length=200), nullable=False, server_default=""))
    op.add_column("venues", sa.Column("revision", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("reviewers", sa.Column("secret_until", TIME, nullable=True))
    op.add_column("reviewers", sa.Column("revision", sa.Integer(), nullable=False, server_default="0"))
    _create_bearer_keys()
    _create_stations()
    op.create_index("ix_audit_office", "audit", ["subject", "seq"], sqlite_where=OFFICE, postgresql_where=OFFICE)


def downgrade() -> None:
    """Undo; every venue keeps the bearer key it has. One that was cut off opens again."""
    op.drop_index("ix_audit_office", "audit")
    op.drop_table("stations")
    op.drop_table("bearer_keys")
    for table, columns in (
        ("reviewers", ("revision", "secret_until")),
        ("venues", ("revision", "closed_reason", "closed_at", "directions", "address")),
    ):
        for column in columns:
            op.drop_column(table, column)


def _create_bearer_keys() -> None:
    op.create_table(
        "bearer_keys",
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("venue", sa.String(length=64), nullable=False),
        sa.Column("made_at", TIME, nullable=True),
        sa.Column("first_used_at", TIME, nullable=True),
        sa.Column("last_used_at", TIME, nullable=True),
        sa.Column("ended_at", TIME, nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False, server_default=""),
        sa.ForeignKeyConstraint(["venue"], ["venues.id"]),
        sa.PrimaryKeyConstraint("key_hash"),
    )
    op.create_index("ix_bearer_keys_venue", "bearer_keys", ["venue"])
    op.execute("INSERT INTO bearer_keys (key_hash, venue) SELECT key_hash, id FROM venues")


def _create_stations() -> None:
    op.create_table(
        "stations",
        sa.Column("venue", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("first_at", TIME, nullable=False),
        sa.Column("last_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["venue"], ["venues.id"]),
        sa.PrimaryKeyConstraint("venue", "name"),
    )
