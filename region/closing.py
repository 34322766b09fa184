"""Ends the work of a venue: closed in good order, or revoked because it can no longer be believed; and begun again.

| | closed | revoked |
| --- | --- | --- |
| new rosters, appointments, bookings | none | none |
| what it sends from now on | taken and accepted as ever | taken and held: a reviewer says whether it is genuine |
| what it had sent | stays as it is | stays; without a verdict yet, a reviewer says whether it is genuine |
| its bearer key | opens | opens, unless the line is cut as well: then nothing comes in at all |
"""

from sqlalchemy import select

from region.audit import OPERATOR, note
from region.office_errors import OfficeRefusedError
from region.signers import revoke_in
from region.store import Store
from region.venue_models import VenueKey
from region.venues import end_key, held_venue, key_name


def close_venue(store: Store, venue_id: str, reason: str, *, by: str = OPERATOR, seen: int | None = None) -> None:
    """Let nothing new begin at a venue; what was begun there is still taken.

    Raises:
        UnknownObjectError, OfficeRefusedError: as `held_venue`; `closed`, it is closed already.
    """
    with store.write() as session:
        venue = held_venue(session, venue_id, seen)
        if venue.closed_at is not None:
            raise OfficeRefusedError("this venue is closed already", "closed")
        venue.closed_at, venue.closed_reason = store.now(), reason
        venue.revision += 1
        note(session, store.now(), by, "venue_closed", venue_id, reason)


def revoke_venue(
    store: Store, venue_id: str, reason: str, *, cut_line: bool = False, by: str = OPERATOR, seen: int | None = None
) -> tuple[str, ...]:
    """Close a venue, if it is not, and revoke every key that it signs with; return those keys.

    Args:
        cut_line: end its bearer key as well, so that nothing of it comes in over the line.

    Raises:
        UnknownObjectError, OfficeRefusedError: as `held_venue`.
    """
    with store.write() as session:
        venue, now = held_venue(session, venue_id, seen), store.now()
        if venue.closed_at is None:
            venue.closed_at, venue.closed_reason = now, reason
        in_force = select(VenueKey).where(VenueKey.venue == venue_id, VenueKey.revoked_at.is_(None))
        keys = session.scalars(in_force.order_by(VenueKey.key_id).with_for_update()).all()
        for key in keys:
            revoke_in(session, key, reason, now, by)
        if cut_line and end_key(session, venue, reason, now):
            note(session, now, by, "venue_key_cut", venue_id, f"{key_name(venue.key_hash)} {reason}".strip())
        venue.revision += 1
        note(session, now, by, "venue_revoked", venue_id, reason)
    return tuple(key.key_id for key in keys)


def reopen_venue(store: Store, venue_id: str, reason: str, *, by: str = OPERATOR, seen: int | None = None) -> None:
    """Let things begin again at a closed venue. Keys that were revoked or cut stay so: it needs new ones.

    Raises:
        UnknownObjectError, OfficeRefusedError: as `held_venue`; `open`, it is not closed.
    """
    with store.write() as session:
        venue = held_venue(session, venue_id, seen)
        if venue.closed_at is None:
            raise OfficeRefusedError("this venue is not closed", "open")
        venue.closed_at, venue.closed_reason = None, ""
        venue.revision += 1
        note(session, store.now(), by, "venue_opened", venue_id, reason)
