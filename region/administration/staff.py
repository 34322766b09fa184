"""Which accounts there are, and whether each lets somebody in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, func, select, tuple_

from region.errors import UnknownObjectError
from region.models import Reviewer
from region.reviewers import ADMIN, ROLES
from region.store import Store

PAGE = 100


class State(StrEnum):
    """What an account is good for at this moment."""

    OPEN = "open"
    ONE_TIME = "one_time"
    ONE_TIME_OVER = "one_time_over"
    LOCKED = "locked"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which accounts are asked for; "" for any."""

    role: str = ""
    venue: str = ""
    state: str = ""


def state_of(row: Reviewer, now: datetime) -> State:
    """Return what an account is good for."""
    if row.closed_at is not None:
        return State.CLOSED
    if row.locked_until is not None and row.locked_until > now:
        return State.LOCKED
    if row.secret_until is not None:
        return State.ONE_TIME if row.secret_until > now else State.ONE_TIME_OVER
    return State.OPEN


def list_accounts(store: Store, wanted: Wanted, after: str = "") -> tuple[Sequence[Reviewer], str]:
    """Return accounts by name, and the id behind which the next page begins, "" at the end.

    Args:
        after: the id of the last account of the page before.
    """
    query = select(Reviewer).where(*_conditions(wanted, store.now())).order_by(Reviewer.name, Reviewer.id)
    with store.read() as session:
        last = session.get(Reviewer, after) if after else None
        if last is not None:
            query = query.where(tuple_(Reviewer.name, Reviewer.id) > (last.name, last.id))
        rows = session.scalars(query.limit(PAGE + 1)).all()
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else ""


def account(store: Store, account_id: str) -> Reviewer:
    """Return one account.

    Raises:
        UnknownObjectError: there is none.
    """
    with store.read() as session:
        row = session.get(Reviewer, account_id)
    if row is None:
        raise UnknownObjectError("no such account")
    return row


def administrators(store: Store) -> int:
    """Return how many administrators can sign in by a password of their own."""
    able = Reviewer.role == ADMIN, Reviewer.closed_at.is_(None), Reviewer.secret_until.is_(None)
    with store.read() as session:
        return session.scalar(select(func.count()).select_from(Reviewer).where(*able)) or 0


def accounts_by_role(store: Store) -> dict[str, int]:
    """Return how many accounts are open of each role."""
    counted = select(Reviewer.role, func.count()).where(Reviewer.closed_at.is_(None)).group_by(Reviewer.role)
    with store.read() as session:
        found = dict(session.execute(counted).all())
    return {role: found.get(role, 0) for role in ROLES}


def _conditions(wanted: Wanted, now: datetime) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.role:
        found.append(Reviewer.role == wanted.role)
    if wanted.venue:
        found.append(Reviewer.venue == wanted.venue)
    if wanted.state == State.CLOSED:
        found.append(Reviewer.closed_at.is_not(None))
    elif wanted.state:
        found.append(Reviewer.closed_at.is_(None))
    if wanted.state == State.LOCKED:
        found.append(Reviewer.locked_until > now)
    return found
