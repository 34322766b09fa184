"""What a stick carries to the region, and what must be remembered of the bundles that were made."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session, aliased

from local_db.engine import Database
from local_db.models import RecordRow
from local_db.outbox import Outbox
from local_db.sending_models import OutboxRow, RecordFileRow, SyncStateRow
from local_db.verdicts import VERDICT_CURSOR
from records.age import new_identity
from records.bundle import BundledObject
from records.receipt import SignedReceipt

_NUMBER, _IDENTITY, _LAST = "bundle_number", "bundle_identity", "bundle_last"


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much would go onto a stick now."""

    records: int
    objects: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Taken:
    """What receipts that came on a stick have changed.

    Attributes:
        sent: objects that count as sent now; `accepted`: records that are accepted now.
        known: receipts that said nothing new.
        unknown: receipts for objects that are not this computer's.
    """

    sent: int
    accepted: int
    known: int
    unknown: int


class BundleBook:
    """The venue's memory about sticks. It lies in the database, which is encrypted."""

    def __init__(self, database: Database, outbox: Outbox) -> None:
        self._database = database
        self._outbox = outbox

    def waiting(self) -> Waiting:
        """Return how much is sealed and not accepted yet."""
        with self._database.reading() as session:
            records = session.scalar(select(func.count(RecordRow.digest)).where(*_is_open())) or 0
            size = func.coalesce(func.sum(OutboxRow.size_bytes), 0)
            count, size_bytes = session.execute(select(func.count(), size).where(_of_unaccepted())).one()
        return Waiting(records, count, size_bytes)

    def content(self, one: BundledObject) -> bytes:
        """Return an object's bytes.

        Raises:
            MissingBlobError: they are gone from the disk or have changed.
        """
        return self._outbox.object(one.kind, one.digest)

    def objects(self) -> list[BundledObject]:
        """Return everything that belongs to records the region has not accepted: records first, each object once.

        Also what was sent already: a bundle is whole in itself, and the region may have lost what it had.
        """
        query = select(OutboxRow).where(_of_unaccepted()).order_by(OutboxRow.kind.desc(), OutboxRow.id)
        with self._database.reading() as session:
            return [BundledObject(row.digest, row.size_bytes, row.kind) for row in session.scalars(query)]

    def next_number(self) -> int:
        """Return the number of a new bundle; none is given twice."""
        with self._database.writing() as session:
            number = int(_value(session, _NUMBER) or 0) + 1
            session.merge(SyncStateRow(key=_NUMBER, value=str(number)))
        return number

    def identity(self) -> str:
        """Return the secret age key to which the region closes what it answers about people; made when first used."""
        with self._database.writing() as session:
            known = _value(session, _IDENTITY)
            if not known:
                known = new_identity()
                session.merge(SyncStateRow(key=_IDENTITY, value=known))
        return known

    def verdict_cursor(self) -> int:
        """Return how far the region's verdicts are here."""
        return int(self._read(VERDICT_CURSOR) or 0)

    def last(self) -> str:
        """Return what was noted about the last bundle, "" if nothing ever was."""
        return self._read(_LAST)

    def note_last(self, text: str) -> None:
        """Note something about the last bundle, over a restart."""
        with self._database.writing() as session:
            session.merge(SyncStateRow(key=_LAST, value=text))

    def take(self, receipts: Sequence[SignedReceipt]) -> Taken:
        """Note receipts that came on a stick, all or none; what the region had said before stays as it is."""
        sent = accepted = known = unknown = 0
        with self._database.writing() as session:
            for receipt in receipts:
                row = session.scalar(select(OutboxRow).where(OutboxRow.digest == receipt.receipt.digest))
                if row is None:
                    unknown += 1
                    continue
                record = session.get(RecordRow, row.digest) if receipt.is_accepted else None
                is_sent_now, is_accepted_now = row.sent_at is None, record is not None and record.accepted_at is None
                sent, accepted = sent + is_sent_now, accepted + is_accepted_now
                known += not (is_sent_now or is_accepted_now)
                if is_sent_now:
                    self._outbox.settle_within(session, row, receipt)
                elif is_accepted_now:
                    self._outbox.accept_within(session, receipt)
        return Taken(sent, accepted, known, unknown)

    def _read(self, key: str) -> str:
        with self._database.reading() as session:
            return _value(session, key)


def _value(session: Session, key: str) -> str:
    row = session.get(SyncStateRow, key)
    return row.value if row else ""


def _of_unaccepted() -> ColumnElement[bool]:
    open_records = select(RecordRow.digest).where(*_is_open())
    named = select(RecordFileRow.file_digest).where(RecordFileRow.record_digest.in_(open_records))
    return OutboxRow.digest.in_(open_records) | OutboxRow.digest.in_(named)


def _is_open() -> tuple[ColumnElement[bool], ...]:
    """Not accepted, and not refused and replaced by a version that is."""
    later, parked = aliased(RecordRow), aliased(OutboxRow)
    replaced = exists().where(
        later.visit_id == RecordRow.visit_id, later.version > RecordRow.version, later.accepted_at.is_not(None)
    )
    refused = exists().where(parked.digest == RecordRow.digest, parked.parked_at.is_not(None))
    return RecordRow.accepted_at.is_(None), ~(replaced & refused)
