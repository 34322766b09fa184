"""The list of registrations of one level, page by page, along the indexes, without counting what is not shown."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, literal, literal_column, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from region.models import UtcDateTime
from region.registry.changing import Actor
from region.registry.models import ItemRow, RegistrationRow
from region.registry.status import AT_VENUE, Status
from region.store import Store

PAGE_SIZE = 25
MOST_COUNTED = 999
"""Counts go no further: more is shown as 999+, and costs as much to find out."""


class View(StrEnum):
    """Which part of the registrations is listed."""

    WAITING = "waiting"
    """for this level"""
    CANDIDATE = "candidate"
    """for the candidate: nothing submitted, or sent back"""
    PROPOSED = "proposed"
    """a refusal is proposed"""
    MINE = "mine"
    """in my hands at this moment"""
    AT_VENUE = "at_venue"
    AT_REGION = "at_region"
    APPROVED = "approved"
    REFUSED = "refused"
    PAYMENT_DUE = "payment_due"
    PAID = "paid"
    PREPARING = "preparing"
    EXAM_PASSED = "exam_passed"
    EXAM_FAILED = "exam_failed"


@dataclass(frozen=True, slots=True)
class Filter:
    """What to list; "" is everything.

    Attributes:
        has_opinions: only those that were sent back before, or have something noted to be sent back.
    """

    year: int
    view: View = View.WAITING
    venue: str = ""
    level: str = ""
    category: str = ""
    has_opinions: bool = False


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in the list; `since` is None where nothing in it waits."""

    since: datetime | None
    id: str

    def __str__(self) -> str:
        return f"{self.since.isoformat() if self.since else ''}~{self.id}"


@dataclass(frozen=True, slots=True)
class Page:
    """Part of the list, longest waiting first; the cursors lead to its neighbours, None where there is none."""

    rows: tuple[RegistrationRow, ...]
    before: Cursor | None = None
    after: Cursor | None = None


def read_cursor(text: str) -> Cursor | None:
    """Return the place that was written down, None for what is none."""
    since, tilde, id_ = text.partition("~")
    try:
        at = datetime.fromisoformat(since) if since else None
    except ValueError:
        return None
    if not tilde or not id_.isalnum() or len(id_) > 32 or (at is not None and at.tzinfo is None):
        return None
    return Cursor(at, id_)


def newest_year(store: Store) -> int:
    """Return the year of the newest exam that anybody is registered for; this year's while nobody is."""
    with store.read() as session:
        return session.scalar(select(func.max(RegistrationRow.exam_year))) or store.now().year


def list_registrations(
    store: Store,
    actor: Actor,
    wanted: Filter,
    before: Cursor | None = None,
    after: Cursor | None = None,
    size: int = 0,
) -> Page:
    """Return a page of what this reviewer may see; `size` 0 is a screen's."""
    size = size or PAGE_SIZE
    query = _query(actor, wanted, store.now())
    place = tuple_(RegistrationRow.waiting_since, RegistrationRow.id)
    is_waiting = wanted.view in _WAITING
    backwards = before is not None
    for cursor, is_before in ((before, True), (after, False)):
        if cursor is None:
            continue
        if is_waiting and cursor.since is not None:
            edge = tuple_(literal(cursor.since, UtcDateTime()), literal(cursor.id))
            query = query.where(place < edge if is_before else place > edge)
        else:
            query = query.where(RegistrationRow.id < cursor.id if is_before else RegistrationRow.id > cursor.id)
    query = query.order_by(*(column.desc() if backwards else column for column in _order(wanted.view)))
    with store.read() as session:
        found = list(session.scalars(query.limit(size + 1)))
    goes_on = len(found) > size
    rows = found[:size]
    if backwards:
        rows.reverse()
    return _with_cursors(Page(tuple(rows)), goes_on if backwards else after is not None, backwards or goes_on)


def counts(store: Store, actor: Actor, wanted: Filter, views: tuple[View, ...]) -> Mapping[View, int]:
    """Return how many there are in each view of the year and venue, at most `MOST_COUNTED` + 1.

    The other filters are left out: what no index holds would have to be read to be counted.
    """
    whole = Filter(wanted.year, venue=wanted.venue)
    with store.read() as session:
        return {view: _count(session, actor, replace(whole, view=view), store.now()) for view in views}


