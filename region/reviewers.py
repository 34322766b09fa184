"""Who may judge: the staff's accounts, made, changed and closed; all of it also by command (`reviewer_commands`)."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from argon2 import PasswordHasher
from sqlalchemy import and_, delete, or_, select
from sqlalchemy.orm import Session

from region.audit import OPERATOR, note
from region.database import add_if_new
from region.models import Reviewer, SessionRow, Venue
from region.office_errors import AlreadyKnownError, OfficeRefusedError, UnfitRoleError, UnknownReviewerError
from region.registry.claims import release_all
from region.store import Store

ADMIN = "admin"
VENUE_ROLES = ("venue_review", "venue_lead")
"""Of reviewers of one venue (考点); all others are the region's (考区)."""
ROLES = ("review", "lead", ADMIN, *VENUE_ROLES)
MIN_SECRET_CHARS = 8
# OWASP's first choice for argon2id (19 MiB, 2 passes, 1 lane), as at the venues.
HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
ONE_TIME_FOR = timedelta(days=3)
"""A one-time password has to reach its owner, and be of no use to whoever finds it later."""
_READABLE = "23456789abcdefghjkmnpqrstuvwxyz"
"""Without letters and digits that are taken for one another when they are read out."""


@dataclass(frozen=True, slots=True)
class Person:
    """A signed-in reviewer.

    Attributes:
        role: one of `ROLES`; "" once the account was closed.
        venue: whose reviewer it is, None for the region's.
        must_choose: whether a one-time password let in, which opens nothing but the choice of an own one.
    """

    id: str
    name: str
    role: str
    venue: str | None = None
    must_choose: bool = False


def new_secret() -> str:
    """Return a fresh one-time password, to be read out or written down: four groups of four, 79 bits."""
    return "-".join("".join(secrets.choice(_READABLE) for _letter in range(4)) for _group in range(4))


def require_strong(secret: str, name: str) -> None:
    """Make sure that a password is worth something.

    Raises:
        OfficeRefusedError: `weak_secret`.
    """
    if len(secret) < MIN_SECRET_CHARS or secret.strip().casefold() == name.strip().casefold():
        raise OfficeRefusedError(
            f"the password needs at least {MIN_SECRET_CHARS} characters and is not the name", "weak_secret"
        )


def add_reviewer(
    store: Store,
    name: str,
    secret: str,
    role: str,
    venue: str | None = None,
    *,
    by: str = OPERATOR,
    is_one_time: bool = False,
) -> str:
    """Make an account and return its id.

    Args:
        is_one_time: whether the secret lets in once, for `ONE_TIME_FOR`, to choose another.

    Raises:
        AlreadyKnownError: the name is taken.
        UnfitRoleError: a venue's role without a venue that exists, or the region's with one.
    """
    reviewer_id, secret_hash = f"r-{secrets.token_hex(4)}", HASHER.hash(secret)
    until = store.now() + ONE_TIME_FOR if is_one_time else None
    values = {"secret_hash": secret_hash, "role": role, "venue": venue, "secret_until": until}
    with store.write() as session:
        _require_fit(session, role, venue)
        if not add_if_new(session, Reviewer, id=reviewer_id, name=name, **values):
            raise AlreadyKnownError("a reviewer of this name exists", "name_known")
        note(session, store.now(), by, "reviewer_added", reviewer_id, _office(role, venue))
    return reviewer_id


def change_role(
    store: Store,
    name: str,
    role: str,
    venue: str | None = None,
    *,
    by: str = OPERATOR,
    reason: str = "",
    seen: int | None = None,
) -> None:
    """Give an account another role, from its next request on, and open it if it is closed.

    What it has in hand is put back.

    Args:
        by: the id of the account that does it.
        seen: the revision at which whoever acts saw the account; None where that does not matter.

    Raises:
        UnknownReviewerError: nobody has this name.
        UnfitRoleError: as `add_reviewer`.
        OfficeRefusedError: `stale`, somebody has changed it since; `own_account`; `last_admin`.
    """
    with store.write() as session:
        row, admins = _held(session, name, by, seen)
        _require_fit(session, role, venue)
        if role != ADMIN:
            _require_another(admins, row)
        before = "closed" if row.closed_at else _office(row.role, row.venue)
        row.role, row.venue, row.closed_at = role, venue, None
        row.revision += 1
        note(session, store.now(), by, "role_changed", row.id, f"{before}>{_office(role, venue)} {reason}".strip())
    release_all(store, row.id)


