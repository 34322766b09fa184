"""Whether the present day still takes arrivals, or anything at all; asked inside the transaction that would save it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from local_db.day_models import DayActRow
from local_db.errors import DayClosedError

BEGUN, CLOSED, REOPENED = "begun", "closed", "reopened"


class DayState(StrEnum):
    """How far the closing of a day is: nobody has begun, no more arrivals, nothing more."""

    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"


STATE_AFTER = {BEGUN: DayState.CLOSING, CLOSED: DayState.CLOSED, REOPENED: DayState.OPEN}
"""What each act makes of the day."""


def state_at(session: Session, now: datetime) -> DayState:
    """Return how far the closing of the day at this moment is."""
    query = select(DayActRow.act).where(DayActRow.ends_at > now, DayActRow.begins_at <= now)
    newest = session.scalar(query.where(DayActRow.act.in_(STATE_AFTER)).order_by(DayActRow.id.desc()).limit(1))
    return STATE_AFTER[newest] if newest else DayState.OPEN


def require_arrivals(session: Session, now: datetime) -> None:
    """Make sure that somebody may still come.

    Raises:
        DayClosedError: nobody may.
    """
    state = state_at(session, now)
    if state is not DayState.OPEN:
        raise DayClosedError(is_closed=state is DayState.CLOSED)


def require_open(session: Session, now: datetime) -> None:
    """Make sure that visits may still go on.

    Raises:
        DayClosedError: they may not.
    """
    if state_at(session, now) is DayState.CLOSED:
        raise DayClosedError(is_closed=True)
