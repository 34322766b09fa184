"""What administrators are shown of venues and accounts; nothing of any candidate is read here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from region.errors import UnknownObjectError
from region.models import AuditLine, CheckpointRow, RecordRow, Reviewer, Venue
from region.office_acts import IN_OFFICE
from region.slots.models import SlotRow
from region.stations import station_counts, stations_of
from region.store import Store
from region.venue_models import BearerKey, StationRow, VenueKey
from region.venues import bearer_keys_of

MOST_ACTS = 50


@dataclass(frozen=True, slots=True)
class VenueLine:
    """A venue in the list.

    Attributes:
        bearer: its newest bearer key.
        signing: how many keys that it signs with are in force.
        stations: of how many its records tell.
    """

    row: Venue
    bearer: BearerKey
    signing: int
    stations: int


@dataclass(frozen=True, slots=True)
class Use:
    """How a signing key was used: in how many records, how many of them without a verdict, and from when to when."""

    records: int = 0
    waiting: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class VenueView:
    """One venue with its keys, stations and accounts."""

    row: Venue
    bearers: Sequence[BearerKey]
    signing: Sequence[tuple[VenueKey, Use]]
    stations: Sequence[StationRow]
    accounts: Sequence[Reviewer]

    @property
    def in_force(self) -> list[tuple[VenueKey, Use]]:
        """The signing keys that are not revoked."""
        return [(key, use) for key, use in self.signing if key.revoked_at is None]


def venue_lines(store: Store) -> list[VenueLine]:
    """Return every venue, the open ones first."""
    in_force = select(VenueKey.venue, func.count()).where(VenueKey.revoked_at.is_(None)).group_by(VenueKey.venue)
    with store.read() as session:
        pairs = session.execute(select(Venue, BearerKey).join(BearerKey, BearerKey.key_hash == Venue.key_hash)).all()
        signing, stations = dict(session.execute(in_force).all()), station_counts(session)
    lines = [VenueLine(row, bearer, signing.get(row.id, 0), stations.get(row.id, 0)) for row, bearer in pairs]
    return sorted(lines, key=lambda line: (line.row.closed_at is not None, line.row.id))


def venue_view(store: Store, venue_id: str) -> VenueView:
    """Return one venue.

    Raises:
        UnknownObjectError: there is no such venue.
    """
    with store.read() as session:
        row = session.get(Venue, venue_id)
        if row is None:
            raise UnknownObjectError("no such venue")
        keys = session.scalars(select(VenueKey).where(VenueKey.venue == venue_id)).all()
        uses = _uses(session, venue_id, [key.key_id for key in keys])
        accounts = session.scalars(select(Reviewer).where(Reviewer.venue == venue_id).order_by(Reviewer.name)).all()
        return VenueView(
            row,
            bearer_keys_of(session, venue_id),
            [(key, uses.get(key.key_id, Use())) for key in sorted(keys, key=_newest_first)],
            stations_of(session, venue_id),
            accounts,
        )


def booked_ahead(store: Store, venue_id: str, today: date) -> int:
    """Return how many appointments are booked at a venue from this day on."""
    with store.read() as session:
        taken = select(func.sum(SlotRow.taken)).where(SlotRow.venue == venue_id, SlotRow.day >= today)
        return session.scalar(taken) or 0


def acts_on(store: Store, subject: str) -> list[AuditLine]:
    """Return what administrators did to a venue or an account, the last first."""
    query = select(AuditLine).where(AuditLine.subject == subject, text(IN_OFFICE))
    with store.read() as session:
        return list(session.scalars(query.order_by(AuditLine.seq.desc()).limit(MOST_ACTS)))


def _newest_first(key: VenueKey) -> tuple[bool, float, str]:
    return key.revoked_at is not None, -key.enrolled_at.timestamp(), key.key_id


def _uses(session: Session, venue_id: str, keys: Sequence[str]) -> Mapping[str, Use]:
    """Look where signatures are: in records, and in checkpoints of the venue's log."""
    row = RecordRow
    waiting = func.count().filter(row.decision == "")
    query = select(row.key_id, func.count(), waiting, func.min(row.received_at), func.max(row.received_at))
    found = session.execute(query.where(row.key_id.in_(keys)).group_by(row.key_id))
    uses = {key: Use(records, waits, first, last) for key, records, waits, first, last in found}
    point = CheckpointRow
    of_venue = select(point.key_id, func.min(point.received_at), func.max(point.received_at))
    for key, first, last in session.execute(of_venue.where(point.venue == venue_id).group_by(point.key_id)):
        use = uses.get(key, Use())
        uses[key] = Use(use.records, use.waiting, min(first, use.first_at or first), max(last, use.last_at or last))
    return uses
