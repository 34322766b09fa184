"""Which version of a visit's record is the one to be judged, and which records may contradict others."""

from sqlalchemy import ColumnElement, exists, or_, select, text, update
from sqlalchemy.orm import Session

from region.models import RecordRow


def place(session: Session, row: RecordRow) -> None:
    """Say of a record whether it is current, and of older versions of its visit that they are not any more.

    What is held for a person takes part in nothing: it replaces nothing, and nothing is replaced by it.
    """
    twin = (
        RecordRow.venue == row.venue,
        RecordRow.visit == row.visit,
        RecordRow.version == row.version,
        RecordRow.digest != row.digest,
    )
    row.has_twin = bool(session.scalar(select(exists().where(*twin))))
    if row.is_held:
        row.is_current = False
        return
    row.is_current = is_newest(session, row)
    older = (*_others(row), RecordRow.version < row.version, RecordRow.is_current)
    session.execute(update(RecordRow).where(*older).values(is_current=False))


def is_newest(session: Session, row: RecordRow) -> bool:
    """Tell whether no newer version of its visit is here; of two that claim to be the same both are."""
    return not session.scalar(select(exists().where(*_others(row), RecordRow.version > row.version)))


def _others(row: RecordRow) -> tuple[ColumnElement[bool], ...]:
    return (
        RecordRow.venue == row.venue,
        RecordRow.visit == row.visit,
        RecordRow.digest != row.digest,
        ~RecordRow.is_held,
    )


def note_double(session: Session, row: RecordRow) -> None:
    """Note whether there is a record of another visit of this person; two that are accepted at once see each other."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": f"of {row.person}"})
    elsewhere = or_(RecordRow.venue != row.venue, RecordRow.visit != row.visit)
    row.has_double = bool(session.scalar(select(exists().where(RecordRow.person == row.person, elsewhere))))
