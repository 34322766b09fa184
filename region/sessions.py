"""Signing in with lock-out, server-side sessions, and the password that one chooses for oneself."""

import hashlib
import secrets
import threading
from datetime import timedelta

from argon2.exceptions import VerificationError
from sqlalchemy import delete, or_, select, update

from region.audit import note
from region.errors import SignInRefusedError
from region.models import Reviewer, SessionRow
from region.office_errors import OfficeRefusedError
from region.reviewers import HASHER, ROLES, Person, require_strong
from region.settings import Settings
from region.store import Store

MAX_FAILURES = 5
LOCKED_FOR = timedelta(minutes=5)
SEEN_EVERY = timedelta(minutes=1)

# Two at a time keep a flood of sign-ins from taking the memory and the processor.
_HASHING = threading.BoundedSemaphore(2)


class Accounts:
    """Sign-in and sessions."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._idle = timedelta(minutes=settings.session_idle_minutes)
        self._longest = timedelta(hours=settings.session_hours)

    def sign_in(self, name: str, secret: str) -> str:
        """Return the token of a new session.

        Raises:
            SignInRefusedError: name or secret wrong, or too many failures in the last minutes.
        """
        reviewer_id, secret_hash = self._begin(name)
        if not _is_right(secret_hash, secret):
            raise SignInRefusedError("name or secret wrong, or locked")
        return self._start_session(reviewer_id)

    def _begin(self, name: str) -> tuple[str, str]:
        """Count the try before it is made, so that many at once cannot outrun the lock; ("", "") where it is vain."""
        now = self._store.now()
        with self._store.write() as session:
            row = session.scalar(select(Reviewer).where(Reviewer.name == name).with_for_update())
            if row is None:
                note(session, now, "nobody", "sign_in_unknown")
                return "", ""
            if row.closed_at is not None:
                note(session, now, row.id, "sign_in_when_closed")
                return "", ""
            if row.locked_until is not None and row.locked_until > now:
                note(session, now, row.id, "sign_in_while_locked")
                return "", ""
            if row.secret_until is not None and row.secret_until <= now:
                note(session, now, row.id, "one_time_over")
                return "", ""
            row.failures += 1
            if row.failures >= MAX_FAILURES:
                row.failures, row.locked_until = 0, now + LOCKED_FOR
                note(session, now, row.id, "locked")
            note(session, now, row.id, "sign_in_tried")
            return row.id, row.secret_hash

    def _start_session(self, reviewer_id: str) -> str:
        token, now = secrets.token_urlsafe(32), self._store.now()
        with self._store.write() as session:
            row = session.get_one(Reviewer, reviewer_id)
            row.failures, row.locked_until = 0, None
            over = or_(SessionRow.seen_at < now - self._idle, SessionRow.started_at < now - self._longest)
            old = select(SessionRow.token_hash).where(over).with_for_update(skip_locked=True)
            session.execute(delete(SessionRow).where(SessionRow.token_hash.in_(old)))
            session.add(SessionRow(token_hash=_hash(token), reviewer=reviewer_id, started_at=now, seen_at=now))
            note(session, now, reviewer_id, "signed_in")
        return token

    def person_of(self, token: str, *, is_act: bool = True) -> Person | None:
        """Return who holds the token, None when the session is unknown, idle for too long, or too old.

        Role and venue are those of this moment; who works with an account that is being closed is told so.

        Args:
            is_act: whether a person did something; a page that asks by itself keeps no session alive.
        """
        now = self._store.now()
        with self._store.read() as session:
            row = session.get(SessionRow, _hash(token))
            if row is None or row.seen_at < now - self._idle or row.started_at < now - self._longest:
                return None
            reviewer = session.get_one(Reviewer, row.reviewer)
        if is_act and now - row.seen_at > SEEN_EVERY:
            self._mark_seen(row.token_hash)
        role = reviewer.role if reviewer.closed_at is None and reviewer.role in ROLES else ""
        return Person(reviewer.id, reviewer.name, role, reviewer.venue, reviewer.secret_until is not None)

    def choose_password(self, token: str, person: Person, present: str, chosen: str) -> None:
        """Give an account the password that its owner wants, and end its other sessions.

        Args:
            token: of the session in which this is done, which goes on.
            present: the password until now; asked for again unless a one-time password has just let in.

        Raises:
            SignInRefusedError: `present` is wrong, or was wrong too often.
            OfficeRefusedError: `weak_secret` or `same_secret`.
        """
        require_strong(chosen, person.name)
        if chosen == present or (person.must_choose and _is_right(self._hash_of(person), chosen)):
            raise OfficeRefusedError("this is the password you have", "same_secret")
        if not person.must_choose and not _is_right(self._begin(person.name)[1], present):
            raise SignInRefusedError("the present password is wrong, or locked")
        secret_hash = _hashed(chosen)
        with self._store.write() as session:
            row = session.scalars(select(Reviewer).where(Reviewer.id == person.id).with_for_update()).one()
            row.secret_hash, row.secret_until, row.failures = secret_hash, None, 0
            others = SessionRow.reviewer == person.id, SessionRow.token_hash != _hash(token)
            session.execute(delete(SessionRow).where(*others))
            note(session, self._store.now(), person.id, "password_chosen", person.id)

    def _hash_of(self, person: Person) -> str:
        with self._store.read() as session:
            return session.get_one(Reviewer, person.id).secret_hash

    def _mark_seen(self, token_hash: str) -> None:
        with self._store.write() as session:
            seen = update(SessionRow).where(SessionRow.token_hash == token_hash).values(seen_at=self._store.now())
            session.execute(seen)

    def sign_out(self, token: str) -> None:
        """End the session; a token that has none is no error."""
        with self._store.write() as session:
            gone = delete(SessionRow).where(SessionRow.token_hash == _hash(token)).returning(SessionRow.reviewer)
            reviewer = session.scalar(gone)
            if reviewer is not None:
                note(session, self._store.now(), reviewer, "signed_out")


def _is_right(secret_hash: str, secret: str) -> bool:
    if not secret_hash:
        _hashed(secret)  # a vain try takes as long as any other, so that the time tells no names
        return False
    try:
        with _HASHING:
            return HASHER.verify(secret_hash, secret)
    except VerificationError:
        return False


def _hashed(secret: str) -> str:
    with _HASHING:
        return HASHER.hash(secret)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
