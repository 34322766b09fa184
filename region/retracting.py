"""Takes a settlement back: an act that is added, with a reason. What it had set aside is reinstated by a new decision.

Too late is it once a person was passed or refused since: then somebody has relied on it. Receipts stay what they were:
they say what the region has, not what counts.
"""

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from records.verdict import Decision
from region.audit import note
from region.conflict_models import RetractionRow, SettlementRow
from region.conflicts import Kind
from region.currency import is_newest
from region.errors import RetractionRefusedError, UnknownObjectError
from region.judged import latest_verdict
from region.models import RecordRow, Reviewer, VerdictRow
from region.registry.status import Role
from region.reviewers import Person
from region.store import Store
from region.venues import hold_venue

_FINAL = (Decision.PASSED.value, Decision.REFUSED.value)
_RANK = {Role.REVIEW: 1, Role.LEAD: 2}


def why_not(session: Session, row: SettlementRow, person: Person) -> str:
    """Return the code why this person cannot take the settlement back (`RetractionRefusedError`), "" where that can."""
    if retraction_of(session, row) is not None:
        return "taken_back"
    settler = session.get_one(Reviewer, row.reviewer)
    if _rank(person.role) < _rank(settler.role):
        return "lower_role"
    return "too_late" if _is_relied_on(session, row) else ""


def retraction_of(session: Session, row: SettlementRow) -> RetractionRow | None:
    """Return that a settlement was taken back, None where it is in force."""
    return session.scalar(select(RetractionRow).where(RetractionRow.settlement == row.seq))


def take_back(store: Store, seq: int, person: Person, reason: str) -> None:
    """Take a settlement back; the same person doing so once more changes nothing.

    Raises:
        UnknownObjectError: there is no such settlement.
        RetractionRefusedError: says why by a code.
    """
    with store.write() as session:
        row = session.get(SettlementRow, seq)
        if row is None:
            raise UnknownObjectError("no such settlement")
        rows = _hold(session, row)
        before = retraction_of(session, row)
        if before is not None and (before.reviewer, before.note) == (person.id, reason):
            return
        if code := why_not(session, row, person):
            raise RetractionRefusedError(code)
        session.add(RetractionRow(settlement=seq, note=reason, reviewer=person.id, taken_back_at=store.now()))
        note(session, store.now(), person.id, "conflict_taken_back", row.key, f"{row.kind} {row.outcome}")
        for record in rows:
            _reinstate(session, store, record, row, person.id, reason)
        if row.kind == Kind.FORK:
            for record in rows:
                record.is_current = not record.is_held and is_newest(session, record)


def _rank(role: str) -> int:
    return _RANK.get(Role(role), 0) if role else 0


def _hold(session: Session, row: SettlementRow) -> list[RecordRow]:
    """Return every record that the settlement was about, or that is of the same visits, kept from all others."""
    subjects = select(RecordRow.venue, RecordRow.visit).where(RecordRow.digest.in_(row.subjects))
    visits = session.execute(subjects.distinct()).all()
    if not visits:  # it was about a log
        return []
    same = or_(*(and_(RecordRow.venue == venue, RecordRow.visit == visit) for venue, visit in visits))
    return list(session.scalars(select(RecordRow).where(same).order_by(RecordRow.seq).with_for_update()))


def _is_relied_on(session: Session, row: SettlementRow) -> bool:
    """Tell whether a verdict that judges the person was given since on any record of theirs."""
    subjects = select(RecordRow).where(RecordRow.digest.in_(row.subjects)).subquery()
    theirs = or_(
        RecordRow.person.in_(select(subjects.c.person)),
        exists().where(subjects.c.venue == RecordRow.venue, subjects.c.visit == RecordRow.visit),
    )
    since = select(VerdictRow.seq).join(RecordRow, RecordRow.digest == VerdictRow.record_digest)
    since = since.where(theirs, VerdictRow.decision.in_(_FINAL), VerdictRow.decided_at >= row.settled_at)
    return session.scalar(since.limit(1)) is not None


def _reinstate(
    session: Session, store: Store, record: RecordRow, settlement: SettlementRow, reviewer: str, reason: str
) -> None:
    """Tell the record's venue that what set it aside was taken back, if this settlement did."""
    last = latest_verdict(session, record.digest)
    if last is None or last.decision != Decision.SET_ASIDE or last.settlement != settlement.seq:
        return
    hold_venue(session, record.venue)  # the venue reads its verdicts by a cursor
    session.add(
        VerdictRow(
            venue=record.venue,
            record_digest=record.digest,
            decision=Decision.REINSTATED.value,
            code=last.code,
            step="",
            reason=reason,
            reviewer=reviewer,
            decided_at=store.now(),
            turn=last.turn + 1,
            settlement=settlement.seq,
        )
    )
    record.decision = ""
    note(session, store.now(), reviewer, "verdict_reinstated", record.digest, last.code)
