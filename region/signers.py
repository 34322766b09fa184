"""The keys that venues sign with: enrolled by an operator who compared them, revoked with a reason, never forgotten."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.audit import Checkpoint
from records.bundle import Bundle
from records.errors import BadSignatureError, UnusableKeyError
from records.manifest import Envelope
from records.signing import PUBLIC_PREFIX, SECRET_PREFIX, check_signature, key_id, read_public
from region.audit import OPERATOR, note
from region.database import add_if_new
from region.errors import BadSealError, RevokedKeyError, UnknownObjectError, UnknownSignerError
from region.models import Venue
from region.office_errors import AlreadyKnownError, OfficeRefusedError
from region.store import Store
from region.venue_models import VenueKey

SECRETS = (SECRET_PREFIX, "AGE-SECRET-KEY-")
"""How secret keys begin, which people paste by mistake."""
_PUBLIC = re.compile(rf"{PUBLIC_PREFIX}[\w=+/-]+")


@dataclass(frozen=True, slots=True)
class Signature:
    """Whose signature a record bears; `revoked_at` is set where the key was revoked after the record had come."""

    key_id: str
    revoked_at: datetime | None


def public_in(text: str) -> str:
    """Return the public key in what a venue has sent: the line alone, or all that `kiosk keys new` printed.

    Raises:
        UnusableKeyError: there is none, it was not copied whole, or there are several.
        OfficeRefusedError: `secret`, what was sent is a key that nobody but its owner may see.
    """
    if any(mark in text.upper() for mark in SECRETS):
        raise OfficeRefusedError("this is a SECRET key. It must be made anew where it came from", "secret")
    found = set(_PUBLIC.findall(text))
    if len(found) > 1:
        raise UnusableKeyError("these are several keys; send one")
    return read_public(found.pop() if found else text)


def enrol(store: Store, venue_id: str, public_key: str, *, by: str = OPERATOR) -> str:
    """Believe what this key signs in the venue's name; return its id. Doing it again changes nothing.

    Raises:
        UnusableKeyError, OfficeRefusedError: as `public_in`.
        UnknownObjectError: there is no such venue.
        AlreadyKnownError: `key_elsewhere` or `key_revoked`: then the venue has to make a new one.
    """
    public = public_in(public_key)
    with store.write() as session:
        if session.get(Venue, venue_id) is None:
            raise UnknownObjectError(f"there is no venue {venue_id}")
        name = key_id(public)
        at = {"enrolled_at": store.now(), "reason": ""}
        if add_if_new(session, VenueKey, key_id=name, venue=venue_id, public_key=public, **at):
            note(session, store.now(), by, "venue_key_enrolled", venue_id, name)
        else:
            require_enrollable(session, venue_id, public)
    return name


def require_enrollable(session: Session, venue_id: str, public: str) -> None:
    """Make sure that this public key is new, or this venue's and in force; raises as `enrol`."""
    known = session.get(VenueKey, key_id(public))
    if known is not None and known.venue != venue_id:
        raise AlreadyKnownError(
            f"key {known.key_id} is enrolled for {known.venue}; make a new key here", "key_elsewhere"
        )
    if known is not None and known.revoked_at is not None:
        raise AlreadyKnownError(f"key {known.key_id} was revoked; make a new key at the venue", "key_revoked")


def revoke(store: Store, name: str, reason: str, *, by: str = OPERATOR) -> bool:
    """Hold for a person whatever comes with this key's signature from now on. What came before stays, and is marked.

    Returns:
        Whether it was in force until now.

    Raises:
        UnknownObjectError: no such key is enrolled.
    """
    with store.write() as session:
        key = session.scalar(select(VenueKey).where(VenueKey.key_id == name).with_for_update())
        if key is None:
            raise UnknownObjectError(f"no key {name} is enrolled")
        if key.revoked_at is not None:
            return False
        revoke_in(session, key, reason, store.now(), by)
    return True


def revoke_in(session: Session, key: VenueKey, reason: str, at: datetime, by: str) -> None:
    """Revoke a key that is held and in force, within a transaction that does more."""
    key.revoked_at, key.reason = at, reason
    note(session, at, by, "venue_key_revoked", key.venue, f"{key.key_id} {reason}".strip())


def require_signature(session: Session, envelope: Envelope, venue_id: str) -> bool:
    """Make sure that an enrolled key of this venue signed the envelope; return whether it was revoked meanwhile.

    Raises:
        UnknownSignerError, BadSealError: it is not so.
    """
    return _require(session, envelope.key_id, venue_id, envelope.check)


def require_bundle_signature(session: Session, bundle: Bundle) -> None:
    """Make sure that an enrolled key of the venue that it names signed the bundle's list and is not revoked.

    Raises:
        UnknownSignerError, RevokedKeyError, BadSealError: it is not so.
    """
    if _require(session, bundle.key_id, bundle.contents.venue, bundle.check):
        raise RevokedKeyError("it is signed with a key that was revoked")


def _require(session: Session, name: str, venue_id: str, check: Callable[[str], None]) -> bool:
    key = session.get(VenueKey, name)
    if key is None or key.venue != venue_id:
        raise UnknownSignerError("it is signed with a key that is not enrolled for this venue")
    try:
        check(key.public_key)
    except BadSignatureError as error:
        raise BadSealError("the signature does not fit") from error
    return key.revoked_at is not None


def signed_checkpoint(session: Session, checkpoint: Checkpoint, signature: str) -> bool | None:
    """Tell whether this venue's enrolled, unrevoked key signed the checkpoint; None if no such key is enrolled."""
    key = session.get(VenueKey, checkpoint.key_id)
    if key is None or key.venue != checkpoint.venue:
        return None
    if key.revoked_at is not None:
        return False
    try:
        check_signature(key.public_key, checkpoint.content(), signature)
    except BadSignatureError:
        return False
    return True


def signature_of(session: Session, name: str) -> Signature:
    """Return whose signature a kept record bears."""
    return Signature(name, session.scalar(select(VenueKey.revoked_at).where(VenueKey.key_id == name)))


def keys_of(store: Store) -> list[VenueKey]:
    """Return all enrolled keys, by venue and time."""
    with store.read() as session:
        return list(session.scalars(select(VenueKey).order_by(VenueKey.venue, VenueKey.enrolled_at)))
