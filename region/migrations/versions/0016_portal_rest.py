"""Several pictures with a correction, pictures that were turned, and shares of requests that all processes count."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

TURNS = ("quarters", "advised")
OF_CORRECTION = (["exam_year", "correction"], ["corrections.exam_year", "corrections.id"])


def upgrade() -> None:
    """Apply."""
    _several_pictures()
    for name in TURNS:
        op.add_column("pictures", sa.Column(name, sa.SmallInteger(), nullable=False, server_default="0"))
    _shares()


def downgrade() -> None:
    """Undo; of several pictures with a correction the first is left."""
    op.drop_table("client_shares")
    for name in TURNS:
        op.drop_column("pictures", name)
    _one_picture()


def _shares() -> None:
    """Without a log: a request waits for no disk, and a crash forgets who had asked too often."""
    op.create_table(
        "client_shares",
        sa.Column("share", sa.String(length=16), nullable=False),
        sa.Column("client", sa.String(length=64), nullable=False),
        sa.Column("full_at", sa.BigInteger(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("share", "client"),
        prefixes=["UNLOGGED"] if op.get_bind().dialect.name == "postgresql" else [],
    )


def _several_pictures() -> None:
    op.create_table(
        "correction_pictures",
        sa.Column("exam_year", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("correction", sa.String(length=32), nullable=False),
        sa.Column("number", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("object", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=32), nullable=False),
        sa.Column("warnings", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(*OF_CORRECTION),
        sa.PrimaryKeyConstraint("exam_year", "correction", "number"),
    )
    op.execute(
        "INSERT INTO correction_pictures (exam_year, correction, number, object, media_type, warnings) "
        "SELECT exam_year, id, 1, evidence, media_type, '' FROM corrections WHERE evidence <> ''"
    )
    op.drop_column("corrections", "evidence")
    op.drop_column("corrections", "media_type")


def _one_picture() -> None:
    for name, length in (("evidence", 64), ("media_type", 32)):
        op.add_column("corrections", sa.Column(name, sa.String(length=length), nullable=False, server_default=""))
    op.execute(
        "UPDATE corrections SET evidence = p.object, media_type = p.media_type FROM correction_pictures p "
        "WHERE p.exam_year = corrections.exam_year AND p.correction = corrections.id AND p.number = 1"
    )
    op.drop_table("correction_pictures")
