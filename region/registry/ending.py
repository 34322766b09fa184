"""That the whole review of a year is over: from then on candidates see what was decided."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from region.audit import note
from region.registry.changing import Actor
from region.registry.errors import NotAllowedError
from region.registry.rules import Window, window
from region.registry.status import Role
from region.registry.window_models import WindowRow
from region.registry.windows import Place, Why, put_window
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
    why = Why(actor.id, store.now())
    with store.write() as session:
        windows = _windows(session, year)
        windows.setdefault("", None)
        running = {venue: found for venue, found in windows.items() if found is None or found.closes_at > why.at}
        for venue, found in running.items():
            opens = found.opens_at if found else None
            ended = Window(min(opens, why.at) if opens else None, why.at)
            put_window(session, Place(year, venue, KIND), ended, why)
        if running:
            note(session, why.at, actor.id, "review_ended", str(year))


def reopen_review(store: Store, year: int, actor: Actor) -> None:
    """Take it back: what was decided is hidden again where the profile says so. Raises as `end_review`."""
    _require(actor)
    why = Why(actor.id, store.now())
    with store.write() as session:
        windows = _windows(session, year)
        for venue in windows:
            put_window(session, Place(year, venue, KIND), None, why)
        if windows:
            note(session, why.at, actor.id, "review_reopened", str(year))


def _windows(session: Session, year: int) -> dict[str, Window | None]:
    rows = session.scalars(select(WindowRow).where(WindowRow.exam_year == year, WindowRow.kind == KIND))
    return {row.venue: Window(row.opens_at, row.closes_at) for row in rows}


def _require(actor: Actor) -> None:
    if actor.role not in _MAY_END:
        raise NotAllowedError(f"{actor.role} does not end the review")
