"""Which venues there are, and how they are recognised when they send."""

import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, literal, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from region.audit import OPERATOR, note
from region.database import add_if_new
from region.errors import UnknownKeyError, UnknownObjectError
from region.models import UtcDateTime, Venue
from region.office_errors import AlreadyKnownError, OfficeRefusedError
from region.store import Store
from region.venue_models import BearerKey

USED_EVERY = timedelta(minutes=5)
"""How exactly is kept when a bearer key was last used: not every request is worth a commit."""
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True)
class Card:
    """What people are told of a venue."""

    name: str
    address: str = ""
    directions: str = ""


def new_key() -> str:
    """Return a fresh bearer key: 256 bits, so that a plain SHA-256 of it is safe to keep."""
    return secrets.token_urlsafe(32)


def key_name(key_hash: str) -> str:
    """Return how a bearer key is called: it says which one, and nothing of it."""
    return key_hash[:16]


def add_venue(
    store: Store, venue_id: str, name: str, key: str, card: Card | None = None, *, by: str = OPERATOR
) -> None:
    """Let a venue send with this key.

    Args:
        card: more than the name, if there is more to say.

    Raises:
        AlreadyKnownError: there is a venue of this id, upper and lower case being one.
        OfficeRefusedError: `bad_id`, the id cannot be the name of a folder on every system.
    """
    if not _ID.fullmatch(venue_id):
        raise OfficeRefusedError("an id has letters, digits, dots and hyphens, at most 64, no blanks", "bad_id")
    card, key_hash = card or Card(name), _hash(key)
    values = {"name": card.name, "address": card.address, "directions": card.directions, "key_hash": key_hash}
    with store.write() as session:
        taken = session.scalar(select(Venue.id).where(func.lower(Venue.id) == venue_id.lower()))
        if taken or not add_if_new(session, Venue, id=venue_id, **values):
            raise AlreadyKnownError(f"venue {taken or venue_id} exists", "venue_known")
        session.add(BearerKey(key_hash=key_hash, venue=venue_id, made_at=store.now()))
        note(session, store.now(), by, "venue_added", venue_id)


def edit_venue(store: Store, venue_id: str, card: Card, *, by: str = OPERATOR, seen: int | None = None) -> None:
    """Say otherwise where a venue is and what it is called. Raises as `held_venue`."""
    with store.write() as session:
        row = held_venue(session, venue_id, seen)
        changed = [word for word in ("name", "address", "directions") if getattr(row, word) != getattr(card, word)]
        row.name, row.address, row.directions = card.name, card.address, card.directions
        if changed:
            row.revision += 1
            note(session, store.now(), by, "venue_changed", venue_id, ", ".join(changed))


def held_venue(session: Session, venue_id: str, seen: int | None = None) -> Venue:
    """Return a venue that nobody else changes until the commit.

    Args:
        seen: the revision at which whoever acts saw it; None where that does not matter.

    Raises:
        UnknownObjectError: there is no such venue.
        OfficeRefusedError: `stale`, somebody has changed it since.
    """
    row = session.scalar(select(Venue).where(Venue.id == venue_id).with_for_update(key_share=True))
    if row is None:
        raise UnknownObjectError(f"there is no venue {venue_id}")
    if seen is not None and row.revision != seen:
        raise OfficeRefusedError("somebody has changed this venue meanwhile", "stale")
    return row


def replace_key(
    store: Store, venue_id: str, key: str, *, by: str = OPERATOR, reason: str = "", seen: int | None = None
) -> None:
    """Let a known venue send with this key and no longer with any other; the newest one again changes nothing.

    Raises:
        UnknownObjectError, OfficeRefusedError: as `held_venue`.
        AlreadyKnownError: the key was in use before.
    """
    with store.write() as session:
        venue, key_hash = held_venue(session, venue_id, seen), _hash(key)
        if venue.key_hash == key_hash:
            return
        end_key(session, venue, reason, store.now())
        if not add_if_new(session, BearerKey, key_hash=key_hash, venue=venue_id, made_at=store.now(), reason=""):
            raise AlreadyKnownError("this key was in use before; make a new one", "key_known")
        venue.key_hash = key_hash
        note(session, store.now(), by, "venue_key_replaced", venue_id, f"{key_name(key_hash)} {reason}".strip())


