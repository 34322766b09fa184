"""What the region has decided: kept as it came, and a visit reopened where a step is to be done again."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from local_db import audit
from local_db.clock import Clock
from local_db.engine import Database
from local_db.models import RecordRow, RegistrationRow, VisitRow
from local_db.sending_models import SyncStateRow, VerdictRow
from local_db.store import Origin, Store
from records.evidence import RETURN, Evidence
from records.verdict import Decision, Verdict

VERDICT_CURSOR = "verdict_cursor"
"""Where the worker's memory keeps how far the region's decisions have been fetched."""
SEEN = "verdict:seen"
"""Act: somebody at the venue looked at a decision of the region for the first time."""
REGION = Origin("region", "region")
"""Who acts when a verdict reopens a visit."""


class VerdictBook:
    """The region's decisions."""

    def __init__(self, database: Database, store: Store, clock: Clock) -> None:
        self._database = database
        self._store = store
        self._clock = clock

    def apply(self, verdicts: Sequence[Verdict], cursor: int) -> None:
        """Save the region's decisions and reopen what it returned; the cursor moves on in the same transaction.

        A verdict on a version that a newer one has replaced is kept and shown, and reopens nothing.
        """
        with self._database.writing() as session:
            for verdict in verdicts:
                if session.get(VerdictRow, verdict.seq) is None:
                    session.add(_verdict_row(verdict, _whose(session, verdict), self._clock.now()))
                    if verdict.decision is Decision.RETURNED:
                        self._reopen(session, verdict)
            known = session.get(SyncStateRow, VERDICT_CURSOR)
            # Never back: verdicts come over the line and on sticks, in whatever order.
            session.merge(SyncStateRow(key=VERDICT_CURSOR, value=str(max(cursor, int(known.value) if known else 0))))

    def of(self, reg_no: str) -> list[Verdict]:
        """Return the region's decisions on one candidate, oldest first."""
        with self._database.reading() as session:
            rows = session.scalars(select(VerdictRow).where(VerdictRow.reg_no == reg_no).order_by(VerdictRow.seq))
            return [_verdict_of(row) for row in rows]

    def note_seen(self, visit: str, origin: Origin) -> None:
        """Note who was the first to see each decision on a visit's candidate; later looks change nothing."""
        reg_no = select(RegistrationRow.reg_no).join(VisitRow).where(VisitRow.id == visit).scalar_subquery()
        unseen = select(VerdictRow).where(VerdictRow.reg_no == reg_no, VerdictRow.seen_at.is_(None))
        with self._database.reading() as session:
            if session.scalar(unseen.limit(1)) is None:
                return
        with self._database.writing() as session:
            for row in session.scalars(unseen.order_by(VerdictRow.seq)).all():
                row.seen_at, row.seen_by = self._clock.now(), origin.actor
                detail = {"verdict": row.seq, "decision": row.decision}
                act = audit.Act(origin.actor, origin.station, SEEN, visit, detail)
                audit.append(session, self._clock, act)

    def counts(self) -> dict[str, int]:
        """Return of how many records each decision is the last one."""
        last = select(func.max(VerdictRow.seq)).group_by(VerdictRow.record_digest)
        with self._database.reading() as session:
            query = select(VerdictRow.decision, func.count()).where(VerdictRow.seq.in_(last))
            query = query.group_by(VerdictRow.decision)
            return dict(session.execute(query).all())

    def _reopen(self, session: Session, verdict: Verdict) -> None:
        record = session.get(RecordRow, verdict.record_digest)
        if record is None:
            return
        newest = session.scalar(select(func.max(RecordRow.version)).where(RecordRow.visit_id == record.visit_id))
        if record.version == newest:
            self.reopen(session, record.visit_id, verdict, REGION)

    def reopen(self, session: Session, visit: str, verdict: Verdict, origin: Origin) -> None:
        """Have the step done again that the region wants, inside a transaction that is writing something else."""
        data = {"reason": verdict.reason, "verdict": verdict.seq, "record": verdict.record_digest}
        evidence = Evidence(RETURN, self._clock.now(), data, part=verdict.step, withdraws=(verdict.step,))
        self._store.add_within(session, visit, [evidence], origin)

    def get(self, seq: int) -> Verdict | None:
        """Return a decision by its number."""
        with self._database.reading() as session:
            row = session.get(VerdictRow, seq)
            return _verdict_of(row) if row else None


def _whose(session: Session, verdict: Verdict) -> str:
    """Return the registration number; a region whose own key is missing cannot tell it, but we know our record."""
    of_record = select(RegistrationRow.reg_no).join(VisitRow).join(RecordRow)
    return verdict.reg_no or session.scalar(of_record.where(RecordRow.digest == verdict.record_digest)) or ""


def _verdict_row(verdict: Verdict, reg_no: str, now: datetime) -> VerdictRow:
    return VerdictRow(
        seq=verdict.seq,
        reg_no=reg_no,
        record_digest=verdict.record_digest,
        decision=verdict.decision.value,
        step=verdict.step,
        reason=verdict.reason,
        decided_at=verdict.decided_at,
        applied_at=now,
        code=verdict.code,
    )


def _verdict_of(row: VerdictRow) -> Verdict:
    said = Decision(row.decision)
    return Verdict(row.seq, row.reg_no, row.record_digest, said, row.step, row.reason, row.decided_at, row.code)
