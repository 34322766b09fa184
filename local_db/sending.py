"""How far each record and each of its objects is on the way to the region: what the lead looks at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from local_db.engine import Database
from local_db.models import EvidenceRow, RecordRow, TicketRow
from local_db.outbox import HELD
from local_db.sending_models import OutboxRow, RecordFileRow


@dataclass(frozen=True, slots=True)
class Sending:
    """One object on its way.

    Attributes:
        state: `parked`, `sent`, `under_way` (the region has part of it), `failed` (tried, waits) or `waiting`.
        error: why the last attempt failed, "" if it did not.
        receipt_key: the region's key that signed for it, "" as long as it has not.
    """

    kind: str
    digest: str
    size_bytes: int
    uploaded_bytes: int
    attempts: int
    begun_at: datetime | None
    next_try_at: datetime
    error: str
    sent_at: datetime | None
    parked_at: datetime | None
    receipt_key: str

    @property
    def state(self) -> str:
        """Where it stands, in one word."""
        if self.parked_at:
            return "parked"
        if self.sent_at:
            return "sent"
        if self.error:
            return "failed"
        return "under_way" if self.uploaded_bytes else "waiting"

    @property
    def is_held(self) -> bool:
        """Whether a person at the region looks at it before it is accepted."""
        return self.error.startswith(HELD)


@dataclass(frozen=True, slots=True)
class Journey:
    """One sealed record on its way: when it got how far, and by whom.

    Attributes:
        sealed_by: who did the last act before it was sealed.
        sent_at: when the last of its objects was sent, None while one is not.
        accepted_key: the region's key that signed the acceptance, "" as long as there is none.
        objects: the record itself first, then its files.
    """

    digest: str
    visit_id: str
    ticket: str
    version: int
    sealed_at: datetime
    sealed_by: str
    sent_at: datetime | None
    accepted_at: datetime | None
    accepted_key: str
    objects: tuple[Sending, ...]

    @property
    def state(self) -> str:
        """`parked`, `saved`, `sent` or `accepted`."""
        if any(one.parked_at for one in self.objects):
            return "parked"
        if self.accepted_at:
            return "accepted"
        return "sent" if self.sent_at else "saved"

    @property
    def is_purgeable(self) -> bool:
        """Whether the region has signed for every object and the whole; its files may go when the policy says so."""
        return bool(self.accepted_key) and all(one.receipt_key for one in self.objects)


class SendingBook:
    """The outbox as people see it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def journeys(self, limit: int, open_only: bool = True) -> list[Journey]:
        """Return sealed records: parked ones first, then the oldest; only those not accepted yet if so wanted."""
        named = select(RecordFileRow.file_digest).where(RecordFileRow.record_digest == RecordRow.digest)
        objects = (OutboxRow.digest == RecordRow.digest) | OutboxRow.digest.in_(named.correlate(RecordRow))
        is_parked = exists(select(OutboxRow.id).where(objects, OutboxRow.parked_at.is_not(None)))
        query = select(RecordRow).order_by(is_parked.desc(), RecordRow.sealed_at).limit(limit)
        if open_only:
            query = query.where(RecordRow.accepted_at.is_(None))
        else:
            query = query.order_by(None).order_by(is_parked.desc(), RecordRow.sealed_at.desc())
        with self._database.reading() as session:
            return [_journey(session, row) for row in session.scalars(query)]

    def left(self) -> tuple[int, int]:
        """Return how many objects are not sent yet, and how many bytes that is, less what the region has of them."""
        size = func.coalesce(func.sum(OutboxRow.size_bytes - OutboxRow.uploaded_bytes), 0)
        with self._database.reading() as session:
            count, size_bytes = session.execute(select(func.count(), size).where(OutboxRow.sent_at.is_(None))).one()
            return count, size_bytes


def _journey(session: Session, row: RecordRow) -> Journey:
    named = select(RecordFileRow.file_digest).where(RecordFileRow.record_digest == row.digest)
    mine = select(OutboxRow).where((OutboxRow.digest == row.digest) | OutboxRow.digest.in_(named))
    rows = session.scalars(mine.order_by(OutboxRow.kind.desc(), OutboxRow.id)).all()
    last = (EvidenceRow.visit_id == row.visit_id) & (EvidenceRow.seq == row.last_seq)
    ticket = select(TicketRow.number).where(TicketRow.visit_id == row.visit_id).order_by(TicketRow.id.desc())
    return Journey(
        digest=row.digest,
        visit_id=row.visit_id,
        ticket=session.scalar(ticket.limit(1)) or "",
        version=row.version,
        sealed_at=row.sealed_at,
        sealed_by=session.scalar(select(EvidenceRow.actor).where(last)) or "",
        sent_at=_last_sent(rows),
        accepted_at=row.accepted_at,
        accepted_key=row.receipt_key,
        objects=tuple(map(_sending, rows)),
    )


def _last_sent(rows: Sequence[OutboxRow]) -> datetime | None:
    sent = [row.sent_at for row in rows if row.sent_at]
    return max(sent) if sent and len(sent) == len(rows) else None


def _sending(row: OutboxRow) -> Sending:
    return Sending(
        kind=row.kind,
        digest=row.digest,
        size_bytes=row.size_bytes,
        uploaded_bytes=row.uploaded_bytes,
        attempts=row.attempts,
        begun_at=row.begun_at,
        next_try_at=row.next_try_at,
        error=row.last_error,
        sent_at=row.sent_at,
        parked_at=row.parked_at,
        receipt_key=row.receipt_key,
    )
