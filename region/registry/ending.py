"""That the whole review of a year is over: from then on candidates see what was decided."""

from datetime import datetime, timedelta

from sqlalchemy import select

from region.audit import note
from region.registry.changing import Actor
from region.registry.errors import NotAllowedError
from region.registry.models import WindowRow
from region.registry.rules import window
from region.registry.status import Role
from region.store import Store

KIND = "region_review"
_MAY_END = frozenset({Role.LEAD, Role.ADMIN})


def ended_at(store: Store, year: int) -> datetime | None:
    """Return since when the review of a year is over, None while it is not."""
    with store.read() as session:
        found = window(session, year, "", KIND)
    return found.closes_at if found is not None and found.closes_at <= store.now() else None


def end_review(store: Store, year: int, actor: Actor) -> None:
    """Declare the review of a year over, now and for every venue; once more changes nothing.

    Raises:
        NotAllowedError: neither a lead of the region nor an administrator.
    """
    _require(actor)
    now = store.now()
    with store.write() as session:
        rows = list(session.scalars(select(WindowRow).where(WindowRow.exam_year == year, WindowRow.kind == KIND)))
        if not any(row.venue == "" for row in rows):
            begun = now - timedelta(seconds=1)
            rows.append(
                WindowRow(exam_year=year, venue="", kind=KIND, opens_at=begun, closes_at=now + timedelta.resolution)
            )
            session.add(rows[-1])
        running = [row for row in rows if row.closes_at > now]
        for row in running:
            row.opens_at, row.closes_at = min(row.opens_at, now), now
        if running:
            note(session, now, actor.id, "review_ended", str(year))


def reopen_review(store: Store, year: int, actor: Actor) -> None:
    """Take it back: what was decided is hidden again where the profile says so. Raises as `end_review`."""
    _require(actor)
    with store.write() as session:
        rows = list(session.scalars(select(WindowRow).where(WindowRow.exam_year == year, WindowRow.kind == KIND)))
        for row in rows:
            session.delete(row)
        if rows:
            note(session, store.now(), actor.id, "review_reopened", str(year))


def _require(actor: Actor) -> None:
    if actor.role not in _MAY_END:
        raise NotAllowedError(f"{actor.role} does not end the review")
