"""What registrations count for on which days, by what is kept of them: for moves, checks and rebuilding."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from sqlalchemy import Function, delete, func, select
from sqlalchemy.orm import Session

from region.figures.days import OF_ACTS, Counts, DayCounts, Kind, day_of, of_slot, of_visit
from region.figures.models import DayTallyRow
from region.registry.models import EventRow, OnsiteRow, RegistrationRow

Place = tuple[int, str]
"""An exam year and a venue."""
_OURS = EventRow.exam_year == RegistrationRow.exam_year, EventRow.registration == RegistrationRow.id
_VISITORS = OnsiteRow.exam_year == RegistrationRow.exam_year, OnsiteRow.registration == RegistrationRow.id
_HOUR = "%Y-%m-%d %H"


def day_counts_of(session: Session, year: int, registration: str, slot: str) -> Counts:
    """Return what one registration counts for."""
    session.flush()
    counts = Counts(of_slot(slot))
    events = select(EventRow.act, EventRow.at).where(EventRow.exam_year == year, EventRow.registration == registration)
    for act, at in session.execute(events.where(EventRow.act.in_(OF_ACTS))):
        counts[day_of(session, at), OF_ACTS[act]] += 1
    visits = select(OnsiteRow).where(OnsiteRow.exam_year == year, OnsiteRow.registration == registration)
    for visit in session.scalars(visits):
        counts.update(of_visit(visit))
    return counts


def counted_days(session: Session) -> Mapping[Place, Counts]:
    """Return what the figures of the days say."""
    found: dict[Place, Counts] = {}
    for row in session.scalars(select(DayTallyRow).where(DayTallyRow.number != 0)):
        found.setdefault((row.exam_year, row.venue), Counter())[row.day, Kind(row.kind)] = row.number
    return found


def recount_days(session: Session) -> Mapping[Place, Counts]:
    """Return the same from every registration, event and visit: slow, for tests and for whoever has doubts.

    Right where the region's zone differs from UTC by whole hours: events are counted together by the hour.
    """
    found: dict[Place, Counts] = {}
    for year, venue, counts in (*_of_slots(session), *_of_events(session), *_of_visits(session)):
        found.setdefault((year, venue), Counter()).update(counts)
    return found


def rebuild_days(session: Session) -> None:
    """Put a recount in the place of what the figures say; nobody may change a registration meanwhile."""
    found = recount_days(session)
    session.execute(delete(DayTallyRow))
    for (year, venue), counts in sorted(found.items()):
        DayCounts(session).write(year, venue, counts)


def _of_slots(session: Session) -> Iterator[tuple[int, str, Counts]]:
    row = RegistrationRow
    day = func.substr(row.slot, 1, 10)
    query = select(row.exam_year, row.venue, day, func.count()).where(row.slot != "")
    for year, venue, slot, number in session.execute(query.group_by(row.exam_year, row.venue, day)):
        yield year, venue, Counter(dict.fromkeys(of_slot(slot), number))


def _of_events(session: Session) -> Iterator[tuple[int, str, Counts]]:
    row, is_sqlite = RegistrationRow, session.get_bind().dialect.name == "sqlite"
    hour = func.strftime(_HOUR, EventRow.at) if is_sqlite else _postgres_hour()
    query = select(row.exam_year, row.venue, EventRow.act, hour, func.count()).join(EventRow, (_OURS[0]) & (_OURS[1]))
    query = query.where(EventRow.act.in_(OF_ACTS)).group_by(row.exam_year, row.venue, EventRow.act, hour)
    for year, venue, act, word, number in session.execute(query):
        at = datetime.strptime(word, _HOUR).replace(tzinfo=UTC)
        yield year, venue, Counter({(day_of(session, at), OF_ACTS[act]): number})


def _of_visits(session: Session) -> Iterator[tuple[int, str, Counts]]:
    row = RegistrationRow
    query = select(row.exam_year, row.venue, OnsiteRow).join(OnsiteRow, (_VISITORS[0]) & (_VISITORS[1]))
    for year, venue, visit in session.execute(query.execution_options(yield_per=1000)):
        yield year, venue, Counter(of_visit(visit))


def _postgres_hour() -> Function[str]:
    return func.to_char(func.timezone("UTC", EventRow.at), "YYYY-MM-DD HH24")
