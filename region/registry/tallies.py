"""How many registrations stand where, without counting them: each change counts itself over, in its own transaction.

The rows of one venue change only while that venue is held (`Change.count`), so that nobody waits for anybody else.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from region.database import inserting
from region.registry.models import RegistrationRow, TallyRow
from region.registry.status import Status
from region.store import Store


@dataclass(frozen=True, slots=True)
class Place:
    """Where a registration is counted."""

    exam_year: int
    venue: str
    status: str
    is_waiting: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """How many of one venue's registrations are at each status, and how many of these wait for a reviewer."""

    at: Mapping[Status, int]
    waiting: Mapping[Status, int]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.at.values())


def place_of(row: RegistrationRow) -> Place:
    """Return where it is to be counted now."""
    return Place(row.exam_year, row.venue, row.status, row.waiting_since is not None)


def count_over(session: Session, before: Place | None, after: Place) -> None:
    """Take one away there and add it here; the venues of both are held."""
    if before is not None:
        _add(session, before, -1)
    _add(session, after, 1)


def figures(store: Store, year: int, venue: str | None = None) -> Mapping[str, Figures]:
    """Return every venue's figures of a year, or one venue's; a venue without registrations is not among them."""
    row = TallyRow
    query = select(row.venue, row.status, row.is_waiting, row.number).where(row.exam_year == year, row.number > 0)
    if venue is not None:
        query = query.where(row.venue == venue)
    at: dict[str, dict[Status, int]] = {}
    waiting: dict[str, dict[Status, int]] = {}
    with store.read() as session:
        for name, word, waits, number in session.execute(query):
            status, of_venue = Status(word), at.setdefault(name, {})
            of_venue[status] = of_venue.get(status, 0) + number
            if waits:
                waiting.setdefault(name, {})[status] = number
    return {name: Figures(numbers, waiting.get(name, {})) for name, numbers in at.items()}


def counted(session: Session) -> Mapping[Place, int]:
    """Return what the figures say."""
    rows = session.scalars(select(TallyRow).where(TallyRow.number != 0))
    return {Place(row.exam_year, row.venue, row.status, row.is_waiting): row.number for row in rows}


def recount(session: Session) -> Mapping[Place, int]:
    """Return the same by counting every registration: slow, for tests and for whoever has doubts."""
    row = RegistrationRow
    place = row.exam_year, row.venue, row.status, row.waiting_since.is_not(None)
    found = session.execute(select(*place, func.count()).group_by(*place))
    return {Place(year, venue, status, bool(waits)): number for year, venue, status, waits, number in found}


def _add(session: Session, place: Place, number: int) -> None:
    values = {"exam_year": place.exam_year, "venue": place.venue, "status": place.status}
    statement = inserting(session, TallyRow).values(**values, is_waiting=place.is_waiting, number=number)
    total = {"number": TallyRow.number + statement.excluded.number}
    session.execute(statement.on_conflict_do_update(index_elements=list(TallyRow.__table__.primary_key), set_=total))
