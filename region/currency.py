"""Which version of a visit's record is the one to be judged."""

from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.orm import Session

from region.models import RecordRow


def place(session: Session, row: RecordRow) -> None:
    """Say of a record whether it is current, and of older versions of its visit that they are not any more.

    What is held for a person takes part in nothing: it replaces nothing, and nothing is replaced by it.
    """
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
