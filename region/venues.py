"""Which venues may send, and how their keys are recognised."""

import hashlib
import secrets

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

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
    # Looked up by its hash: how long that takes tells nothing about any key.
    found = store.look(_OF_KEY, key_hash=_hash(key))
    if not found:
        raise UnknownKeyError("no venue has this key")
    return str(found[0][0])


def hold_venue(session: Session, venue_id: str) -> None:
    """Keep others out of what belongs to this venue until the commit, so that its numbers are committed in order.

    A cursor over numbers of a sequence is right only so: a number that was drawn earlier and committed later would be
    missed. Whoever holds rows of records or registrations holds those first and the venue last, or two could wait for
    each other.
    """
    session.execute(select(Venue.id).where(Venue.id == venue_id).with_for_update(key_share=True))


_OF_KEY = select(Venue.id).where(Venue.key_hash == bindparam("key_hash"))


def venue_names(store: Store) -> dict[str, str]:
    """Return every venue's id and name."""
    with store.read() as session:
        return dict(session.execute(select(Venue.id, Venue.name).order_by(Venue.id)).all())


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
