"""Which stations a venue has, and when each was last seen: as the records say that are accepted."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from region.database import add_if_new
from region.document import Document
from region.venue_models import StationRow

MOST = 200
"""Of one venue; whoever has stolen its keys could make up any number."""
MATTERS = timedelta(minutes=1)
"""A station that was seen later by less is not noted again: others of the venue would wait for the row."""


def note_stations(session: Session, venue: str, document: Document, received_at: datetime) -> None:
    """Note where the acts of a record that is being accepted were done, and when.

    A venue's clock may be ahead: nothing counts as seen later than it was received.
    """
    seen = _times((line.station, min(line.taken_at, received_at)) for line in document.lines if line.station)
    known = {row.name: row for row in session.scalars(select(StationRow).where(StationRow.venue == venue))}
    new = sorted(seen.keys() - known.keys())[: max(0, MOST - len(known))]
    for name in sorted(new + [name for name in seen if name in known]):
        (first, last), row = seen[name], known.get(name)
        is_news = row is None or last - row.last_at > MATTERS or row.first_at > first
        if is_news and not add_if_new(session, StationRow, venue=venue, name=name, first_at=first, last_at=last):
            _widen(session, venue, name, first, last)


def stations_of(session: Session, venue: str) -> list[StationRow]:
    """Return a venue's stations, by name."""
    return list(session.scalars(select(StationRow).where(StationRow.venue == venue).order_by(StationRow.name)))


def station_counts(session: Session) -> Mapping[str, int]:
    """Return of how many stations each venue's records tell."""
    counted = select(StationRow.venue, func.count()).group_by(StationRow.venue)
    return dict(session.execute(counted).all())


def _times(acts: Iterable[tuple[str, datetime]]) -> dict[str, tuple[datetime, datetime]]:
    seen: dict[str, tuple[datetime, datetime]] = {}
    for station, at in acts:
        first, last = seen.get(station[:64], (at, at))
        seen[station[:64]] = min(first, at), max(last, at)
    return seen


def _widen(session: Session, venue: str, name: str, first: datetime, last: datetime) -> None:
    this = update(StationRow).where(StationRow.venue == venue, StationRow.name == name)
    session.execute(this.where(StationRow.last_at < last).values(last_at=last))
    session.execute(this.where(StationRow.first_at > first).values(first_at=first))
