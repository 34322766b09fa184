"""The list of records, page by page, without counting what is not shown."""

from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, select

from records.verdict import Decision
from region.models import RecordRow
from region.store import Store

PAGE_SIZE = 25


class State(StrEnum):
    """Where a record stands at the region."""

    INCOMPLETE = "incomplete"
    WAITING = "waiting"
    PASSED = "passed"
    RETURNED = "returned"
    REFUSED = "refused"
    SET_ASIDE = "set_aside"
    HELD = "held"
    REPLACED = "replaced"


def state_of(row: RecordRow) -> State:
    """Return the state; a verdict stays what it is even when a newer version has come."""
    if row.decision:
        return State(row.decision)
    if row.is_held:
        return State.HELD
    if not row.is_current:
        return State.REPLACED
    return State.WAITING if row.accepted_at is not None else State.INCOMPLETE


@dataclass(frozen=True, slots=True)
class Filter:
    """What to list: "" is everything; `exceptions` only what has some.

    `person` is the mark of a registration number (`region.keys.person_mark`).
    """

    state: str = ""
    venue: str = ""
    exceptions: bool = False
    person: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the list."""

    seq: int
    row: RecordRow
    state: State


@dataclass(frozen=True, slots=True)
class Page:
    """Part of the list, oldest first; `before` and `after` are the cursors of the neighbours, 0 where there is none."""

    items: tuple[Item, ...]
    before: int = 0
    after: int = 0


def list_records(store: Store, wanted: Filter, before: int = 0, after: int = 0) -> Page:
    """Return the page that begins behind `after`, or ends in front of `before`, or the first."""
    query = _query(wanted)
    if before:
        query = query.where(RecordRow.seq < before).order_by(RecordRow.seq.desc())
    else:
        query = query.where(RecordRow.seq > after).order_by(RecordRow.seq)
    with store.read() as session:
        found = session.scalars(query.limit(PAGE_SIZE + 1)).all()
    items = [Item(row.seq, row, state_of(row)) for row in found[:PAGE_SIZE]]
    goes_on = len(found) > PAGE_SIZE
    if before:
        items.reverse()
    return _with_cursors(Page(tuple(items)), bool(after) if not before else goes_on, goes_on if not before else True)


def _with_cursors(page: Page, has_previous: bool, has_next: bool) -> Page:
    if not page.items:
        return page
    first, last = page.items[0].seq, page.items[-1].seq
    return replace(page, before=first if has_previous else 0, after=last if has_next else 0)


def next_waiting(store: Store) -> str:
    """Return the digest of the record that waits longest for a verdict, "" when none does."""
    page = list_records(store, Filter(state=State.WAITING))
    return page.items[0].row.digest if page.items else ""


def _query(wanted: Filter) -> Select[RecordRow]:
    query = select(RecordRow)
    query = query.where(_in_state(State(wanted.state)) if wanted.state else RecordRow.is_current | RecordRow.is_held)
    if wanted.venue:
        query = query.where(RecordRow.venue == wanted.venue)
    if wanted.exceptions:
        query = query.where(RecordRow.exceptions > 0)
    if wanted.person:
        query = query.where(RecordRow.person == wanted.person)
    return query


def _in_state(state: State) -> ColumnElement[bool]:
    undecided = RecordRow.decision == ""
    if state is State.INCOMPLETE:
        return and_(RecordRow.is_current, undecided, RecordRow.accepted_at.is_(None))
    if state is State.WAITING:
        return and_(RecordRow.is_current, undecided, RecordRow.accepted_at.is_not(None))
    if state is State.HELD:
        return and_(RecordRow.is_held, undecided)
    if state is State.REPLACED:
        return and_(~RecordRow.is_current, ~RecordRow.is_held)
    if state is State.SET_ASIDE:
        return RecordRow.decision == Decision.SET_ASIDE.value
    return and_(RecordRow.is_current, RecordRow.decision == Decision(state.value).value)
