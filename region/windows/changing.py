"""Sets, moves and takes away windows: by administrators only, for a reason, and never into an impossible order."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from region.database import hold_table
from region.models import Venue
from region.registry.changing import Actor
from region.registry.errors import ChangedMeanwhileError, NotAllowedError
from region.registry.rules import Window
from region.registry.status import Role
from region.registry.window_models import WindowChangeRow, WindowRow
from region.registry.windows import Place, Why, put_window
from region.registry.years import FIRST, LAST
from region.store import Store
from region.windows.errors import ImpossibleWindowError, LocksOutError
from region.windows.kinds import KINDS, impossible
from region.windows.reach import Held, effective, shut_out

MAX_REASON_CHARS = 500
SHOWN_CHANGES = 50


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants a window to be.

    Attributes:
        new: None to take it away: then the one for all counts, or nothing is ever closed.
        seen: what it was when it was looked at.
        is_confirmed: whether it may shut people out at this moment.
    """

    place: Place
    new: Window | None
    reason: str
    seen: Window | None
    is_confirmed: bool = False


def windows_of(store: Store, year: int) -> Held:
    """Return the windows of a year."""
    with store.read() as session:
        return _held(session, year)


def years_with_windows(store: Store) -> list[int]:
    """Return the years for which any is set, the newest first."""
    with store.read() as session:
        years = select(WindowRow.exam_year).distinct().order_by(WindowRow.exam_year.desc())
        return list(session.scalars(years))


def changes_of(store: Store, year: int) -> list[WindowChangeRow]:
    """Return the newest changes of a year's windows, the newest first."""
    query = select(WindowChangeRow).where(WindowChangeRow.exam_year == year)
    with store.read() as session:
        return list(session.scalars(query.order_by(WindowChangeRow.seq.desc()).limit(SHOWN_CHANGES)))


def change_window(store: Store, actor: Actor, wish: Wish) -> bool:
    """Make a window what is wished; return false where it is that already.

    Raises:
        NotAllowedError: whoever acts is no administrator.
        ImpossibleWindowError: it does not fit; says why.
        ChangedMeanwhileError: it is no longer what was looked at.
        LocksOutError: it would shut people out at this moment; says how many.
    """
    if actor.role is not Role.ADMIN:
        raise NotAllowedError(f"{actor.role} sets no windows")
    _require_sensible(wish)
    now, place = store.now(), wish.place
    with store.write() as session:
        hold_table(session, WindowRow)
        if place.venue and session.get(Venue, place.venue) is None:
            raise ImpossibleWindowError("venue")
        before = _held(session, place.year)
        at = place.venue, place.kind
        if before.get(at) != wish.seen:
            raise ChangedMeanwhileError("somebody else has changed this window")
        after = {key: window for key, window in {**before, at: wish.new}.items() if window is not None}
        _require_order(after, place)
        if not wish.is_confirmed and (count := shut_out(store, place, before, after, now)):
            raise LocksOutError(count)
        return put_window(session, place, wish.new, Why(actor.id, now, wish.reason.strip()))


def local(text: str, like: datetime) -> datetime:
    """Return a time as people write it, `2027-03-01 09:00` or with a T, in the zone of another one.

    Raises:
        ValueError: it is none.
    """
    found = datetime.fromisoformat(text.strip())
    return (found if found.tzinfo else found.replace(tzinfo=like.tzinfo)).astimezone(UTC)


def _require_sensible(wish: Wish) -> None:
    place, kind = wish.place, KINDS.get(wish.place.kind)
    if kind is None:
        raise ImpossibleWindowError("kind")
    if not FIRST <= place.year <= LAST:
        raise ImpossibleWindowError("year")
    if place.venue and not kind.may_differ:
        raise ImpossibleWindowError("venue")
    reason = wish.reason.strip()
    if not reason or len(reason) > MAX_REASON_CHARS or "\0" in reason:
        raise ImpossibleWindowError("reason")
    for at in (wish.new.opens_at, wish.new.closes_at) if wish.new else ():
        if at is not None and abs(at.year - place.year) > 1:
            raise ImpossibleWindowError("times")
    if wish.new and kind.starts and wish.new.opens_at is None:
        raise ImpossibleWindowError("times")


def _require_order(held: Held, place: Place) -> None:
    """Refuse what does not fit at any venue: one venue's own windows are looked at among those for all."""
    own = {venue for venue, _kind in held}
    for venue in sorted(own if not place.venue else own & {place.venue}):
        windows = {kind: window for kind in KINDS if (window := effective(held, venue, kind))}
        for found in impossible(windows):
            if place.kind in (found.kind, found.other):
                other = found.other if found.kind == place.kind else found.kind
                raise ImpossibleWindowError(found.code, other, "" if venue == place.venue else venue)


def _held(session: Session, year: int) -> Held:
    rows = session.scalars(select(WindowRow).where(WindowRow.exam_year == year))
    return {(row.venue, row.kind): Window(row.opens_at, row.closes_at) for row in rows}