def categories(store: Store, year: int) -> tuple[str, ...]:
    """Return the categories of those under review, by a step along the index for each instead of reading all."""
    found: set[str] = set()
    with store.read() as session:
        for status in (Status.FILLING, Status.VENUE_PASSED):
            last = ""
            while True:
                of_status = RegistrationRow.exam_year == year, RegistrationRow.status == status.value
                query = select(func.min(RegistrationRow.category)).where(*of_status, RegistrationRow.category > last)
                following = session.scalar(query)
                if following is None or len(found) >= _MOST_CATEGORIES:
                    break
                found.add(following)
                last = following
    return tuple(sorted(found))


def views_for(actor: Actor) -> tuple[View, ...]:
    """Return the views that make sense at this reviewer's level, in the order in which they are offered."""
    level = [View.AT_REGION] if actor.role in AT_VENUE else [View.AT_VENUE]
    first = [View.WAITING, View.MINE, View.PROPOSED, View.CANDIDATE]
    return (*first, *level, *(View(status) for status in _DECIDED))


_DECIDED = tuple(status.value for status in Status if status not in (Status.FILLING, Status.VENUE_PASSED))
_MOST_CATEGORIES = 100
_NOBODY: ColumnElement[str] = literal_column("''")
"""Written out, not bound: a database uses an index over few rows only where it reads the condition in the query."""
_WAITING = frozenset({View.WAITING, View.AT_VENUE, View.AT_REGION})
"""The views in which everything waits; in the others the order is that of the ids."""


def _count(session: Session, actor: Actor, wanted: Filter, now: datetime) -> int:
    query = _query(actor, wanted, now).with_only_columns(RegistrationRow.id)
    # In the index's order, or PostgreSQL collects all that fits before it takes the first thousand.
    some = query.order_by(*_order(wanted.view)).limit(MOST_COUNTED + 1).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def _order(view: View) -> tuple[InstrumentedAttribute[Any], ...]:
    """Return the columns a view is listed by: its index's, also the one that is the same in all of its rows."""
    by_id = view in (View.MINE, View.PROPOSED)
    return (RegistrationRow.id,) if by_id else (RegistrationRow.waiting_since, RegistrationRow.id)


def _query(actor: Actor, wanted: Filter, now: datetime) -> Select[RegistrationRow]:
    venue = actor.venue if actor.venue is not None else wanted.venue
    query = select(RegistrationRow).where(RegistrationRow.exam_year == wanted.year, _in_view(actor, wanted.view, now))
    if venue:
        query = query.where(RegistrationRow.venue == venue)
    if wanted.level:
        query = query.where(RegistrationRow.level == wanted.level)
    if wanted.category:
        query = query.where(RegistrationRow.category == wanted.category)
    if wanted.has_opinions:
        query = query.where(_has_opinions())
    return query


def _in_view(actor: Actor, view: View, now: datetime) -> ColumnElement[bool]:
    row = RegistrationRow
    at_venue = actor.role in AT_VENUE
    if view is View.MINE:
        return and_(row.claimed_by == actor.id, row.claimed_by != _NOBODY, row.claimed_until > now)
    if view is View.PROPOSED:
        return row.proposed_by != _NOBODY
    if view is View.CANDIDATE:
        return and_(row.status == Status.FILLING.value, row.waiting_since.is_(None))
    if view in _WAITING:
        is_venues = at_venue if view is View.WAITING else view is View.AT_VENUE
        status = Status.FILLING if is_venues else Status.VENUE_PASSED
        return and_(row.status == status.value, row.waiting_since.is_not(None))
    return and_(row.status == view.value, row.waiting_since.is_(None)) if view.value in _DECIDED else false()


def _has_opinions() -> ColumnElement[bool]:
    of_it = ItemRow.exam_year == RegistrationRow.exam_year, ItemRow.registration == RegistrationRow.id
    said = or_(ItemRow.opinion != "", ItemRow.opinion_text != "", ItemRow.mark == "return")
    return exists().where(*of_it, said)


def _with_cursors(page: Page, has_previous: bool, has_next: bool) -> Page:
    if not page.rows:
        return page
    first, last = page.rows[0], page.rows[-1]
    return replace(
        page,
        before=Cursor(first.waiting_since, first.id) if has_previous else None,
        after=Cursor(last.waiting_since, last.id) if has_next else None,
    )
