"""That the whole review of a year is over: from then on candidates see what was decided."""

from datetime import datetime

from sqlalchemy.orm import Session

from region.audit import note
from region.registry.changing import Actor
from region.registry.errors import NotAllowedError
from region.registry.review_models import ReviewEndRow
from region.registry.status import Role
from region.store import Store

_MAY_END = frozenset({Role.LEAD, Role.ADMIN})


def is_over(session: Session, year: int) -> bool:
    """Tell whether the review of this year was declared over, as `shown_to_candidate` needs to know."""
    return session.get(ReviewEndRow, year) is not None


def ended_at(store: Store, year: int) -> datetime | None:
    """Return since when it is over, None while it is not."""
    with store.read() as session:
        row = session.get(ReviewEndRow, year)
        return row.ended_at if row else None


def end_review(store: Store, year: int, actor: Actor) -> None:
    """Declare the review of a year over; once more changes nothing.

    Raises:
        NotAllowedError: neither a lead of the region nor an administrator.
    """
    _require(actor)
    with store.write() as session:
        if session.get(ReviewEndRow, year) is None:
            session.add(ReviewEndRow(exam_year=year, ended_at=store.now(), ended_by=actor.id))
            note(session, store.now(), actor.id, "review_ended", str(year))


def reopen_review(store: Store, year: int, actor: Actor) -> None:
    """Take it back: what was decided is hidden again where the profile says so. Raises as `end_review`."""
    _require(actor)
    with store.write() as session:
        row = session.get(ReviewEndRow, year)
        if row is not None:
            session.delete(row)
            note(session, store.now(), actor.id, "review_reopened", str(year))


def _require(actor: Actor) -> None:
    if actor.role not in _MAY_END:
        raise NotAllowedError(f"{actor.role} does not end the review")
