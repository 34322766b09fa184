"""What is on its way to the region, and what the region answered. One row an object, each with its own fate."""

from collections.abc import Collection, MutableMapping, Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, Exists, case, exists, func, or_, select, text, update
from sqlalchemy.orm import Session, aliased

from local_db.clock import Clock
from local_db.engine import Database
from local_db.models import RecordRow
from local_db.parcels import Fate, Parcel, SyncCounts
from local_db.sending_models import OutboxRow, RecordFileRow, SyncStateRow
from local_db.store import Store
from local_db.verdicts import VerdictBook
from records.receipt import SignedReceipt

LONGEST_WAIT = timedelta(hours=2)
"""Nothing is ever put off for longer; what seems to be was put off by a clock that has been put right since."""
HELD = "held "
"""How the last word on a record begins that the region has whole, and a person there has to look at; a code follows."""


class Outbox:
    """The worker's view of the store.

    Attributes:
        verdicts: what the region has decided.
    """

    def __init__(self, database: Database, store: Store, clock: Clock) -> None:
        self.verdicts = VerdictBook(database, store, clock)
        self._database = database
        self._store = store
        self._clock = clock

    def due(self, limit: int, except_ids: Collection[int] = (), kind: str = "") -> list[Parcel]:
        """Return what may be tried now: records before files, then the oldest first.

        A file waits until a record that names it has been sent: the region takes only what was announced.

        Args:
            kind: `record` or `file`, if only such are asked for.
        """
        now = self._clock.now()
        is_time = or_(OutboxRow.next_try_at <= now, OutboxRow.next_try_at > now + LONGEST_WAIT)
        query = (
            select(OutboxRow)
            .where(OutboxRow.sent_at.is_(None), OutboxRow.parked_at.is_(None), OutboxRow.id.not_in(except_ids))
            .where(is_time, (OutboxRow.kind == "record") | _announced())
            .order_by(case((OutboxRow.kind == "record", 0), else_=1), OutboxRow.attempts, OutboxRow.id)
            .limit(limit)
        )
        if kind:
            query = query.where(OutboxRow.kind == kind)
        with self._database.reading() as session:
            return [_parcel_of(row) for row in session.scalars(query)]

    def begin(self, parcels: Sequence[Parcel]) -> None:
        """Note that an attempt begins: should we be killed in it, the region may have the object unknown to us."""
        begun = update(OutboxRow).where(OutboxRow.id.in_([parcel.id for parcel in parcels]))
        with self._database.writing() as session:
            session.execute(begun.values(attempts=OutboxRow.attempts + 1, begun_at=self._clock.now()))

    def content(self, parcel: Parcel) -> bytes:
        """Return the bytes to send.

        Raises:
            MissingBlobError: the file is gone from the disk or has changed.
        """
        return self.object(parcel.kind, parcel.digest)

    def object(self, kind: str, digest: str) -> bytes:
        """Return the bytes of an object on its way.

        Raises:
            MissingBlobError: the file is gone from the disk or has changed.
        """
        if kind == "file":
            return self._store.sealed.get(digest)
        with self._database.reading() as session:
            return session.get_one(RecordRow, digest).content

    def note(self, fates: Sequence[Fate], far: MutableMapping[int, tuple[str, int]] | None = None) -> None:
        """Note what became of objects, in one transaction: candidates' screens wait for the same disk.

        Args:
            far: by id of an object, where its upload goes on and how many bytes the region has; emptied.
        """
        with self._database.writing() as session:
            while far:
                parcel_id, (url, size_bytes) = far.popitem()
                row = session.get_one(OutboxRow, parcel_id)
                row.upload_url, row.uploaded_bytes = url, size_bytes
            for fate in fates:
                row = session.get_one(OutboxRow, fate.parcel.id)
                row.last_error = fate.error
                if fate.receipt:
                    self.settle_within(session, row, fate.receipt)
                elif row.sent_at:  # the region's word on it came on a stick meanwhile
                    row.last_error = ""
                elif fate.next_try_at:
                    row.next_try_at = fate.next_try_at
                else:
                    row.parked_at = self._clock.now()

    def send_again(self, digests: Sequence[str]) -> None:
        """Put objects back in line: the region says they are missing, or a person wants a parked one tried again."""
        with self._database.writing() as session:
            self.put_back(session, digests)

    def put_back(self, session: Session, digests: Sequence[str]) -> None:
        """Do the same inside a transaction that is already writing something else."""
        back = update(OutboxRow).where(OutboxRow.digest.in_(digests))
        now = self._clock.now()
        session.execute(back.values(sent_at=None, parked_at=None, receipt=None, receipt_key="", next_try_at=now))

    def note_held(self, record_digest: str, why: str) -> None:
        """The region has all of a record, and a person there has to look before it can accept it."""
        with self._database.writing() as session:
            session.execute(
                update(OutboxRow).where(OutboxRow.digest == record_digest).values(last_error=f"{HELD}{why}")
            )

    def doubt(self, digests: Sequence[str]) -> None:
        """Have the region say again what it has said of these objects and records: the word kept here does not hold."""
        records = update(RecordRow).where(RecordRow.digest.in_(digests))
        with self._database.writing() as session:
            session.execute(records.values(accepted_at=None, receipt=None, receipt_key=""))
        self.send_again(digests)

    def park(self, record_digest: str, error: str) -> None:
        """Set a record aside for a person: the region has all of it and does not accept it."""
        with self._database.writing() as session:
            record = update(OutboxRow).where(OutboxRow.digest == record_digest)
            session.execute(record.values(parked_at=self._clock.now(), last_error=error))

    def retry_now(self) -> None:
        """Let everything that was put off be tried at once: the line is back."""
        waiting = update(OutboxRow).where(OutboxRow.sent_at.is_(None), OutboxRow.parked_at.is_(None))
        with self._database.writing() as session:
            session.execute(waiting.values(next_try_at=self._clock.now()))

    def unaccepted(self, limit: int) -> list[str]:
        """Return digests of records of which everything was sent and which the region has not accepted yet."""
        parked = exists().where(OutboxRow.digest == RecordRow.digest, OutboxRow.parked_at.is_not(None))
        query = select(RecordRow.digest).where(RecordRow.accepted_at.is_(None), ~_unsent(), ~parked).limit(limit)
        with self._database.reading() as session:
            return list(session.scalars(query))

    def not_accepted(self) -> frozenset[str]:
        """Return digests of all records that the region has not accepted yet, sent or not."""
        with self._database.reading() as session:
            return frozenset(session.scalars(select(RecordRow.digest).where(RecordRow.accepted_at.is_(None))))

    def is_sent(self, record_digest: str) -> bool:
        """Tell whether the record and all its files have reached the region."""
        with self._database.reading() as session:
            query = select(RecordRow.digest).where(RecordRow.digest == record_digest, ~_unsent())
            return session.scalar(query) is not None

    def accept(self, receipt: SignedReceipt) -> None:
        """The region has accepted a record as a whole; `receipt` says so."""
        with self._database.writing() as session:
            self.accept_within(session, receipt)

    def settle_within(self, session: Session, row: OutboxRow, receipt: SignedReceipt) -> None:
        """Note the region's word on an object, inside a transaction that is already writing something else."""
        row.sent_at, row.parked_at = self._clock.now(), None
        row.receipt, row.receipt_key = receipt.document, receipt.key_id
        row.upload_url, row.uploaded_bytes = "", row.size_bytes
        row.last_error = f"{HELD}{receipt.receipt.held}" if receipt.receipt.held else ""
        for one in (receipt, *receipt.records):
            if one.is_accepted:
                self.accept_within(session, one)

    def accept_within(self, session: Session, receipt: SignedReceipt) -> None:
        """Note that a record is accepted as a whole, inside a transaction that is already writing something else."""
        row = session.get(RecordRow, receipt.receipt.digest)
        if row and row.accepted_at is None:
            row.accepted_at = self._clock.now()
            row.receipt, row.receipt_key = receipt.document, receipt.key_id
            # What was refused of it arrived after all, or somebody else spoke: its own receipt is asked for again.
            named = select(RecordFileRow.file_digest).where(RecordFileRow.record_digest == row.digest)
            parked = OutboxRow.parked_at.is_not(None), (OutboxRow.digest == row.digest) | OutboxRow.digest.in_(named)
            again = update(OutboxRow).where(*parked).execution_options(synchronize_session=False)
            session.execute(again.values(parked_at=None, next_try_at=self._clock.now()))

    def counts(self) -> SyncCounts:
        """Return how many records are how far, counting the newest version of each visit."""
        later = aliased(RecordRow)
        replaced = exists(
            select(later.digest).where(later.visit_id == RecordRow.visit_id, later.version > RecordRow.version)
        )
        query = (
            select(RecordRow.accepted_at.is_not(None), _unsent(), func.count())
            .where(~replaced)
            .group_by(text("1"), text("2"))
        )
        saved = sent = accepted = 0
        with self._database.reading() as session:
            for is_accepted, is_unsent, count in session.execute(query):
                if is_accepted:
                    accepted += count
                elif is_unsent:
                    saved += count
                else:
                    sent += count
            parked = session.scalar(select(func.count()).where(*open_refusals())) or 0
        return SyncCounts(saved, sent, accepted, parked)

    def parked(self) -> list[tuple[Parcel, str]]:
        """Return what the region refused, with the reason."""
        with self._database.reading() as session:
            rows = session.scalars(select(OutboxRow).where(*open_refusals()).order_by(OutboxRow.id))
            return [(_parcel_of(row), row.last_error) for row in rows]

    def recall(self, key: str, default: str = "") -> str:
        """Return something the worker remembered."""
        with self._database.reading() as session:
            row = session.get(SyncStateRow, key)
            return row.value if row else default

    def remember(self, key: str, value: str) -> None:
        """Remember something over a restart."""
        with self._database.writing() as session:
            session.merge(SyncStateRow(key=key, value=value))


