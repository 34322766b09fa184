"""The region's own keys: records are sealed to the newest; older ones stay, to open what was sealed to them."""

import hashlib
import hmac
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from records.age import new_identity, recipient_of
from records.errors import KeyExistsError, MissingKeyError, UnusableKeyError
from records.vault import Vault
from region.audit import OPERATOR, note
from region.models import RecordRow
from region.store import Store
from region.venue_models import SealingKey

_PERSON = b"kaodian region: marks of registration numbers, 1"
_DOCUMENT = b"kaodian region: marks of document numbers, 1"
_NAME = b"kaodian region: marks of names, 1"


@dataclass(frozen=True, slots=True)
class KeyState:
    """A key in the region's history; `is_here` says whether its secret half is in the vault."""

    recipient: str
    made_at: datetime
    retired_at: datetime | None
    is_here: bool


def key_history(store: Store) -> list[KeyState]:
    """Return all keys, oldest first."""
    here = set(store.vault.names())
    with store.read() as session:
        rows = session.scalars(select(SealingKey).order_by(SealingKey.made_at)).all()
    return [KeyState(row.recipient, row.made_at, row.retired_at, vault_name(row.recipient) in here) for row in rows]


def make_key(store: Store, *, replace: bool = False) -> str:
    """Return a fresh public key that venues are to seal to from now on; the one before it is retired and kept.

    Raises:
        KeyExistsError: there is one in use, and it was not said that it is to be retired.
    """
    in_use = [key for key in key_history(store) if key.retired_at is None]
    if in_use and not replace:
        raise KeyExistsError(
            f"venues seal to {in_use[-1].recipient}. A new key has to be given to every venue; say --replace if that "
            "is what you want. The old one is kept, to open what was sealed to it"
        )
    identity = new_identity()
    recipient = recipient_of(identity)
    store.vault.store(vault_name(recipient), identity)
    _enter(store, recipient)
    return recipient


def restore_key(store: Store, identity: str) -> str:
    """Take a key back from its sheet of paper; return its public half.

    Raises:
        UnusableKeyError: the text is no key, or not one of this region's.
    """
    recipient, known = recipient_of(identity), {key.recipient for key in key_history(store)}
    if known and recipient not in known:
        raise UnusableKeyError(f"that is the secret of {recipient}; this region's keys are {', '.join(sorted(known))}")
    store.vault.store(vault_name(recipient), "".join(identity.split()).upper())
    if not known:
        _enter(store, recipient)
    return recipient


def current_recipient(store: Store) -> str:
    """Return the public key that venues seal to.

    Raises:
        MissingKeyError: there is none yet.
    """
    in_use = [key for key in key_history(store) if key.retired_at is None]
    if not in_use:
        raise MissingKeyError("this region has no key yet; make one with `python -m region keys new`")
    return in_use[-1].recipient


def missing_secrets(store: Store) -> list[str]:
    """Return a line for each key whose secret is gone, with what depends on it and what to do."""
    with store.read() as session:
        records = session.scalar(select(func.count()).select_from(RecordRow)) or 0
    return [
        f"the secret of {key.recipient} is missing: what was sealed to it cannot be opened ({records} records are "
        "kept here). Type it in from its sheet of paper: `python -m region keys restore`. No new key is made by itself"
        for key in key_history(store)
        if not key.is_here
    ]


def identities(vault: Vault) -> list[str]:
    """Return every secret key that is here; read anew each time, so that a restored one is used at once."""
    return [vault.load(name) for name in vault.names() if name.startswith("sealing-")]


def person_mark(session: Session, vault: Vault, reg_no: str) -> str:
    """Return what stands in the database for a registration number: equal for equal numbers, and nothing to read.

    Raises:
        MissingKeyError: the region's oldest key is not here.
    """
    return open_marks(session, vault).person(reg_no)


def document_mark(session: Session, vault: Vault, id_no: str) -> str:
    """Return the mark of a document's number, "" for none; upper and lower case are one. Raises as `person_mark`."""
    return open_marks(session, vault).document(id_no)


def name_mark(session: Session, vault: Vault, name: str) -> str:
    """Return the mark of a name, "" for none; spaces and forms of one character are one. Raises as `person_mark`."""
    return open_marks(session, vault).name(name)


@dataclass(frozen=True, slots=True)
class Marks:
    """Makes many marks; `secret` is that of the region's oldest key, which its oldest records need anyway.

    There is no further secret to lose.
    """

    secret: bytes = field(repr=False)

    def person(self, reg_no: str) -> str:
        """As `person_mark`."""
        return self._mark(_PERSON, reg_no)

    def document(self, id_no: str) -> str:
        """As `document_mark`."""
        number = "".join(id_no.split()).upper()
        return self._mark(_DOCUMENT, number) if number else ""

    def name(self, name: str) -> str:
        """As `name_mark`."""
        plain = unicodedata.normalize("NFKC", "".join(name.split())).casefold()
        return self._mark(_NAME, plain) if plain else ""

    def _mark(self, purpose: bytes, text: str) -> str:
        key = hmac.digest(self.secret, purpose, "sha256")
        return hmac.new(key, text.encode(), "sha256").hexdigest()


def open_marks(session: Session, vault: Vault) -> Marks:
    """Return what makes marks.

    Raises:
        MissingKeyError: the region's oldest key is not here.
    """
    oldest = session.scalar(select(SealingKey.recipient).order_by(SealingKey.made_at).limit(1))
    if oldest is None:
        raise MissingKeyError("this region has no key yet; make one with `python -m region keys new`")
    return Marks(vault.load(vault_name(oldest)).encode("ascii"))


def recipient_name(recipient: str) -> str:
    """Return how a public key is called when two people compare it: 32 digits of the SHA-256 of its text."""
    return hashlib.sha256(recipient.encode("ascii")).hexdigest()[:32]


def vault_name(recipient: str) -> str:
    """Return under which name a key's secret lies in the vault."""
    return "sealing-" + hashlib.sha256(recipient.encode("ascii")).hexdigest()[:16]


def is_ours(session: Session, recipients: Sequence[str]) -> bool:
    """Tell whether something sealed to these can be opened by one of the region's keys."""
    return session.scalar(select(SealingKey.recipient).where(SealingKey.recipient.in_(recipients)).limit(1)) is not None


def _enter(store: Store, recipient: str) -> None:
    with store.write() as session:
        for row in session.scalars(select(SealingKey).where(SealingKey.retired_at.is_(None))):
            row.retired_at = store.now()
        session.add(SealingKey(recipient=recipient, made_at=store.now()))
        note(session, store.now(), OPERATOR, "sealing_key_made", recipient)