def cut_key(store: Store, venue_id: str, reason: str, *, by: str = OPERATOR, seen: int | None = None) -> None:
    """Let nobody in by this venue's bearer key any more; raises as `held_venue`."""
    with store.write() as session:
        venue = held_venue(session, venue_id, seen)
        if end_key(session, venue, reason, store.now()):
            note(session, store.now(), by, "venue_key_cut", venue_id, f"{key_name(venue.key_hash)} {reason}".strip())


def end_key(session: Session, venue: Venue, reason: str, at: datetime) -> bool:
    """End a held venue's newest key; tell whether it was in use until now."""
    row = session.get_one(BearerKey, venue.key_hash)
    if row.ended_at is not None:
        return False
    row.ended_at, row.reason = at, reason
    venue.revision += 1
    return True


def bearer_keys_of(session: Session, venue_id: str) -> Sequence[BearerKey]:
    """Return the keys by which a venue was ever let in, the newest first."""
    rows = session.scalars(select(BearerKey).where(BearerKey.venue == venue_id)).all()
    return sorted(rows, key=lambda row: (row.ended_at is None, row.ended_at or row.made_at), reverse=True)


def venue_of_key(store: Store, key: str) -> str:
    """Return the id of the venue whose key it is, and note now and then that it was used.

    Raises:
        UnknownKeyError: nobody's, or not any more.
    """
    # Looked up by its hash: how long that takes tells nothing about any key.
    key_hash = _hash(key)
    found = store.look(_OF_KEY, key_hash=key_hash)
    if not found:
        raise UnknownKeyError("no venue has this key")
    marked = store.keys_marked.get(key_hash)
    if marked is None or store.now() - marked > USED_EVERY:
        store.keys_marked[key_hash] = store.now()
        _mark_used(store, key_hash)
    return str(found[0][0])


def _mark_used(store: Store, key_hash: str) -> None:
    now = literal(store.now(), UtcDateTime())
    first = func.coalesce(BearerKey.first_used_at, now)
    marked = update(BearerKey).where(BearerKey.key_hash == key_hash).values(first_used_at=first, last_used_at=now)
    try:
        with store.write() as session:
            session.execute(marked)
    except OperationalError:
        return  # whoever asks is answered also while the disk is full; what is to be kept says so by itself


def hold_venue(session: Session, venue_id: str) -> None:
    """Keep others out of what belongs to this venue until the commit, so that its numbers are committed in order.

    A cursor over numbers of a sequence is right only so: a number that was drawn earlier and committed later would be
    missed. Whoever holds rows of records or registrations holds those first and the venue last, or two could wait for
    each other.
    """
    session.execute(select(Venue.id).where(Venue.id == venue_id).with_for_update(key_share=True))


_OF_KEY = select(BearerKey.venue).where(BearerKey.key_hash == bindparam("key_hash"), BearerKey.ended_at.is_(None))


def venue_names(store: Store) -> dict[str, str]:
    """Return every venue's id and name."""
    with store.read() as session:
        return dict(session.execute(select(Venue.id, Venue.name).order_by(Venue.id)).all())


def open_venues(store: Store) -> dict[str, str]:
    """Return id and name of every venue at which something new may begin."""
    with store.read() as session:
        names = select(Venue.id, Venue.name).where(Venue.closed_at.is_(None))
        return dict(session.execute(names.order_by(Venue.id)).all())


def card_of(store: Store, venue_id: str) -> Card:
    """Return what people are told of a venue that there is."""
    with store.read() as session:
        row = session.get_one(Venue, venue_id)
    return Card(row.name, row.address, row.directions)


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
