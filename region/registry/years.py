"""Gives a year of the exam a place of its own on PostgreSQL: old years weigh on nothing, and leave as a whole."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from region.models import Base
from region.store import Store

PARTED = ("registrations", "items", "pictures", "registration_events")
"""Tables in parts by year, each behind those that it points to."""
FIRST, LAST = 2000, 2999
_TRIGGER = "registration_events_append_only"


def open_year(store: Store, year: int) -> bool:
    """Make the year's parts and move into them what came too early; return whether there were none yet.

    On SQLite, where nothing is in parts, nothing happens.

    Raises:
        ValueError: that is no year of an exam.
    """
    if not FIRST <= year <= LAST:
        raise ValueError(f"{year} is no year of an exam")
    if store.is_alone:
        return False
    with store.write() as session:
        session.execute(text(f"LOCK TABLE {', '.join(PARTED)} IN ACCESS EXCLUSIVE MODE"))
        missing = [table for table in PARTED if not _exists(session, part_of(table, year))]
        if not missing:
            return False
        _set_aside(session, year)
        for table in missing:
            session.execute(text(f"CREATE TABLE {part_of(table, year)} PARTITION OF {table} FOR VALUES IN ({year})"))
        _put_back(session)
    return True


def part_of(table: str, year: int) -> str:
    """Return the name of a table's part."""
    return f"{table}_{year}"


def _exists(session: Session, table: str) -> bool:
    return session.scalar(text("SELECT to_regclass(:name)"), {"name": table}) is not None


def _set_aside(session: Session, year: int) -> None:
    """Take the year's rows out of the common parts, which otherwise refuse that there be another place for them.

    Events are never changed or removed; here they move, within one transaction and under a lock that keeps all out.
    """
    places = _places()
    for table, place in places.items():
        rows = f"SELECT * FROM {place} WHERE exam_year = {year}"  # noqa: S608 - our own names and a number
        session.execute(text(f"CREATE TEMPORARY TABLE aside_{table} ON COMMIT DROP AS {rows}"))
    session.execute(text(f"ALTER TABLE registration_events_other DISABLE TRIGGER {_TRIGGER}"))
    for place in reversed(places.values()):
        session.execute(text(f"DELETE FROM {place} WHERE exam_year = {year}"))  # noqa: S608 - as above
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    session.execute(text(f"ALTER TABLE registration_events_other ENABLE TRIGGER {_TRIGGER}"))


def _put_back(session: Session) -> None:
    for table in _places():
        session.execute(text(f"INSERT INTO {table} SELECT * FROM aside_{table}"))  # noqa: S608 - our own names


def _places() -> dict[str, str]:
    """Return where a year's rows lie before it has parts, by table; those that point to others come behind them."""
    return {**{table: f"{table}_other" for table in PARTED}, **{table: table for table in pointing()}}


def pointing() -> tuple[str, ...]:
    """Return the tables in no parts that point to one that is; their rows of a year go before its parts can leave."""
    return tuple(
        table.name
        for table in Base.metadata.sorted_tables
        if table.name not in PARTED and any(key.column.table.name in PARTED for key in table.foreign_keys)
    )
