"""Gives verdicts, each on exactly one version of a record, and hands them to the venues."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.verdict import Decision, Verdict
from region.audit import note
from region.errors import AlreadyDecidedError, NewerVersionError, NotAcceptedYetError, UnknownObjectError
from region.models import RecordRow, VerdictRow
from region.store import Store

MAX_VERDICTS = 500
MAX_REASON_CHARS = 1000


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a reviewer decides; `step` is the one to be done again where the decision is RETURNED."""

    decision: Decision
    step: str
    reason: str


def give_verdict(store: Store, record_digest: str, reviewer: str, opinion: Opinion) -> None:
    """Decide on one version of a record; the same opinion of the same reviewer once more changes nothing.

    Raises:
        UnknownObjectError: no such record.
        VerdictRefusedError: it can no longer, or not yet, be decided; the class says why.
    """
    with store.write() as session:
        row = session.scalar(select(RecordRow).where(RecordRow.digest == record_digest))
        if row is None:
            raise UnknownObjectError("no such record")
        if _said_before(session, row, reviewer, opinion):
            return
        _require_open(row)
        verdict = VerdictRow(
            venue=row.venue,
            reg_no=row.reg_no,
            record_digest=record_digest,
            decision=opinion.decision.value,
            step=opinion.step,
            reason=opinion.reason,
            reviewer=reviewer,
            decided_at=store.now(),
        )
        session.add(verdict)
        note(session, store.now(), reviewer, f"verdict_{opinion.decision}", record_digest, opinion.step)


def _said_before(session: Session, row: RecordRow, reviewer: str, opinion: Opinion) -> bool:
    """Return whether this very verdict was given (a repeated click).

    A version that conflicts with this one (same person, same version, other content) counts as well once it has
    passed: a person passes once.
    """
    verdict = session.scalar(select(VerdictRow).where(VerdictRow.record_digest == row.digest))
    if verdict is not None:
        if (verdict.reviewer, verdict.decision, verdict.step, verdict.reason) == (
            reviewer,
            opinion.decision.value,
            opinion.step,
            opinion.reason,
        ):
            return True
        raise AlreadyDecidedError("this version has a verdict")
    twin = select(VerdictRow.seq).join(RecordRow, RecordRow.digest == VerdictRow.record_digest)
    same = (RecordRow.venue == row.venue, RecordRow.reg_no == row.reg_no, RecordRow.version == row.version)
    passed = session.scalar(twin.where(*same, VerdictRow.decision == Decision.PASSED.value).limit(1))
    if passed is not None and opinion.decision is Decision.PASSED:
        raise AlreadyDecidedError("the other record of this version has passed")
    return False


def _require_open(row: RecordRow) -> None:
    if not row.is_current:
        raise NewerVersionError("a newer version has arrived")
    if row.accepted_at is None:
        raise NotAcceptedYetError("files are missing")


def verdicts_since(store: Store, venue: str, since: int) -> tuple[Verdict, ...]:
    """Return this venue's verdicts after the cursor, oldest first, at most `MAX_VERDICTS`."""
    query = select(VerdictRow).where(VerdictRow.venue == venue, VerdictRow.seq > since)
    with store.read() as session:
        rows = session.scalars(query.order_by(VerdictRow.seq).limit(MAX_VERDICTS)).all()
    return tuple(
        Verdict(row.seq, row.reg_no, row.record_digest, Decision(row.decision), row.step, row.reason, row.decided_at)
        for row in rows
    )
