"""Conflicts at the venue: found from what is there, one rule a kind; a settlement is a row with the conflict's name."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from local_db import audit
from local_db.clock import Clock
from local_db.conflict_models import RetractionRow, SettlementRow
from local_db.conflict_rules import RULES, Conflict
from local_db.engine import Database
from local_db.store import Origin
from rules.retraction import as_it_stands

SETTLED, TAKEN_BACK = "conflict:settled", "conflict:taken-back"
Effect = Callable[[Session], None]
"""What settling means for other tables; it happens in the same transaction."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided: codes for what and why, and own words."""

    outcome: str
    reason: str
    note: str


@dataclass(frozen=True, slots=True)
class Retraction:
    """That a settlement was taken back, why, and by whom."""

    note: str
    actor: str
    station: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Settled:
    """A conflict that was settled, as it is shown afterwards; `retraction` where that was taken back."""

    id: int
    kind: str
    visits: tuple[str, ...]
    decision: Decision
    actor: str
    station: str
    at: datetime
    retraction: Retraction | None = None
    key: str = field(default="", repr=False)


def _nothing(_session: Session) -> None:
    """Settling it changes nothing else."""


class ConflictBook:
    """What is open, and what was settled."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def open(self) -> list[Conflict]:
        """Return what is not settled, the longest open first."""
        with self._database.reading() as session:
            return list(_open(session))

    def find(self, key: str) -> Conflict | None:
        """Return an open conflict by its name."""
        return next((one for one in self.open() if one.key == key), None)

    def settle(self, conflict: Conflict, decision: Decision, origin: Origin, effect: Effect = _nothing) -> bool:
        """Add how a conflict was settled, and do what that means; tell whether it was still open."""
        with self._database.writing() as session:
            if all(one.key != conflict.key for one in _open(session)):
                return False
            effect(session)
            session.add(
                SettlementRow(
                    key=conflict.key,
                    kind=conflict.kind.value,
                    visits=list(conflict.visits),
                    outcome=decision.outcome,
                    reason=decision.reason,
                    note=decision.note,
                    actor=origin.actor,
                    station=origin.station,
                    settled_at=self._clock.now(),
                )
            )
            detail = {"kind": conflict.kind.value, "outcome": decision.outcome, "reason": decision.reason}
            subject = conflict.visits[0] if conflict.visits else conflict.key
            audit.append(session, self._clock, audit.Act(origin.actor, origin.station, SETTLED, subject, detail))
        return True

    def settled(self, limit: int) -> list[Settled]:
        """Return what was settled, the newest first."""
        with self._database.reading() as session:
            return [_of(*row) for row in session.execute(_SETTLED.limit(limit)).all()]

    def settlement(self, settlement_id: int) -> Settled | None:
        """Return one settlement."""
        with self._database.reading() as session:
            row = session.execute(_SETTLED.where(SettlementRow.id == settlement_id)).one_or_none()
            return _of(*row) if row else None

    def take_back(self, settled: Settled, note: str, origin: Origin) -> bool:
        """Add that a settlement was taken back, so that its conflict is open again; tell whether it was in force."""
        with self._database.writing() as session:
            if session.scalar(select(RetractionRow.id).where(RetractionRow.settlement == settled.id)) is not None:
                return False
            now = self._clock.now()
            session.add(
                RetractionRow(
                    settlement=settled.id, note=note, actor=origin.actor, station=origin.station, taken_back_at=now
                )
            )
            detail = {"kind": settled.kind, "outcome": settled.decision.outcome}
            subject = settled.visits[0] if settled.visits else settled.key
            audit.append(session, self._clock, audit.Act(origin.actor, origin.station, TAKEN_BACK, subject, detail))
        return True


_SETTLED = (
    select(SettlementRow, RetractionRow)
    .outerjoin(RetractionRow, RetractionRow.settlement == SettlementRow.id)
    .order_by(SettlementRow.id.desc())
)


def _open(session: Session) -> Iterator[Conflict]:
    query = select(SettlementRow.key, RetractionRow.id).outerjoin(
        RetractionRow, RetractionRow.settlement == SettlementRow.id
    )
    settled = {key: retraction is not None for key, retraction in session.execute(query)}
    found = [as_it_stands(one, settled) for rule in RULES.values() for one in rule(session)]
    yield from sorted((one for one in found if one is not None), key=lambda one: (one.at, one.key))


def _of(row: SettlementRow, back: RetractionRow | None) -> Settled:
    return Settled(
        id=row.id,
        kind=row.kind,
        visits=tuple(row.visits),
        decision=Decision(row.outcome, row.reason, row.note),
        actor=row.actor,
        station=row.station,
        at=row.settled_at,
        retraction=Retraction(back.note, back.actor, back.station, back.taken_back_at) if back else None,
        key=row.key,
    )


def counts(found: list[Conflict]) -> Mapping[str, int]:
    """Return how many there are of each kind."""
    return {kind.value: sum(one.kind is kind for one in found) for kind in RULES}
