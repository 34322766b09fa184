"""Settlements that were taken back, and several decisions on one record, of which the last counts."""

from contextlib import AbstractContextManager

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0018"
down_revision = "0016"
branch_labels = None
depends_on = None

SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLE = "retractions"
UNNAMED = {"uq": "%(table_name)s_%(column_0_name)s_key"}
"""What PostgreSQL calls a constraint that was given no name; so it is called here for SQLite too."""


def upgrade() -> None:
    """Apply; the database itself refuses to change what was taken back."""
    op.create_table(
        TABLE,
        sa.Column("seq", SEQUENCE, autoincrement=True, nullable=False),
        sa.Column("settlement", SEQUENCE, nullable=False),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.Column("reviewer", sa.String(length=32), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["settlement"], ["settlements.seq"]),
        sa.ForeignKeyConstraint(["reviewer"], ["reviewers.id"]),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("settlement"),
        sqlite_autoincrement=True,
    )
    _refuse_changes()
    with _verdicts() as verdicts:
        verdicts.add_column(sa.Column("turn", sa.Integer(), nullable=False, server_default="0"))
        verdicts.add_column(sa.Column("settlement", SEQUENCE, nullable=True))
        verdicts.drop_constraint("verdicts_record_digest_key", type_="unique")
        verdicts.create_unique_constraint("uq_verdicts_turn", ["record_digest", "turn"])
        verdicts.create_foreign_key("fk_verdicts_settlement", "settlements", ["settlement"], ["seq"])


def downgrade() -> None:
    """Undo; of several decisions on one record only the last stays."""
    op.execute(
        "DELETE FROM verdicts WHERE seq NOT IN (SELECT max(seq) FROM verdicts GROUP BY record_digest) "
        "OR decision = 'reinstated'"
    )
    with _verdicts() as verdicts:
        verdicts.drop_constraint("fk_verdicts_settlement", type_="foreignkey")
        verdicts.drop_constraint("uq_verdicts_turn", type_="unique")
        verdicts.create_unique_constraint("verdicts_record_digest_key", ["record_digest"])
        verdicts.drop_column("settlement")
        verdicts.drop_column("turn")
    op.drop_table(TABLE)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP FUNCTION {TABLE}_append_only()")


def _verdicts() -> AbstractContextManager[BatchOperations]:
    return op.batch_alter_table("verdicts", naming_convention=UNNAMED, table_kwargs={"sqlite_autoincrement": True})


def _refuse_changes() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {TABLE}_no_{act.lower()} BEFORE {act} ON {TABLE} "
                f"BEGIN SELECT RAISE(ABORT, '{TABLE} are append-only'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {TABLE}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{TABLE} are append-only'; END $$"
    )
    for name, act, each in (("append_only", "UPDATE OR DELETE", "ROW"), ("not_emptied", "TRUNCATE", "STATEMENT")):
        op.execute(
            f"CREATE TRIGGER {TABLE}_{name} BEFORE {act} ON {TABLE} "
            f"FOR EACH {each} EXECUTE FUNCTION {TABLE}_append_only()"
        )
