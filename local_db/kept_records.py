"""What is kept here of each sealed record, for reckoning with the region: envelope, objects, and every receipt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Exists, exists, func, select
from sqlalchemy.orm import Session, aliased

from local_db.engine import Database
from local_db.models import RecordRow, TicketRow
from local_db.sending_models import OutboxRow, RecordFileRow
from records.canonical import digest_document


@dataclass(frozen=True, slots=True)
class KeptObject:
    """One object on its way; `receipt` is the region's word on it as it came, not believed yet.

    Attributes:
        is_queued: whether it is in the list of what is sent at all.
        is_parked: whether the region refused it.
    """

    digest: str
    receipt: bytes | None
    is_queued: bool = True
    is_parked: bool = False


@dataclass(frozen=True, slots=True)
class KeptRecord:
    """One sealed version of a visit's record.

    Attributes:
        ticket: the visit's newest number.
        content: the envelope.
        receipt: the region's word that it has accepted the whole, as it came.
        envelope: the record's own way; `objects` are the files that the rows say it names.
    """

    digest: str
    visit: str
    ticket: str
    version: int
    content: bytes
    sealed_at: datetime
    receipt: bytes | None
    envelope: KeptObject
    objects: tuple[KeptObject, ...]


class KeptRecords:
    """The sealed records of this computer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def between(self, begins_at: datetime, ends_at: datetime) -> list[KeptRecord]:
        """Return every version sealed within these moments, oldest first."""
        within = (RecordRow.sealed_at >= begins_at, RecordRow.sealed_at < ends_at)
        with self._database.reading() as session:
            rows = session.scalars(select(RecordRow).where(*within).order_by(RecordRow.sealed_at, RecordRow.digest))
            return _kept(session, rows.all())

    def left_before(self, moment: datetime) -> int:
        """Return how many records sealed before this moment the region has not accepted, newest versions only."""
        query = select(func.count()).select_from(RecordRow)
        query = query.where(RecordRow.sealed_at < moment, RecordRow.accepted_at.is_(None), ~_replaced())
        with self._database.reading() as session:
            return session.scalar(query) or 0

    def mark(self, begins_at: datetime, ends_at: datetime) -> str:
        """Return a digest that changes as soon as a record of these moments is added, accepted, sent or refused."""
        named = select(RecordFileRow.file_digest).join(RecordRow, RecordRow.digest == RecordFileRow.record_digest)
        within = (RecordRow.sealed_at >= begins_at, RecordRow.sealed_at < ends_at)
        mine = OutboxRow.digest.in_(named.where(*within)) | OutboxRow.digest.in_(
            select(RecordRow.digest).where(*within)
        )
        ways = select(OutboxRow.digest, OutboxRow.receipt_key, OutboxRow.parked_at.is_not(None)).where(mine)
        records = select(RecordRow.digest, RecordRow.receipt_key, RecordRow.accepted_at.is_not(None)).where(*within)
        with self._database.reading() as session:
            found = [sorted(map(list, session.execute(query).all())) for query in (ways, records)]
        return digest_document({"found": found})


def _kept(session: Session, rows: Sequence[RecordRow]) -> list[KeptRecord]:
    digests = [row.digest for row in rows]
    names: dict[str, list[str]] = {digest: [] for digest in digests}
    named = select(RecordFileRow.record_digest, RecordFileRow.file_digest)
    named = named.where(RecordFileRow.record_digest.in_(digests)).order_by(RecordFileRow.file_digest)
    for record, file in session.execute(named):
        names[record].append(file)
    ways = _ways(session, [*digests, *(file for files in names.values() for file in files)])
    tickets = dict(
        session.execute(
            select(TicketRow.visit_id, TicketRow.number)
            .where(TicketRow.visit_id.in_([row.visit_id for row in rows]))
            .order_by(TicketRow.id)
        ).all()
    )
    return [
        KeptRecord(
            digest=row.digest,
            visit=row.visit_id,
            ticket=tickets.get(row.visit_id, ""),
            version=row.version,
            content=row.content,
            sealed_at=row.sealed_at,
            receipt=row.receipt,
            envelope=_way(ways, row.digest),
            objects=tuple(_way(ways, one) for one in names[row.digest]),
        )
        for row in rows
    ]


def _ways(session: Session, digests: Sequence[str]) -> dict[str, KeptObject]:
    columns = (OutboxRow.digest, OutboxRow.receipt, OutboxRow.parked_at)
    found = session.execute(select(*columns).where(OutboxRow.digest.in_(digests)))
    return {digest: KeptObject(digest, receipt, is_parked=parked is not None) for digest, receipt, parked in found}


def _way(ways: dict[str, KeptObject], digest: str) -> KeptObject:
    return ways.get(digest) or KeptObject(digest, None, is_queued=False)


def _replaced() -> Exists:
    later = aliased(RecordRow)
    return exists().where(later.visit_id == RecordRow.visit_id, later.version > RecordRow.version)
