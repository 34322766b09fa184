"""The corrections that wait, oldest first, page by page, and those of one registration."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import literal, select, tuple_

from region.models import UtcDateTime
from region.registry.changing import CANDIDATE, Actor, Key
from region.registry.errors import UnknownRegistrationError
from region.registry.review_models import CorrectionRow
from region.store import Store

PAGE_SIZE = 25
OUTCOMES = ("", "accepted", "rejected", "overtaken")


def list_corrections(
    store: Store, actor: Actor, year: int, outcome: str = "", after: tuple[datetime, str] | None = None
) -> tuple[Sequence[CorrectionRow], bool]:
    """Return a page of what this reviewer may see, and whether there is more behind it."""
    query = select(CorrectionRow).where(CorrectionRow.exam_year == year, CorrectionRow.outcome == outcome)
    if actor.venue is not None:
        query = query.where(CorrectionRow.venue == actor.venue)
    if after is not None:
        place = tuple_(CorrectionRow.requested_at, CorrectionRow.id)
        query = query.where(place > tuple_(literal(after[0], UtcDateTime()), literal(after[1])))
    query = query.order_by(CorrectionRow.requested_at, CorrectionRow.id).limit(PAGE_SIZE + 1)
    with store.read() as session:
        rows = session.scalars(query).all()
    return rows[:PAGE_SIZE], len(rows) > PAGE_SIZE


def correction(store: Store, actor: Actor, year: int, id_: str) -> CorrectionRow:
    """Return one.

    Raises:
        UnknownRegistrationError: there is none, or it is another venue's.
    """
    with store.read() as session:
        row = session.get(CorrectionRow, (year, id_))
    if row is None or (actor.venue is not None and row.venue != actor.venue):
        raise UnknownRegistrationError(f"no correction {year}/{id_}")
    return row


def own_corrections(store: Store, key: Key) -> Sequence[CorrectionRow]:
    """Return what a candidate has asked for, newest first; what staff asked for is not told."""
    return [row for row in corrections_of(store, key) if row.requested_by == CANDIDATE.id]


def own_correction(store: Store, key: Key, id_: str) -> CorrectionRow:
    """Return one of a candidate's requests.

    Raises:
        UnknownRegistrationError: there is none, or it is somebody else's.
    """
    with store.read() as session:
        row = session.get(CorrectionRow, (key.year, id_))
    if row is None or row.registration != key.id or row.requested_by != CANDIDATE.id:
        raise UnknownRegistrationError(f"no correction {key.year}/{id_}")
    return row


def corrections_of(store: Store, key: Key) -> Sequence[CorrectionRow]:
    """Return those of one registration, newest first."""
    of_it = CorrectionRow.exam_year == key.year, CorrectionRow.registration == key.id
    with store.read() as session:
        return session.scalars(select(CorrectionRow).where(*of_it).order_by(CorrectionRow.requested_at.desc())).all()