def _unsent() -> Exists:
    named = (
        select(RecordFileRow.file_digest).where(RecordFileRow.record_digest == RecordRow.digest).correlate(RecordRow)
    )
    objects = (OutboxRow.digest == RecordRow.digest) | OutboxRow.digest.in_(named)
    return exists(select(OutboxRow.id).where(objects, OutboxRow.sent_at.is_(None)))


def open_refusals() -> tuple[ColumnElement[bool], ...]:
    """Return what is true of a parked object that some record needs which no later, accepted version has replaced."""
    later = aliased(RecordRow)
    replaced = exists().where(
        later.visit_id == RecordRow.visit_id, later.version > RecordRow.version, later.accepted_at.is_not(None)
    )
    is_needed_record = exists().where(RecordRow.digest == OutboxRow.digest, ~replaced)
    is_needed_file = exists().where(
        RecordFileRow.file_digest == OutboxRow.digest, RecordRow.digest == RecordFileRow.record_digest, ~replaced
    )
    return OutboxRow.parked_at.is_not(None), is_needed_record | is_needed_file


def _announced() -> Exists:
    record = aliased(OutboxRow)
    naming = (
        select(RecordFileRow.record_digest).where(RecordFileRow.file_digest == OutboxRow.digest).correlate(OutboxRow)
    )
    return exists(select(record.id).where(record.digest.in_(naming), record.sent_at.is_not(None)))


def _parcel_of(row: OutboxRow) -> Parcel:
    return Parcel(row.id, row.kind, row.digest, row.media_type, row.size_bytes, row.attempts, row.upload_url)
