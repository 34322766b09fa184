"""Which captures have gone, and what allowed it: the sealed object and the region's signed word on its record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from local_db.engine import Database
from local_db.models import RecordRow, RemovalRow, SealedObjectRow


@dataclass(frozen=True, slots=True)
class RemovedCapture:
    """One captured file that is no longer here.

    Attributes:
        digest: SHA-256 of the capture.
        object: digest of the encrypted object that holds it; "" for a try that never counted and was never sealed.
        record: digest of the newest record of its visit.
    """

    digest: str
    visit: str
    removed_at: datetime
    object: str
    record: str


@dataclass(frozen=True, slots=True)
class RecordWord:
    """The region's signed word that it has accepted a record, as it came; None where captures went without it."""

    digest: str
    sealed_at: datetime
    cleared_at: datetime | None
    receipt: bytes | None


class RemovalProofs:
    """For reading only."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def captures(self, visits: Sequence[str]) -> list[RemovedCapture]:
        """Return the captures of these visits that have gone."""
        gone = select(RemovalRow).where(RemovalRow.visit_id.in_(visits), RemovalRow.removed_at.is_not(None))
        sealed = select(SealedObjectRow.visit_id, SealedObjectRow.plain_digest, SealedObjectRow.digest)
        sealed = sealed.where(SealedObjectRow.visit_id.in_(visits)).order_by(SealedObjectRow.made_at)
        with self._database.reading() as session:
            objects = {(visit, plain): digest for visit, plain, digest in session.execute(sealed)}
            newest = select(RecordRow.visit_id, RecordRow.digest).where(RecordRow.visit_id.in_(visits))
            records = dict(session.execute(newest.order_by(RecordRow.version)).all())
            return [
                RemovedCapture(
                    digest=row.digest,
                    visit=row.visit_id,
                    removed_at=row.removed_at,
                    object=objects.get((row.visit_id, row.digest), ""),
                    record=records.get(row.visit_id, ""),
                )
                for row in session.scalars(gone.order_by(RemovalRow.visit_id, RemovalRow.digest))
                if row.removed_at is not None
            ]

    def words(self, records: Sequence[str]) -> list[RecordWord]:
        """Return the region's word on each of these records."""
        columns = (RecordRow.digest, RecordRow.sealed_at, RecordRow.cleared_at, RecordRow.receipt)
        with self._database.reading() as session:
            query = select(*columns).where(RecordRow.digest.in_(records)).order_by(RecordRow.digest)
            return [RecordWord(*row) for row in session.execute(query)]