def close_account(store: Store, name: str, *, by: str = OPERATOR, reason: str = "", seen: int | None = None) -> None:
    """Let nobody in by this account, from its next request on; what it has in hand is put back, what it did stays.

    Raises:
        UnknownReviewerError, OfficeRefusedError: as `change_role`.
    """
    with store.write() as session:
        row, admins = _held(session, name, by, seen)
        _require_another(admins, row)
        if row.closed_at is None:
            row.closed_at = store.now()
            row.revision += 1
            note(session, store.now(), by, "account_closed", row.id, reason)
    release_all(store, row.id)


def reset_password(store: Store, name: str, *, by: str = OPERATOR, reason: str = "", seen: int | None = None) -> str:
    """Give an account a one-time password and return it; its sessions end, a lock after failed sign-ins as well.

    Raises:
        UnknownReviewerError, OfficeRefusedError: as `change_role`.
    """
    secret = new_secret()
    secret_hash = HASHER.hash(secret)
    with store.write() as session:
        row, _admins = _held(session, name, by, seen)
        row.secret_hash, row.secret_until = secret_hash, store.now() + ONE_TIME_FOR
        row.failures, row.locked_until = 0, None
        row.revision += 1
        session.execute(delete(SessionRow).where(SessionRow.reviewer == row.id))
        note(session, store.now(), by, "password_reset", row.id, reason)
    return secret


def reviewer_names(store: Store) -> dict[str, str]:
    """Return how each reviewer is called, by id."""
    with store.read() as session:
        return {row.id: row.name for row in session.scalars(select(Reviewer))}


def _held(session: Session, name: str, by: str, seen: int | None) -> tuple[Reviewer, Sequence[Reviewer]]:
    """Return an account and all administrators who can get in, held in one order, so that nobody waits in a ring."""
    is_admin = and_(Reviewer.role == ADMIN, Reviewer.closed_at.is_(None), Reviewer.secret_until.is_(None))
    query = select(Reviewer).where(or_(Reviewer.name == name, is_admin)).order_by(Reviewer.id)
    rows = session.scalars(query.with_for_update(key_share=True)).all()
    row = next((one for one in rows if one.name == name), None)
    if row is None:
        raise UnknownReviewerError(f"there is no reviewer of the name {name}")
    if seen is not None and row.revision != seen:
        raise OfficeRefusedError("somebody has changed this account meanwhile", "stale")
    if row.id == by:
        raise OfficeRefusedError("nobody does this to the own account; ask another administrator", "own_account")
    return row, [one for one in rows if one.role == ADMIN and one.closed_at is None and one.secret_until is None]


def _require_another(admins: Sequence[Reviewer], row: Reviewer) -> None:
    """Make sure that somebody is left who can look after accounts."""
    if [admin.id for admin in admins] == [row.id]:
        raise OfficeRefusedError("this is the last administrator who can sign in; make another one first", "last_admin")


def _office(role: str, venue: str | None) -> str:
    return f"{role}@{venue}" if venue else role


def _require_fit(session: Session, role: str, venue: str | None) -> None:
    if role not in ROLES:
        raise UnfitRoleError(f"unknown role {role}; there are {', '.join(ROLES)}")
    if (role in VENUE_ROLES) != (venue is not None):
        raise UnfitRoleError("the roles venue_review and venue_lead need a venue, the others have none")
    if venue is not None and session.get(Venue, venue) is None:
        raise UnfitRoleError(f"there is no venue {venue}")
