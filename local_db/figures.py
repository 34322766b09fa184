"""Counts and shapes of the database for a technician: nothing of any row."""

from typing import Any

from sqlalchemy import case, func, select, text

from local_db.engine import Database
from local_db.models import EvidenceRow
from local_db.sending_models import OutboxRow


def counts_per_step(database: Database) -> dict[str, int]:
    """Return how many pieces of evidence there are of each step."""
    with database.reading() as session:
        return dict(session.execute(select(EvidenceRow.step, func.count()).group_by(EvidenceRow.step)).all())


def outbox_figures(database: Database) -> list[dict[str, str | int]]:
    """Return how many objects of each kind are how far, by their last error."""
    state = case(
        (OutboxRow.sent_at.is_not(None), "sent"), (OutboxRow.parked_at.is_not(None), "parked"), else_="waiting"
    )
    columns = (OutboxRow.kind, state, OutboxRow.last_error)
    query = select(*columns, func.count(), func.sum(OutboxRow.attempts)).group_by(*columns)
    with database.reading() as session:
        return [
            {"kind": kind, "state": how_far, "error": error, "objects": count, "attempts": attempts}
            for kind, how_far, error, count, attempts in session.execute(query)
        ]


def schema_of(database: Database) -> dict[str, Any]:
    """Return the tables, indexes and triggers as they are, and the revision."""
    with database.reading() as session:
        query = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name"
        made: dict[str, str] = {row.name: row.sql for row in session.execute(text(query))}
        revision = session.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return {"revision": revision, "made": made}


def table_sizes(database: Database) -> dict[str, int]:
    """Return the number of rows of each table, and the pages of the file."""
    with database.reading() as session:
        names = session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")).all()
        rows = {name: session.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one() for name in names}  # noqa: S608
        pages = session.execute(text("PRAGMA page_count")).scalar_one()
    return {**rows, "(pages)": pages}
