"""Who is signed in as a candidate; kept here, so that signing out and running out are more than a cookie's word."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, or_

from region.audit import note
from region.portal.models import CandidateSessionRow
from region.registry.changing import Key
from region.settings_tables import SignInTable
from region.store import Store

SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed-in candidate: which registration, and a name of the session that opens nothing."""

    key: Key
    session: str


class Sessions:
    """Sessions of candidates."""

    def __init__(self, store: Store, table: SignInTable) -> None:
        self._store = store
        self._idle = timedelta(minutes=table.idle_minutes)
        self._longest = timedelta(hours=table.hours)

    def start(self, key: Key) -> str:
        """Return the token of a new session; those that have run out are removed."""
        token, now = secrets.token_urlsafe(32), self._store.now()
        row = CandidateSessionRow(token_hash=_hash(token), exam_year=key.year, registration=key.id)
        row.started_at = row.seen_at = now
        table = CandidateSessionRow
        over = or_(table.seen_at < now - self._idle, table.started_at < now - self._longest)
        with self._store.write() as session:
            session.execute(delete(table).where(over))
            session.add(row)
            note(session, now, "candidate", "candidate_signed_in", key.id)
        return token

    def of(self, token: str) -> Signed | None:
        """Return whose session it is, None when it is unknown, idle for too long, or too old."""
        now = self._store.now()
        with self._store.read() as session:
            row = session.get(CandidateSessionRow, _hash(token))
        if row is None or row.seen_at < now - self._idle or row.started_at < now - self._longest:
            return None
        if now - row.seen_at > SEEN_EVERY:
            self._mark_seen(row.token_hash)
        return Signed(Key(row.exam_year, row.registration), row.token_hash)

    def end(self, token: str) -> None:
        """End a session; a token that has none is no error."""
        with self._store.write() as session:
            row = session.get(CandidateSessionRow, _hash(token))
            if row is not None:
                note(session, self._store.now(), "candidate", "candidate_signed_out", row.registration)
                session.delete(row)

    def _mark_seen(self, token_hash: str) -> None:
        with self._store.write() as session:
            row = session.get(CandidateSessionRow, token_hash)
            if row is not None:
                row.seen_at = self._store.now()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
