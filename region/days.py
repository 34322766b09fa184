"""The region's word on one day of a venue, for the venue's closing in the evening."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import select

from records.day import DayStatement, DayWindow, digest_of_day
from region.errors import BadRequestError
from region.models import RecordRow
from region.store import Store

LONGEST = timedelta(days=2)
"""No calendar day is longer; who asks for more has mistyped."""


def window_of(day: str, query: Mapping[str, str]) -> DayWindow:
    """Return the window that a venue asks about.

    Raises:
        BadRequestError: it is none.
    """
    try:
        begins_at, ends_at = (datetime.fromisoformat(query[name]) for name in ("from", "until"))
        window = DayWindow(date.fromisoformat(day), begins_at, ends_at)
        is_one = timedelta() < ends_at - begins_at <= LONGEST
    except (KeyError, ValueError, TypeError, OverflowError) as error:
        raise BadRequestError("not a day with its two moments") from error
    if not is_one or begins_at.tzinfo is None or ends_at.tzinfo is None:
        raise BadRequestError("not a day with its two moments")
    return window


def statement_on(store: Store, venue: str, window: DayWindow) -> DayStatement:
    """Return what is held of the records that this venue sealed within the window."""
    query = select(RecordRow.digest, RecordRow.accepted_at).where(
        RecordRow.venue == venue, RecordRow.sealed_at >= window.begins_at, RecordRow.sealed_at < window.ends_at
    )
    with store.read() as session:
        held = session.execute(query).all()
    accepted = [digest for digest, accepted_at in held if accepted_at is not None]
    return DayStatement(venue, window, len(accepted), digest_of_day(accepted), len(held) - len(accepted))
