"""Payment that is opened for many at once, at a set time, by any number of processes and once for each."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select, update
from sqlalchemy.orm import Session

from region.audit import note
from region.models import Venue
from region.payment.orders import open_payment
from region.registry.changing import Actor, Key, changing_in
from region.registry.errors import ActRefusedError, NotAllowedError
from region.registry.models import RegistrationRow
from region.registry.review_models import BatchRow
from region.registry.rules import window
from region.registry.status import Role, Status
from region.store import Store

CHUNK = 100
MOST_SHOWN = 50


class OutsideWindowError(ActRefusedError):
    """Payment would be opened when nobody can pay."""

    code = "outside_window"


@dataclass(frozen=True, slots=True)
class Plan:
    """Whose payment is to be opened, and when; "" is everybody's."""

    year: int
    venue: str
    level: str
    opens_at: datetime


def make_batch(store: Store, actor: Actor, plan: Plan) -> int:
    """Set a batch down and return its number; a time that is past is now.

    Raises:
        NotAllowedError: only a lead of the region may.
        OutsideWindowError: nobody could pay at that time.
    """
    _require_lead(actor)
    with store.write() as session:
        times = window(session, plan.year, "", "payment")
        if times is not None and not times.is_open(max(plan.opens_at, store.now())):
            raise OutsideWindowError("payment is opened within its window")
        row = BatchRow(
            exam_year=plan.year,
            venue=plan.venue,
            level=plan.level,
            opens_at=max(plan.opens_at, store.now()),
            made_by=actor.id,
            made_at=store.now(),
            opened=0,
        )
        session.add(row)
        session.flush()
        note(session, store.now(), actor.id, "payment_batch_made", str(row.seq))
        return row.seq


def cancel_batch(store: Store, actor: Actor, seq: int) -> bool:
    """Think better of a batch; what it has opened stays open. False when it is done, cancelled or unknown."""
    _require_lead(actor)
    with store.write() as session:
        row = session.get(BatchRow, seq)
        if row is None or row.done_at is not None or row.cancelled_at is not None:
            return False
        row.cancelled_at = row.done_at = store.now()
        note(session, store.now(), actor.id, "payment_batch_cancelled", str(seq))
        return True


def batches(store: Store) -> list[BatchRow]:
    """Return the newest batches, newest first."""
    with store.read() as session:
        return list(session.scalars(select(BatchRow).order_by(BatchRow.seq.desc()).limit(MOST_SHOWN)))


def approved(store: Store, plan: Plan, most: int) -> int:
    """Return how many would be opened at this moment, counted up to `most`."""
    with store.read() as session:
        some = _approved(plan.year, plan.venue, plan.level).with_only_columns(RegistrationRow.id).limit(most)
        return session.scalar(select(func.count()).select_from(some.subquery())) or 0


def run_due(store: Store) -> int:
    """Open what is due; return how many registrations that opened here. Killed in the middle, it goes on next time."""
    with store.read() as session:
        due = select(BatchRow).where(BatchRow.done_at.is_(None), BatchRow.opens_at <= store.now())
        rows = list(session.scalars(due.order_by(BatchRow.opens_at, BatchRow.seq)))
        rows = [row for row in rows if _may_pay(session, row.exam_year, store.now())]
    return sum(_run(store, row) for row in rows)


def _may_pay(session: Session, year: int, now: datetime) -> bool:
    """Tell whether the window of payment, which may have been moved since, is open."""
    times = window(session, year, "", "payment")
    return times is None or times.is_open(now)


def _run(store: Store, batch: BatchRow) -> int:
    opened, after = 0, ""
    while True:
        with store.write() as session:
            if session.scalar(select(BatchRow.done_at).where(BatchRow.seq == batch.seq)) is not None:
                return opened  # another process has finished it, or somebody cancelled it
            keys = _take(session, batch, after)
            for key in keys:
                _open(session, store, batch, key)
            opened += len(keys)
            if not keys:
                break
            after = keys[-1].id
    _finish(store, batch)
    return opened


def _take(session: Session, batch: BatchRow, after: str) -> list[Key]:
    """Hold the next ones; those that somebody else holds are passed over, and come with the next tick.

    Waiting for them while others wait for the venue's count, which we hold, would be a deadlock.
    """
    query = _approved(batch.exam_year, batch.venue, batch.level, RegistrationRow.status_since <= batch.opens_at)
    query = (
        query.where(RegistrationRow.id > after).order_by(RegistrationRow.waiting_since, RegistrationRow.id).limit(CHUNK)
    )
    rows = session.scalars(query.with_for_update(skip_locked=True, of=RegistrationRow)).all()
    # Their venues' counts are held in one order by everybody who raises several, or two would wait for each other.
    venues = select(Venue.id).where(Venue.id.in_({row.venue for row in rows})).order_by(Venue.id)
    session.execute(venues.with_for_update(key_share=True))
    return [Key(row.exam_year, row.id) for row in rows]


def _open(session: Session, store: Store, batch: BatchRow, key: Key) -> None:
    actor = Actor(f"batch {batch.seq}", Role.SYSTEM)
    with changing_in(session, key, actor, store.now()) as change:
        open_payment(change)
    session.execute(update(BatchRow).where(BatchRow.seq == batch.seq).values(opened=BatchRow.opened + 1))


def _finish(store: Store, batch: BatchRow) -> None:
    with store.write() as session:
        left = _approved(batch.exam_year, batch.venue, batch.level, RegistrationRow.status_since <= batch.opens_at)
        row = session.get_one(BatchRow, batch.seq)
        if row.done_at is None and session.scalar(left.limit(1)) is None:
            row.done_at = store.now()
            note(session, store.now(), "scheduler", "payment_batch_done", str(batch.seq), str(row.opened))


def _approved(year: int, venue: str, level: str, *conditions: ColumnElement[bool]) -> Select[RegistrationRow]:
    query = select(RegistrationRow).where(
        RegistrationRow.exam_year == year,
        RegistrationRow.status == Status.APPROVED.value,
        RegistrationRow.waiting_since.is_(None),
        *conditions,
    )
    if venue:
        query = query.where(RegistrationRow.venue == venue)
    return query.where(RegistrationRow.level == level) if level else query


def _require_lead(actor: Actor) -> None:
    if actor.role is not Role.LEAD:
        raise NotAllowedError("a lead of the region opens payment")
