"""The keys that venues sign with: enrolled by an operator who compared them, revoked with a reason, never forgotten."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.audit import Checkpoint
from records.bundle import Bundle
from records.errors import BadSignatureError
from records.manifest import Envelope
from records.signing import check_signature, key_id, read_public
from region.audit import note
from region.errors import AlreadyKnownError, BadSealError, RevokedKeyError, UnknownObjectError, UnknownSignerError
from region.models import Venue, VenueKey
from region.store import Store

OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Signature:
    """Whose signature a record bears; `revoked_at` is set where the key was revoked after the record had come."""

    key_id: str
    revoked_at: datetime | None


def enrol(store: Store, venue_id: str, public_key: str) -> str:
    """Believe what this key signs in the venue's name; return its id. Doing it again changes nothing.

    Raises:
        UnusableKeyError: the text is no public key.
        UnknownObjectError: there is no such venue.
        AlreadyKnownError: the key is another venue's, or was revoked: then the venue has to make a new one.
    """
    public = read_public(public_key)
    name = key_id(public)
    with store.write() as session:
        if session.get(Venue, venue_id) is None:
            raise UnknownObjectError(f"there is no venue {venue_id}")
        known = session.get(VenueKey, name)
        if known is not None and (known.venue != venue_id or known.revoked_at is not None):
            raise AlreadyKnownError(f"key {name} is enrolled for {known.venue} or was revoked; make a new key there")
        if known is None:
            session.add(VenueKey(key_id=name, venue=venue_id, public_key=public, enrolled_at=store.now(), reason=""))
            note(session, store.now(), OPERATOR, "venue_key_enrolled", venue_id, name)
    return name


def revoke(store: Store, name: str, reason: str) -> None:
    """Hold for a person whatever comes with this key's signature from now on. What came before stays, and is marked.

    Raises:
        UnknownObjectError: no such key is enrolled.
    """
    with store.write() as session:
        key = session.get(VenueKey, name)
        if key is None:
            raise UnknownObjectError(f"no key {name} is enrolled")
        if key.revoked_at is None:
            key.revoked_at, key.reason = store.now(), reason
            note(session, store.now(), OPERATOR, "venue_key_revoked", key.venue, name)


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
