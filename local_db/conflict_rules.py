"""The rules by which conflicts are found, one a kind. They read, and decide nothing."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from local_db.audit_models import AuditRow
from local_db.models import EvidenceRow, RecordRow, RegistrationRow, SealedObjectRow, VisitRow
from local_db.outbox import HELD, open_refusals
from local_db.prints import doubles_in
from local_db.sending_models import OutboxRow, VerdictRow
from records.canonical import digest_bytes
from records.evidence import RETURN
from records.verdict import Decision

OVERTAKEN = "visit:overtaken"
"""Act: what was entered at one station was not saved, because another station had saved meanwhile."""
_DOUBTED = ("back", "ahead")
_NO_JUDGEMENT = (Decision.SET_ASIDE.value, Decision.REINSTATED.value)


Detail = dict[str, str | int]


class Kind(StrEnum):
    """What is wrong."""

    TWO_STATIONS = "two_stations"
    DOUBLE = "double"
    CROSSED = "crossed"
    UNKNOWN = "unknown"
    SET_ASIDE = "set_aside"
    REINSTATED = "reinstated"
    PARKED = "parked"
    HELD = "held"
    CLOCK = "clock"


@dataclass(frozen=True, slots=True)
class Conflict:
    """Something that a person has to look at.

    Attributes:
        name: what it is about, within its kind.
        visits: whom it concerns; none where that is not known, or it concerns all.
        detail: numbers and codes for the words about it; a verdict's reason, which is words already.
        turn: how many settlements of it were taken back; each makes it another one, which is asked about again.
    """

    kind: Kind
    name: str
    at: datetime
    visits: tuple[str, ...] = ()
    detail: Detail = field(default_factory=dict)
    turn: int = 0

    @property
    def key(self) -> str:
        """Its name in an address and in a settlement."""
        again = f" {self.turn}" if self.turn else ""
        return digest_bytes(f"{self.kind} {self.name}{again}".encode())[:32]


Rule = Callable[[Session], Iterator[Conflict]]


def _two_stations(session: Session) -> Iterator[Conflict]:
    """Several presses of the same button on the same old page are one conflict."""
    acts = session.scalars(select(AuditRow).where(AuditRow.act == OVERTAKEN).order_by(AuditRow.id.desc()))
    first = {f"{row.subject} {row.station} {row.detail['after']}": row for row in acts}
    for name, row in first.items():
        yield Conflict(Kind.TWO_STATIONS, name, row.at, (row.subject,), {**row.detail, "station": row.station})


def _doubles(session: Session) -> Iterator[Conflict]:
    """What seems to be one finger under two names (`kiosk.doubles`)."""
    for one in doubles_in(session):
        detail: Detail = {"finger": one.finger, "other_finger": one.other_finger, "likeness_pct": one.likeness_pct}
        yield Conflict(Kind.DOUBLE, " ".join(sorted(one.pair)), one.found_at, (one.visit, one.other), detail)


def _crossed(session: Session) -> Iterator[Conflict]:
    """A verdict on a version that is not the newest, has reopened nothing, and was followed by no word on a later one.

    A return that reopened the visit is answered by the newer version; there is nothing to settle.
    """
    later = aliased(RecordRow)
    newest = select(func.max(later.version)).where(later.visit_id == RecordRow.visit_id).scalar_subquery()
    query = select(VerdictRow, RecordRow, newest).join(RecordRow, RecordRow.digest == VerdictRow.record_digest)
    query = query.where(RecordRow.version < newest, VerdictRow.decision.not_in(_NO_JUDGEMENT))
    for verdict, record, latest in session.execute(query.order_by(VerdictRow.seq)).all():
        if not _is_followed(session, record) and not _has_reopened(session, record.visit_id, verdict.seq):
            detail = {**_of_verdict(verdict), "version": record.version, "newest": latest}
            yield Conflict(Kind.CROSSED, str(verdict.seq), verdict.applied_at, (record.visit_id,), detail)


def _is_followed(session: Session, record: RecordRow) -> bool:
    later = select(RecordRow.digest).where(RecordRow.visit_id == record.visit_id, RecordRow.version > record.version)
    return bool(session.scalar(select(exists().where(VerdictRow.record_digest.in_(later)))))


def _has_reopened(session: Session, visit: str, seq: int) -> bool:
    returns = select(EvidenceRow.data).where(EvidenceRow.visit_id == visit, EvidenceRow.step == RETURN)
    return any(data.get("verdict") == seq for data in session.scalars(returns))


def _unknown(session: Session) -> Iterator[Conflict]:
    """A verdict on a record that this computer has not: its data were put back from an older backup."""
    known = exists().where(RecordRow.digest == VerdictRow.record_digest)
    query = select(VerdictRow).where(~known, VerdictRow.decision.not_in(_NO_JUDGEMENT))
    for verdict in session.scalars(query.order_by(VerdictRow.seq)).all():
        visit = _visit_of(session, verdict.reg_no)
        if not (visit and _has_reopened(session, visit, verdict.seq)):
            visits = (visit,) if visit else ()
            yield Conflict(Kind.UNKNOWN, str(verdict.seq), verdict.applied_at, visits, _of_verdict(verdict))


def _last_said(kind: Kind, decision: Decision) -> Rule:
    """Return the rule for records of which this is the region's last word: set aside, or counted again after that."""

    def rule(session: Session) -> Iterator[Conflict]:
        later = aliased(VerdictRow)
        replaced = exists().where(later.record_digest == VerdictRow.record_digest, later.seq > VerdictRow.seq)
        query = select(VerdictRow).where(VerdictRow.decision == decision.value, ~replaced).order_by(VerdictRow.seq)
        for verdict in session.scalars(query).all():
            record = session.get(RecordRow, verdict.record_digest)
            visit = record.visit_id if record else _visit_of(session, verdict.reg_no)
            detail = {**_of_verdict(verdict), "version": record.version if record else 0}
            yield Conflict(kind, str(verdict.seq), verdict.applied_at, (visit,) if visit else (), detail)

    return rule


