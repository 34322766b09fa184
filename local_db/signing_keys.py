"""The keys this venue signs with: the secret in a vault, the public half and its history in the database."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from local_db import audit
from local_db.clock import Clock
from local_db.engine import Database
from local_db.models import RecordRow, SigningKeyRow
from records.errors import KeyExistsError, MissingKeyError, UnusableKeyError
from records.signing import Signer
from records.vault import Vault

OPERATOR = "operator"
"""Who acts in the audit when a command is given at the computer itself."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key in the venue's history; `records` is how many it signed, `is_here` whether its secret is in the vault."""

    key_id: str
    public_key: str
    made_at: datetime
    retired_at: datetime | None
    records: int
    is_here: bool


class SigningKeys:
    """Makes, hands out, restores and replaces the venue's signing key. No secret is ever written over."""

    def __init__(self, database: Database, vault: Vault, clock: Clock) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock

    def history(self) -> list[SigningKey]:
        """Return all keys, oldest first."""
        here = set(self._vault.names())
        count = select(func.count()).where(RecordRow.key_id == SigningKeyRow.key_id).scalar_subquery()
        with self._database.reading() as session:
            rows = session.execute(select(SigningKeyRow, count).order_by(SigningKeyRow.made_at)).all()
        return [
            SigningKey(row.key_id, row.public_key, row.made_at, row.retired_at, records, _name(row.key_id) in here)
            for row, records in rows
        ]

    def current(self) -> Signer:
        """Return the key in use.

        Raises:
            MissingKeyError: there is none, or its secret is gone; the message says what to do.
            UnusableKeyError: what lies in the vault under its name is another key.
        """
        key = next((key for key in reversed(self.history()) if key.retired_at is None), None)
        if key is None:
            raise MissingKeyError("this venue has no signing key yet; make one with `python -m kiosk keys new`")
        if not key.is_here:
            raise MissingKeyError(
                f"the secret of signing key {key.key_id} is missing; {key.records} records here are signed with it. "
                "Type it in from its sheet of paper: `python -m kiosk keys restore`. Only if that is lost: "
                "`python -m kiosk keys new --replace`, and tell the region"
            )
        signer = Signer.from_text(self._vault.load(_name(key.key_id)))
        if signer.key_id != key.key_id:
            raise UnusableKeyError(f"the file of signing key {key.key_id} holds another key, {signer.key_id}")
        return signer

    def make(self, *, replace: bool = False) -> Signer:
        """Return a fresh key that is in use from now on.

        Raises:
            KeyExistsError: there is one in use, and it was not said that it is to be replaced.
        """
        in_use = [key for key in self.history() if key.retired_at is None]
        if in_use and not replace:
            key = in_use[-1]
            raise KeyExistsError(
                f"this venue signs with key {key.key_id} ({key.records} records). A new key has to be enrolled at the "
                "region before it counts; say --replace if that is what you want"
            )
        signer = Signer.new()
        self._vault.store(_name(signer.key_id), signer.text())
        self._enter(signer)
        return signer

    def restore(self, text: str) -> Signer:
        """Take a key back from its sheet of paper.

        Raises:
            UnusableKeyError: the text is no key, or not one of this venue's.
        """
        signer, known = Signer.from_text(text), self.history()
        if known and signer.key_id not in {key.key_id for key in known}:
            raise UnusableKeyError(
                f"that is key {signer.key_id}; this venue's are {', '.join(k.key_id for k in known)}"
            )
        self._vault.store(_name(signer.key_id), signer.text())
        if not known:
            self._enter(signer)
        return signer

    def _enter(self, signer: Signer) -> None:
        now = self._clock.now()
        with self._database.writing() as session:
            for row in session.scalars(select(SigningKeyRow).where(SigningKeyRow.retired_at.is_(None))):
                row.retired_at = now
            session.add(SigningKeyRow(key_id=signer.key_id, public_key=signer.public, made_at=now))
            audit.append(session, self._clock, audit.Act(OPERATOR, "", "signing_key_made", signer.key_id))


def _name(key_id: str) -> str:
    return f"signing-{key_id}"
