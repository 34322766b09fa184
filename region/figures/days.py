"""What happened on which day, counted in the transaction in which it happens.

Everything of a registration is counted at the venue whose it is now: one that moves takes its figures along. So a
recount from the registrations, their events and their visits finds exactly the same.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from enum import StrEnum
from typing import Protocol

from sqlalchemy.orm import Session

from region.database import ZONE, inserting
from region.figures.models import DayTallyRow


class Kind(StrEnum):
    """What is counted."""

    EXPECTED = "expected"
    """appointments of that day"""
    ARRIVED = "arrived"
    """came for the first time on that day, as the visit's record says"""
    FINISHED = "finished"
    """the visit's first accepted record was sealed on that day"""
    CARRIED = "carried"
    """came on that day and finished on a later one"""
    PHOTO = "photo"
    """finished on that day, with a picture of the face"""
    FINGERPRINT = "fingerprint"
    """finished on that day, with prints"""
    SUBMITTED = "submitted"
    PASSED = "passed"
    APPROVED = "approved"
    RETURNED = "returned"
    REFUSED = "refused"
    PAID = "paid"


ON_SITE = (Kind.EXPECTED, Kind.ARRIVED, Kind.FINISHED, Kind.CARRIED, Kind.PHOTO, Kind.FINGERPRINT)
OF_ACTS: Mapping[str, Kind] = {
    "submitted": Kind.SUBMITTED,
    "pass_at_venue": Kind.PASSED,
    "approve": Kind.APPROVED,
    "returned": Kind.RETURNED,
    "send_back": Kind.RETURNED,
    "refuse": Kind.REFUSED,
    "pay": Kind.PAID,
}
"""Which events are counted, by their act."""

Counts = Counter[tuple[date, Kind]]


class Visited(Protocol):
    """What is known of a visit (`region.registry.models.OnsiteRow`)."""

    arrived_on: date | None
    finished_on: date | None
    captured: str


@dataclass(slots=True)
class DayCounts:
    """What a change of one registration adds to the days, and takes away."""

    session: Session
    changed: Counts = field(default_factory=Counter)

    def happened(self, act: str, at: datetime) -> None:
        """Count an event, if it is one that is counted."""
        if act in OF_ACTS:
            self.changed[day_of(self.session, at), OF_ACTS[act]] += 1

    def replaced(self, before: Iterable[tuple[date, Kind]], after: Iterable[tuple[date, Kind]]) -> None:
        """Count something in the place of something else."""
        self.changed.update(after)
        self.changed.subtract(list(before))

    def write(self, year: int, venue: str, counts: Counts | None = None, sign: int = 1) -> None:
        """Add what changed, or other counts, to a venue's days; the venue is held."""
        row = DayTallyRow
        for (day, kind), number in sorted((self.changed if counts is None else counts).items()):
            if not number:
                continue
            values = {"exam_year": year, "venue": venue, "day": day, "kind": kind.value, "number": sign * number}
            statement = inserting(self.session, row).values(**values)
            total = {"number": row.number + statement.excluded.number}
            keys = list(row.__table__.primary_key)
            self.session.execute(statement.on_conflict_do_update(index_elements=keys, set_=total))


def day_of(session: Session, at: datetime) -> date:
    """Return on which day of the region's something happened."""
    zone: tzinfo = session.info[ZONE]
    return at.astimezone(zone).date()


def of_slot(slot: str) -> list[tuple[date, Kind]]:
    """Return what an appointment counts for, as a registration keeps it.

    >>> of_slot("2027-03-02 09:00-09:30"), of_slot("")
    ([(datetime.date(2027, 3, 2), <Kind.EXPECTED: 'expected'>)], [])
    """
    try:
        return [(date.fromisoformat(slot[:10]), Kind.EXPECTED)]
    except ValueError:
        return []


def of_visit(visit: Visited) -> list[tuple[date, Kind]]:
    """Return what a visit counts for."""
    counts = [(visit.arrived_on, Kind.ARRIVED)] if visit.arrived_on else []
    if visit.finished_on is None:
        return counts
    counts.append((visit.finished_on, Kind.FINISHED))
    if visit.arrived_on and visit.arrived_on < visit.finished_on:
        counts.append((visit.arrived_on, Kind.CARRIED))
    captured = set(visit.captured.split(","))
    return counts + [(visit.finished_on, kind) for kind in (Kind.PHOTO, Kind.FINGERPRINT) if kind.value in captured]
