"""Gathers what the dashboard shows, from figures that are kept up: nothing is counted here, and no person is named."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from region.alerts import FACES_REACHED, NEAR_PCT
from region.conflict_models import AlertRow
from region.figures.days import ON_SITE, Counts, Kind
from region.figures.faces import faces_held
from region.figures.models import DayTallyRow
from region.models import Venue
from region.registry.models import RegistrationRow
from region.registry.status import Status
from region.registry.tallies import Figures, Progress, figures_in, figures_together


class Stage(StrEnum):
    """Where a registration stands, each in exactly one."""

    NOTHING = "nothing"
    """waits for the candidate, nothing uploaded"""
    UPLOADED = "uploaded"
    """waits for the candidate, something uploaded and not submitted"""
    RETURNED = "returned"
    """sent back to the candidate"""
    AT_VENUE = "at_venue"
    """submitted: waits for the venue (考点)"""
    AT_REGION = "at_region"
    """passed at the venue: waits for the region (考区)"""
    APPROVED = "approved"
    REFUSED = "refused"
    PAYMENT_DUE = "payment_due"
    PAID = "paid"
    LATER = "later"
    """admitted to the exam, or through with it"""


_STAGES: Mapping[Status, Stage] = {
    Status.VENUE_PASSED: Stage.AT_REGION,
    Status.APPROVED: Stage.APPROVED,
    Status.REFUSED: Stage.REFUSED,
    Status.PAYMENT_DUE: Stage.PAYMENT_DUE,
    Status.PAID: Stage.PAID,
    Status.PREPARING: Stage.LATER,
    Status.EXAM_PASSED: Stage.LATER,
    Status.EXAM_FAILED: Stage.LATER,
}
_PROGRESS: Mapping[Progress, Stage] = {
    Progress.NOTHING: Stage.NOTHING,
    Progress.UPLOADED: Stage.UPLOADED,
    Progress.RETURNED: Stage.RETURNED,
}
Stages = Mapping[Stage, int]
Oldest = tuple[datetime | None, datetime | None]
"""Since when the longest waiting registration waits for the venue, and for the region."""


@dataclass(frozen=True, slots=True)
class Faces:
    """Of how many persons faces are held, against the law's number.

    Attributes:
        reached_at: when it was first noticed that the number was reached; None while it is not.
    """

    held: int
    limit: int
    reached_at: datetime | None

    @property
    def is_near(self) -> bool:
        """Whether it is time to prepare."""
        return self.held * 100 >= self.limit * NEAR_PCT

    @property
    def is_reached(self) -> bool:
        """Whether it has to be filed."""
        return self.held >= self.limit


def progress_of(session: Session, year: int, venues: Sequence[str] | None = None) -> Mapping[str, Stages]:
    """Return how many registrations of all venues, or of some, stand where."""
    return {venue: stages_of(found) for venue, found in figures_in(session, year, venues).items()}


def progress_together(session: Session, year: int) -> Stages:
    """Return how many registrations of all venues together stand where."""
    return stages_of(figures_together(session, year))


def stages_of(found: Figures) -> Stages:
    """Return a venue's figures by stage; they add up to all of them."""
    stages: Counter[Stage] = Counter({Stage.AT_VENUE: found.waiting.get(Status.FILLING, 0)})
    for progress, number in found.progress.items():
        stages[_PROGRESS[progress]] += number
    for status, number in found.at.items():
        if status is not Status.FILLING:
            stages[_STAGES[status]] += number
    return stages


@dataclass(frozen=True, slots=True)
class OnSite:
    """What is known of a venue's visits: of one day, and all together."""

    today: Mapping[Kind, int]
    ever: Mapping[Kind, int]


def on_site(session: Session, year: int, day: date, venues: Sequence[str]) -> Mapping[str, OnSite]:
    """Return what fell on a day at each of these venues, and on all days together; nothing where nothing did."""
    row = DayTallyRow
    today = func.sum(case((row.day == day, row.number), else_=0))
    query = select(row.venue, row.kind, today, func.sum(row.number)).where(row.exam_year == year)
    query = query.where(row.venue.in_(venues), row.kind.in_(ON_SITE)).group_by(row.venue, row.kind)
    found: dict[str, OnSite] = {}
    for venue, kind, number, whole in session.execute(query):
        of_venue = found.setdefault(venue, OnSite({}, {}))
        found[venue] = OnSite({**of_venue.today, Kind(kind): int(number)}, {**of_venue.ever, Kind(kind): int(whole)})
    return found


def over_days(session: Session, year: int, last: date, number: int, venue: str = "") -> Counts:
    """Return what fell on each of the last days, of all venues or of one."""
    row = DayTallyRow
    where = [row.exam_year == year, row.day > last - timedelta(days=number), row.day <= last]
    if venue:
        where.append(row.venue == venue)
    query = select(row.day, row.kind, func.sum(row.number)).where(*where).group_by(row.day, row.kind)
    return Counter({(day, Kind(kind)): int(total) for day, kind, total in session.execute(query)})


def oldest_of(session: Session, year: int, venues: Sequence[str]) -> Mapping[str, Oldest]:
    """Return since when these venues' longest waiting registrations wait, by one step along the index each."""
    query = select(Venue.id, _oldest(year, Status.FILLING, True), _oldest(year, Status.VENUE_PASSED, True))
    rows = session.execute(query.where(Venue.id.in_(venues)))
    return {venue: (at_venue, at_region) for venue, at_venue, at_region in rows}


def oldest_in_region(session: Session, year: int) -> Oldest:
    """Return the same of all venues together."""
    query = select(_oldest(year, Status.FILLING, False), _oldest(year, Status.VENUE_PASSED, False))
    at_venue, at_region = session.execute(query).one()
    return at_venue, at_region


def faces_of(session: Session, limit: int) -> Faces:
    """Return of how many persons faces are held."""
    held = faces_held(session)
    reached = select(func.min(AlertRow.found_at)).where(AlertRow.kind == FACES_REACHED)
    return Faces(held, limit, session.scalar(reached) if held >= limit else None)


def _oldest(year: int, status: Status, is_of_venue: bool):  # type: ignore[no-untyped-def]
    row = RegistrationRow
    query = select(func.min(row.waiting_since)).where(row.exam_year == year, row.status == status.value)
    query = query.where(row.waiting_since.is_not(None))
    return (query.where(row.venue == Venue.id).correlate(Venue) if is_of_venue else query).scalar_subquery()
