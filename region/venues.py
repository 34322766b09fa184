"""Which venues may send, and how their keys are recognised."""

import hashlib
import hmac
import secrets

from sqlalchemy import select

from region.audit import note
from region.errors import AlreadyKnownError, UnknownKeyError
from region.models import Venue
from region.store import Store


def new_key() -> str:
    """Return a fresh bearer key: 256 bits, so that a plain SHA-256 of it is safe to keep."""
    return secrets.token_urlsafe(32)


def add_venue(store: Store, venue_id: str, name: str, key: str) -> None:
    """Let a venue send with this key.

    Raises:
        AlreadyKnownError: there is a venue of this id.
    """
    with store.write() as session:
        if session.get(Venue, venue_id) is not None:
            raise AlreadyKnownError(f"venue {venue_id} exists")
        session.add(Venue(id=venue_id, name=name, key_hash=_hash(key)))
        note(session, store.now(), "operator", "venue_added", venue_id)


def replace_key(store: Store, venue_id: str, key: str) -> None:
    """Let a known venue send with this key and no longer with any other."""
    with store.write() as session:
        venue = session.get_one(Venue, venue_id)
        if venue.key_hash != _hash(key):
            venue.key_hash = _hash(key)
            note(session, store.now(), "operator", "venue_key_replaced", venue_id)


def venue_of_key(store: Store, key: str) -> str:
    """Return the id of the venue whose key it is.

    Raises:
        UnknownKeyError: nobody's.
    """
    presented, found = _hash(key), ""
    for venue_id, key_hash in store.look(_KEYS):
        if hmac.compare_digest(key_hash, presented):  # no early exit: the time tells nothing
            found = venue_id
    if not found:
        raise UnknownKeyError("no venue has this key")
    return found


_KEYS = select(Venue.id, Venue.key_hash)


def venue_names(store: Store) -> dict[str, str]:
    """Return every venue's id and name."""
    with store.read() as session:
        return dict(session.execute(select(Venue.id, Venue.name).order_by(Venue.id)).all())


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
