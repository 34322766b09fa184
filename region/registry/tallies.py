"""How many registrations stand where, without counting them: each change counts itself over, in its own transaction.

The rows of one venue change only while that venue is held (`Change.count`), so that nobody waits for anybody else.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, func, literal, select
from sqlalchemy.orm import Session

from region.database import inserting
from region.registry.models import RegistrationRow, TallyRow
from region.registry.status import Status
from region.store import Store


class Progress(StrEnum):
    """How far a candidate is whose registration is being filled and waits for nobody else."""

    NOTHING = ""
    UPLOADED = "uploaded"
    """something, not submitted yet"""
    RETURNED = "returned"
    """a reviewer sent it back"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a registration is counted."""

    exam_year: int
    venue: str
    status: str
    is_waiting: bool
    progress: Progress = Progress.NOTHING


@dataclass(frozen=True, slots=True)
class Figures:
    """How many of one venue's registrations are at each status, and how many of these wait for a reviewer.

    Attributes:
        progress: of those who wait for the candidate, how many have come how far.
    """

    at: Mapping[Status, int]
    waiting: Mapping[Status, int]
    progress: Mapping[Progress, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.at.values())


def place_of(row: RegistrationRow) -> Place:
    """Return where it is to be counted now."""
    return Place(row.exam_year, row.venue, row.status, row.waiting_since is not None, _progress_of(row))


def count_over(session: Session, before: Place | None, after: Place) -> None:
    """Take one away there and add it here; the venues of both are held."""
    if before is not None:
        _add(session, before, -1)
    _add(session, after, 1)


def figures(store: Store, year: int, venue: str | None = None) -> Mapping[str, Figures]:
    """Return every venue's figures of a year, or one venue's; a venue without registrations is not among them."""
    with store.read() as session:
        return figures_in(session, year, None if venue is None else [venue])


def figures_in(session: Session, year: int, venues: Sequence[str] | None = None) -> Mapping[str, Figures]:
    """Return the same as they are in a transaction, of all venues or of some."""
    row = TallyRow
    columns = row.venue, row.status, row.is_waiting, row.progress, row.number
    query = select(*columns).where(row.exam_year == year, row.number > 0)
    return _read(session.execute(query if venues is None else query.where(row.venue.in_(venues))))


def figures_together(session: Session, year: int) -> Figures:
    """Return those of all venues together, added up by the database."""
    row = TallyRow
    place = row.status, row.is_waiting, row.progress
    query = select(literal(""), *place, func.sum(row.number)).where(row.exam_year == year, row.number > 0)
    return _read(session.execute(query.group_by(*place))).get("", Figures({}, {}))


def _read(rows: Iterable[Any]) -> Mapping[str, Figures]:
    found: dict[str, tuple[dict[Status, int], dict[Status, int], dict[Progress, int]]] = {}
    for name, word, waits, how_far, number in rows:
        status, progress = Status(word), Progress(how_far)
        at, waiting, progressed = found.setdefault(name, ({}, {}, {}))
        at[status] = at.get(status, 0) + int(number)
        if waits:
            waiting[status] = waiting.get(status, 0) + int(number)
        elif status is Status.FILLING:
            progressed[progress] = progressed.get(progress, 0) + int(number)
    return {name: Figures(*numbers) for name, numbers in found.items()}


def counted(session: Session) -> Mapping[Place, int]:
    """Return what the figures say."""
    rows = session.scalars(select(TallyRow).where(TallyRow.number != 0))
    return {
        Place(row.exam_year, row.venue, row.status, row.is_waiting, Progress(row.progress)): row.number for row in rows
    }


def recount(session: Session) -> Mapping[Place, int]:
    """Return the same by counting every registration: slow, for tests and for whoever has doubts."""
    row = RegistrationRow
    flags = row.waiting_since.is_not(None), row.uploaded_at.is_not(None), row.returned_at.is_not(None)
    place = row.exam_year, row.venue, row.status, *flags
    counts: Counter[Place] = Counter()
    found = session.execute(select(*place, func.count()).group_by(*place))
    for year, venue, status, waits, uploaded, returned, number in found:
        progress = _progress(status, bool(waits), bool(uploaded), bool(returned))
        counts[Place(year, venue, status, bool(waits), progress)] += number
    return counts


def rebuild(session: Session) -> None:
    """Put a recount in the place of what the figures say; nobody may change a registration meanwhile."""
    session.execute(delete(TallyRow))
    for place, number in recount(session).items():
        _add(session, place, number)


def _progress_of(row: RegistrationRow) -> Progress:
    is_waiting, has_uploaded = row.waiting_since is not None, row.uploaded_at is not None
    return _progress(row.status, is_waiting, has_uploaded, row.returned_at is not None)


def _progress(status: str, is_waiting: bool, has_uploaded: bool, is_returned: bool) -> Progress:
    if is_waiting or status != Status.FILLING.value:
        return Progress.NOTHING
    return Progress.RETURNED if is_returned else Progress.UPLOADED if has_uploaded else Progress.NOTHING


def _add(session: Session, place: Place, number: int) -> None:
    statement = inserting(session, TallyRow).values(**asdict(place), number=number)
    total = {"number": TallyRow.number + statement.excluded.number}
    session.execute(statement.on_conflict_do_update(index_elements=list(TallyRow.__table__.primary_key), set_=total))
