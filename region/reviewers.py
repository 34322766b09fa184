"""Who may judge: accounts, sign-in with lock-out, and server-side sessions."""

import hashlib
import secrets
import threading
from dataclasses import dataclass
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from region.audit import note
from region.errors import AlreadyKnownError, SignInRefusedError, UnfitRoleError, UnknownReviewerError
from region.models import Reviewer, SessionRow, Venue
from region.registry.claims import release_all
from region.settings import Settings
from region.store import Store

MAX_FAILURES = 5
LOCKED_FOR = timedelta(minutes=5)
SEEN_EVERY = timedelta(minutes=1)
VENUE_ROLES = ("venue_review", "venue_lead")
"""Of reviewers of one venue (考点); all others are the region's (考区)."""
ROLES = ("review", "lead", "admin", *VENUE_ROLES)

# OWASP's first choice for argon2id (19 MiB, 2 passes, 1 lane), as at the venues.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# Two at a time keep a flood of sign-ins from taking the memory and the processor.
_HASHING = threading.BoundedSemaphore(2)


@dataclass(frozen=True, slots=True)
class Person:
    """A signed-in reviewer.

    Attributes:
        role: one of `ROLES`; "" once the account was closed.
        venue: whose reviewer it is, None for the region's.
    """

    id: str
    name: str
    role: str
    venue: str | None = None


def add_reviewer(store: Store, name: str, secret: str, role: str, venue: str | None = None) -> str:
    """Make an account and return its id.

    Raises:
        AlreadyKnownError: the name is taken.
        UnfitRoleError: a venue's role without a venue that exists, or the region's with one.
    """
    reviewer_id, secret_hash = f"r-{secrets.token_hex(4)}", _HASHER.hash(secret)
    with store.write() as session:
        if session.scalar(select(Reviewer.id).where(Reviewer.name == name)):
            raise AlreadyKnownError("a reviewer of this name exists")
        _require_fit(session, role, venue)
        session.add(Reviewer(id=reviewer_id, name=name, secret_hash=secret_hash, role=role, venue=venue))
        note(session, store.now(), "operator", "reviewer_added", reviewer_id, role)
    return reviewer_id


def change_role(store: Store, name: str, role: str, venue: str | None = None) -> None:
    """Give an account another role, from its next request on; what it has in hand is put back.

    Raises:
        UnknownReviewerError: nobody has this name.
        UnfitRoleError: as `add_reviewer`.
    """
    with store.write() as session:
        row = _named(session, name)
        _require_fit(session, role, venue)
        row.role, row.venue, row.closed_at = role, venue, None
        note(session, store.now(), "operator", "role_changed", row.id, role)
    release_all(store, row.id)


def close_account(store: Store, name: str) -> None:
    """Let nobody in by this account, from its next request on; what it has in hand is put back, what it did stays.

    Raises:
        UnknownReviewerError: nobody has this name.
    """
    with store.write() as session:
        row = _named(session, name)
        row.closed_at = store.now()
        note(session, store.now(), "operator", "account_closed", row.id)
    release_all(store, row.id)


def reviewer_names(store: Store) -> dict[str, str]:
    """Return how each reviewer is called, by id."""
    with store.read() as session:
        return {row.id: row.name for row in session.scalars(select(Reviewer))}


def _named(session: Session, name: str) -> Reviewer:
    row = session.scalar(select(Reviewer).where(Reviewer.name == name))
    if row is None:
        raise UnknownReviewerError(f"there is no reviewer of the name {name}")
    return row


def _require_fit(session: Session, role: str, venue: str | None) -> None:
    if role not in ROLES:
        raise UnfitRoleError(f"unknown role {role}; there are {', '.join(ROLES)}")
    if (role in VENUE_ROLES) != (venue is not None):
        raise UnfitRoleError("the roles venue_review and venue_lead need a venue, the others have none")
    if venue is not None and session.get(Venue, venue) is None:
        raise UnfitRoleError(f"there is no venue {venue}")


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
        with _HASHING:
            is_right = _is_right(secret_hash, secret)
        if not is_right:
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
        return Person(reviewer.id, reviewer.name, role, reviewer.venue)

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
        _HASHER.hash(secret)  # a vain try takes as long as any other, so that the time tells no names
        return False
    try:
        return _HASHER.verify(secret_hash, secret)
    except VerificationError:
        return False


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
