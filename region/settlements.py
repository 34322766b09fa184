"""Settles conflicts: what a person decides is added, with a reason, and its consequences in the same transaction."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from records.verdict import Code, Decision
from region.acceptance import settle as accept_if_whole
from region.audit import note
from region.conflict_models import SettlementRow
from region.conflicts import Conflict, Kind, alike, find_open
from region.currency import place
from region.errors import AlreadySettledError, UnknownObjectError
from region.models import RecordRow, VerdictRow
from region.store import Store
from region.venues import hold_venue

COUNTS = "counts"
MAX_NOTE_CHARS = 1000
OTHER = "other"
"""The reason that has to be written out."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way in which a conflict of a kind can end.

    Attributes:
        id: what is kept; `COUNTS` picks one of the sides.
        losers: why the sides that were not picked are set aside, None where nothing is.
        itself: why the only side is set aside, None where it is not.
        releases: whether the only side is taken as if it had come in the ordinary way.
    """

    id: str
    losers: Code | None = None
    itself: Code | None = None
    releases: bool = False


OUTCOMES: Mapping[Kind, tuple[Outcome, ...]] = {
    Kind.SAME_PERSON: (Outcome(COUNTS, losers=Code.OTHER_VISIT),),
    Kind.FORK: (Outcome(COUNTS, losers=Code.OTHER_VERSION),),
    Kind.REVOKED_KEY: (Outcome("genuine", releases=True), Outcome("not_genuine", itself=Code.NOT_GENUINE)),
    Kind.CROSSED: (Outcome("judge"),),
    Kind.CLOCK: (Outcome("plausible"), Outcome("doubtful")),
    Kind.LOG: (Outcome("explained"), Outcome("followed_up")),
}
REASONS: Mapping[Kind, tuple[str, ...]] = {
    Kind.SAME_PERSON: ("first_came", "complete", "moved", OTHER),
    Kind.FORK: ("restored", "complete", OTHER),
    Kind.REVOKED_KEY: ("before_loss", "compared", "unverifiable", OTHER),
    Kind.CROSSED: ("covers_return", "return_again", OTHER),
    Kind.CLOCK: ("battery", "compared", "unverifiable", OTHER),
    Kind.LOG: ("restored", "computer_kept", OTHER),
}


@dataclass(frozen=True, slots=True)
class Settlement:
    """What a reviewer decides: an outcome, for `COUNTS` the record that counts, why, and in own words."""

    outcome: str
    chosen: str
    reason: str
    note: str


def settle_conflict(store: Store, key: str, reviewer: str, settlement: Settlement, with_alike: bool = False) -> None:
    """Settle an open conflict; the same settlement of the same reviewer once more changes nothing.

    Args:
        with_alike: settle the others of its group in the same way (`region.conflicts.alike`).

    Raises:
        UnknownObjectError: there is no such conflict, or what it was between has changed.
        AlreadySettledError: somebody was quicker.
    """
    with store.write() as session:
        if _said_before(session, key, reviewer, settlement):
            return
        conflict = next((one for one in find_open(session) if one.key == key), None)
        if conflict is None:
            raise UnknownObjectError("there is no such conflict any more")
        outcome = next(one for one in OUTCOMES[conflict.kind] if one.id == settlement.outcome)
        may_count = {side.digest for side in conflict.sides if side.can_count}
        if outcome.id == COUNTS and settlement.chosen not in may_count:
            raise UnknownObjectError("the record that is to count is none of its sides")
        together = [conflict, *(alike(session, conflict) if with_alike else ())]
        for one in together:
            session.add(_row(store, one, reviewer, settlement))
            note(session, store.now(), reviewer, f"conflict_{one.kind}", one.key, f"{outcome.id} {settlement.reason}")
            _follow(session, store, one, outcome, reviewer, settlement)
    if outcome.releases:
        for one in together:
            accept_if_whole(store, one.sides[0].digest)


def settled(session: Session, limit: int) -> list[SettlementRow]:
    """Return the newest settlements."""
    return list(session.scalars(select(SettlementRow).order_by(SettlementRow.seq.desc()).limit(limit)))


def _said_before(session: Session, key: str, reviewer: str, settlement: Settlement) -> bool:
    known = session.scalar(select(SettlementRow).where(SettlementRow.key == key))
    if known is None:
        return False
    if known.reviewer == reviewer and _of(known) == settlement:
        return True
    raise AlreadySettledError("this conflict is settled")


def _of(row: SettlementRow) -> Settlement:
    return Settlement(row.outcome, row.chosen, row.reason, row.note)


def _row(store: Store, conflict: Conflict, reviewer: str, settlement: Settlement) -> SettlementRow:
    return SettlementRow(
        key=conflict.key,
        kind=conflict.kind.value,
        subjects=conflict.subjects,
        outcome=settlement.outcome,
        chosen=settlement.chosen,
        reason=settlement.reason,
        note=settlement.note,
        reviewer=reviewer,
        settled_at=store.now(),
    )


def _follow(
    session: Session, store: Store, conflict: Conflict, outcome: Outcome, reviewer: str, settlement: Settlement
) -> None:
    """Do what the outcome means for the records."""
    if outcome.losers is not None:
        lost = [digest for side in conflict.sides if side.digest != settlement.chosen for digest in side.line]
        for digest in lost:
            _set_aside(session, store, digest, outcome.losers, reviewer, settlement.note)
        if conflict.kind is Kind.FORK:
            session.execute(update(RecordRow).where(RecordRow.digest.in_(lost)).values(is_current=False))
            session.execute(update(RecordRow).where(RecordRow.digest == settlement.chosen).values(is_current=True))
    if outcome.itself is not None:
        _set_aside(session, store, conflict.sides[0].digest, outcome.itself, reviewer, settlement.note)
    if outcome.releases:
        row = session.scalars(select(RecordRow).where(RecordRow.digest == conflict.sides[0].digest)).one()
        if row.is_held:
            row.is_held = False
            place(session, row)


def _set_aside(session: Session, store: Store, digest: str, code: Code, reviewer: str, reason: str) -> None:
    """Tell the record's venue that it does not count; what was judged before stays judged."""
    row = session.scalars(select(RecordRow).where(RecordRow.digest == digest)).one()
    if not session.scalar(select(exists().where(VerdictRow.record_digest == digest))):
        hold_venue(session, row.venue)  # the venue reads its verdicts by a cursor
        session.add(
            VerdictRow(
                venue=row.venue,
                record_digest=digest,
                decision=Decision.SET_ASIDE.value,
                code=code.value,
                step="",
                reason=reason,
                reviewer=reviewer,
                decided_at=store.now(),
            )
        )
        row.decision = Decision.SET_ASIDE.value
        note(session, store.now(), reviewer, "verdict_set_aside", digest, code.value)
