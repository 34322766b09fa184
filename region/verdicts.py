"""Gives verdicts, each on exactly one version of a record, and hands them to the venues."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from records.verdict import Decision, Verdict
from region.audit import note
from region.conflicts import BLOCKING, find_open
from region.errors import (
    AlreadyDecidedError,
    ConflictOpenError,
    HeldError,
    NewerVersionError,
    NotAcceptedYetError,
    UnknownObjectError,
)
from region.judged import next_turn, verdict_in_force
from region.models import RecordRow, VerdictRow
from region.persons import Persons
from region.store import Store
from region.venues import hold_venue

MAX_VERDICTS = 500
MAX_REASON_CHARS = 1000


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a reviewer decides; `step` is the one to be done again where the decision is RETURNED."""

    decision: Decision
    step: str
    reason: str


Follow = Callable[[Session, RecordRow], bool]
"""What else a verdict changes in its transaction; tells whether the verdict is given, or only proposed."""


def give_verdict(
    store: Store, record_digest: str, reviewer: str, opinion: Opinion, follow: Follow = lambda _session, _row: True
) -> bool:
    """Decide on one version of a record; the same opinion of the same reviewer once more changes nothing.

    Returns:
        Whether the verdict is given; False where it is a proposal that a second person has to follow.

    Raises:
        UnknownObjectError: no such record.
        VerdictRefusedError: it can no longer, or not yet, be decided; the class says why.
    """
    with store.write() as session:
        row = _held(session, record_digest)
        if _said_before(session, row, reviewer, opinion):
            return True
        _require_open(row)
        if opinion.decision is Decision.PASSED and any(one.kind in BLOCKING for one in find_open(session, row)):
            raise ConflictOpenError("a conflict about this record is not settled")
        if not follow(session, row):
            note(session, store.now(), reviewer, "verdict_proposed", record_digest, opinion.decision.value)
            return False
        hold_venue(session, row.venue)
        verdict = VerdictRow(
            venue=row.venue,
            record_digest=record_digest,
            decision=opinion.decision.value,
            step=opinion.step,
            reason=opinion.reason,
            reviewer=reviewer,
            decided_at=store.now(),
            turn=next_turn(session, record_digest),
        )
        session.add(verdict)
        row.decision = opinion.decision.value
        note(session, store.now(), reviewer, f"verdict_{opinion.decision}", record_digest, opinion.step)
        return True


def _held(session: Session, record_digest: str) -> RecordRow:
    """Return the record, with everybody else kept off all records of its person: a person passes once."""
    found = session.execute(select(RecordRow.seq, RecordRow.person).where(RecordRow.digest == record_digest)).first()
    if found is None:
        raise UnknownObjectError("no such record")
    same = RecordRow.person == found.person if found.person is not None else RecordRow.seq == found.seq
    rows = session.scalars(select(RecordRow).where(same).order_by(RecordRow.seq).with_for_update()).all()
    row = next(one for one in rows if one.seq == found.seq)
    if row.person != found.person:
        raise NotAcceptedYetError("it was being opened at this very moment")
    return row


def _said_before(session: Session, row: RecordRow, reviewer: str, opinion: Opinion) -> bool:
    """Return whether this very verdict was given (a repeated click).

    A record that conflicts with this one (same person at another venue, or same version with other content) counts as
    well once it has passed: a person passes once.
    """
    verdict = verdict_in_force(session, row)
    if verdict is not None:
        if (verdict.reviewer, verdict.decision, verdict.step, verdict.reason) == (
            reviewer,
            opinion.decision.value,
            opinion.step,
            opinion.reason,
        ):
            return True
        raise AlreadyDecidedError("this version has a verdict")
    is_other = or_(
        RecordRow.venue != row.venue, RecordRow.visit != row.visit, RecordRow.version == row.version
    )  # an older version of the same visit is no twin: a correction may pass as well
    twin = select(RecordRow.seq).where(RecordRow.person == row.person, is_other)
    passed = session.scalar(twin.where(RecordRow.decision == Decision.PASSED.value).limit(1))
    if passed is not None and opinion.decision is Decision.PASSED:
        raise AlreadyDecidedError("the other record of this version has passed")
    return False


def _require_open(row: RecordRow) -> None:
    if row.is_held:
        raise HeldError("signed with a key that had been revoked")
    if not row.is_current:
        raise NewerVersionError("a newer version has arrived")
    if row.accepted_at is None:
        raise NotAcceptedYetError("files are missing")


def verdicts_since(store: Store, persons: Persons, venue: str, since: int) -> tuple[Verdict, ...]:
    """Return this venue's verdicts after the cursor, oldest first, at most `MAX_VERDICTS`."""
    query = select(VerdictRow, RecordRow).join(RecordRow, RecordRow.digest == VerdictRow.record_digest)
    query = query.where(VerdictRow.venue == venue, VerdictRow.seq > since)
    with store.read() as session:
        rows = session.execute(query.order_by(VerdictRow.seq).limit(MAX_VERDICTS)).all()
    return tuple(_verdict_of(row, persons.of(record).reg_no) for row, record in rows)


def _verdict_of(row: VerdictRow, reg_no: str) -> Verdict:
    said = Decision(row.decision)
    return Verdict(row.seq, reg_no, row.record_digest, said, row.step, row.reason, row.decided_at, row.code)
