"""The only writer of the audit log: each entry is chained to the one before it, in the transaction of the act itself.

How far an entry's wall time can be believed stands in `clock`:

* `ok`: it fits the newest entry that could be believed;
* `back`, `ahead`: more than two minutes off what the steady clock has counted since, or, after a restart of the
  computer, before that entry or a month after it;
* `unknown`: written before this was looked at.

Nothing is ever refused because of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from local_db.audit_models import AuditRow
from local_db.clock import Clock
from records.audit import GENESIS, AuditEntry, link

TOLERANCE = timedelta(minutes=2)
LONGEST_PAUSE = timedelta(days=30)
CLOCK_CONFIRMED = "clock:confirmed"
"""A lead has compared the clock: from here on it is believed again."""


@dataclass(frozen=True, slots=True)
class Act:
    """What is to be written down. `detail` holds numbers and codes, never what somebody typed."""

    actor: str
    station: str
    act: str
    subject: str
    detail: Mapping[str, Any] = field(default_factory=dict)


def append(session: Session, clock: Clock, act: Act) -> None:
    """Add an entry to the transaction that writes what was done; the caller holds the write lock."""
    head = session.scalar(select(AuditRow).order_by(AuditRow.id.desc()).limit(1))
    at, monotonic_ns = clock.now(), clock.monotonic_ns()
    believed = "ok" if act.act == CLOCK_CONFIRMED else _trust(session, at, monotonic_ns, clock.boot)
    seq = head.id + 1 if head else 1
    entry = AuditEntry(
        seq, at, act.actor, act.station, act.act, act.subject, act.detail, monotonic_ns, clock.boot, believed
    )
    session.add(
        AuditRow(
            id=seq,
            at=at,
            actor=act.actor,
            station=act.station,
            act=act.act,
            subject=act.subject,
            detail=dict(act.detail),
            monotonic_ns=monotonic_ns,
            boot=clock.boot,
            clock=believed,
            hash=link(head.hash if head else GENESIS, entry),
        )
    )
    session.flush()


def newest(session: Session, *beginnings: str) -> int:
    """Return the number of the newest entry, or of the newest one whose act begins like one of these; 0 for none."""
    query = select(func.max(AuditRow.id))
    if beginnings:
        query = query.where(or_(*(AuditRow.act.startswith(one, autoescape=True) for one in beginnings)))
    return session.scalar(query) or 0


def trust(session: Session, clock: Clock) -> str:
    """Return how far the wall's clock can be believed at this moment, as `clock` of an entry says it."""
    return _trust(session, clock.now(), clock.monotonic_ns(), clock.boot)


def drift(session: Session, at: datetime, monotonic_ns: int, boot: str) -> timedelta:
    """Return how far the wall's clock is off what it should be by the newest entry that could be believed."""
    known = session.scalar(select(AuditRow).where(AuditRow.clock == "ok").order_by(AuditRow.id.desc()).limit(1))
    if known is None:
        return timedelta()
    passed = at - known.at
    if known.boot == boot:
        return passed - timedelta(microseconds=(monotonic_ns - known.monotonic_ns) // 1000)
    if passed < timedelta():
        return passed
    return passed if passed > LONGEST_PAUSE else timedelta()


def _trust(session: Session, at: datetime, monotonic_ns: int, boot: str) -> str:
    off = drift(session, at, monotonic_ns, boot)
    if abs(off) <= TOLERANCE:
        return "ok"
    return "back" if off < timedelta() else "ahead"