def _parked(session: Session) -> Iterator[Conflict]:
    """An object that the region refuses for good; parked again, it is asked about again."""
    for row in session.scalars(select(OutboxRow).where(*open_refusals()).order_by(OutboxRow.id)).all():
        parked_at = row.parked_at or row.queued_at
        yield Conflict(Kind.PARKED, f"{row.digest} {parked_at}", parked_at, *_object(session, row))


def _held(session: Session) -> Iterator[Conflict]:
    """A record that the region has whole, and will not accept before a person there has looked at it."""
    later = aliased(RecordRow)
    replaced = exists().where(later.visit_id == RecordRow.visit_id, later.version > RecordRow.version)
    query = select(OutboxRow).join(RecordRow, RecordRow.digest == OutboxRow.digest)
    query = query.where(OutboxRow.last_error.startswith(HELD), RecordRow.accepted_at.is_(None), ~replaced)
    for row in session.scalars(query.where(OutboxRow.parked_at.is_(None)).order_by(OutboxRow.id)).all():
        yield Conflict(Kind.HELD, row.digest, row.sent_at or row.queued_at, *_object(session, row))


def _clock(session: Session) -> Iterator[Conflict]:
    """A stretch of the audit log whose times are doubted; one conflict from the first entry to the last."""
    doubted = select(AuditRow.id, AuditRow.at, AuditRow.clock).where(AuditRow.clock.in_(_DOUBTED)).order_by(AuditRow.id)
    stretch: list[tuple[int, datetime, str]] = []
    for entry, at, clock in (*session.execute(doubted).all(), (0, None, "")):
        if stretch and entry != stretch[-1][0] + 1:
            first, last = stretch[0], stretch[-1]
            detail: Detail = {"first": first[0], "last": last[0], "count": len(stretch), "clock": first[2]}
            yield Conflict(Kind.CLOCK, str(first[0]), first[1], (), detail | {"until": last[1].isoformat()})
            stretch = []
        if at is not None:
            stretch.append((entry, at, clock))


def _object(session: Session, row: OutboxRow) -> tuple[tuple[str, ...], Detail]:
    """Return whose object it is, and what is to be said of it."""
    table = RecordRow if row.kind == "record" else SealedObjectRow
    visit = session.scalar(select(table.visit_id).where(table.digest == row.digest))
    detail: Detail = {"object": row.kind, "digest": row.digest, "error": row.last_error, "attempts": row.attempts}
    return ((visit,) if visit else ()), detail


def _of_verdict(verdict: VerdictRow) -> Detail:
    return {
        "verdict": verdict.seq,
        "decision": verdict.decision,
        "step": verdict.step,
        "reason": verdict.reason,
        "code": verdict.code,
        "record": verdict.record_digest,
    }


def _visit_of(session: Session, reg_no: str) -> str | None:
    return session.scalar(select(VisitRow.id).join(RegistrationRow).where(RegistrationRow.reg_no == reg_no))


RULES: Mapping[Kind, Rule] = {
    Kind.TWO_STATIONS: _two_stations,
    Kind.DOUBLE: _doubles,
    Kind.CROSSED: _crossed,
    Kind.UNKNOWN: _unknown,
    Kind.SET_ASIDE: _last_said(Kind.SET_ASIDE, Decision.SET_ASIDE),
    Kind.REINSTATED: _last_said(Kind.REINSTATED, Decision.REINSTATED),
    Kind.PARKED: _parked,
    Kind.HELD: _held,
    Kind.CLOCK: _clock,
}
