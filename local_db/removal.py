"""Removes captured files in plaintext once they are sealed. Decided, done and noted, so that a kill leaves no doubt.

A file goes in two transactions: the first says that it shall go; the second removes it and says that it went. Whoever
is killed between them finds the decision and does it again. Both hold the database's write lock, as saving does, so
that a file that is captured anew at that very moment (equal bytes have one file) is not lost.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Exists, delete, exists, func, select
from sqlalchemy.orm import Session, aliased

from local_db import audit
from local_db.blobs import BlobFolder
from local_db.clock import Clock
from local_db.engine import Database
from local_db.models import AttachmentRow, EvidenceRow, RecordRow, RemovalRow, VisitRow
from records.evidence import Evidence

KEEPER = "keeper"
"""Who acts in the audit when the program itself removes files."""


@dataclass(frozen=True, slots=True)
class Clearable:
    """A visit whose newest record is sealed and whose plaintext has not been dealt with; times are the record's."""

    visit: str
    record: str
    profile_digest: str
    sealed_at: datetime
    accepted_at: datetime | None


class Removal:
    """Finds what may go, and lets it go."""

    def __init__(self, database: Database, blobs: BlobFolder, clock: Clock) -> None:
        self._database = database
        self._blobs = blobs
        self._clock = clock

    def clearable(self) -> list[Clearable]:
        """Return the visits that are sealed as they stand and not cleared yet."""
        last = select(func.max(EvidenceRow.seq)).where(EvidenceRow.visit_id == RecordRow.visit_id).scalar_subquery()
        columns = (
            RecordRow.visit_id,
            RecordRow.digest,
            VisitRow.profile_digest,
            RecordRow.sealed_at,
            RecordRow.accepted_at,
        )
        query = select(*columns).join(VisitRow, VisitRow.id == RecordRow.visit_id)
        query = query.where(RecordRow.cleared_at.is_(None), RecordRow.last_seq == last, ~_replaced())
        with self._database.reading() as session:
            return [Clearable(*row) for row in session.execute(query)]

    def clear(self, one: Clearable, digests: Collection[str], kept: Collection[str]) -> int:
        """Remove these files of a visit and note that it is cleared; return how many went.

        A file that another visit still needs, or this one for something in `kept`, stays until that one is cleared.
        """
        self._decide(one, set(digests) - set(kept))
        return self._carry_out(one)

    def removed(self, digests: Iterable[str]) -> frozenset[str]:
        """Return those of the files that were removed on purpose."""
        with self._database.reading() as session:
            query = select(RemovalRow.digest).where(RemovalRow.digest.in_(list(digests)))
            return frozenset(session.scalars(query))

    def is_cleared(self, record_digest: str) -> bool:
        """Tell whether a record's captures were dealt with."""
        with self._database.reading() as session:
            query = select(RecordRow.cleared_at).where(RecordRow.digest == record_digest)
            return session.scalar(query) is not None

    def _decide(self, one: Clearable, digests: Collection[str]) -> None:
        with self._database.writing() as session:
            known = set(session.scalars(select(RemovalRow.digest).where(RemovalRow.digest.in_(digests))))
            needed = _needed_elsewhere(session, one.visit, digests)
            for digest in sorted(set(digests) - known - needed):
                session.add(RemovalRow(digest=digest, visit_id=one.visit, decided_at=self._clock.now()))

    def _carry_out(self, one: Clearable) -> int:
        now = self._clock.now()
        with self._database.writing() as session:
            going = select(RemovalRow).where(RemovalRow.visit_id == one.visit, RemovalRow.removed_at.is_(None))
            rows = session.scalars(going).all()
            for row in rows:
                self._blobs.remove(row.digest)
                row.removed_at = now
            session.get_one(RecordRow, one.record).cleared_at = now
            if rows:
                detail = {"files": len(rows), "record": one.record}
                audit.append(session, self._clock, audit.Act(KEEPER, "", "biometrics_removed", one.visit, detail))
        return len(rows)


def here_again(session: Session, blobs: BlobFolder, evidence: Sequence[Evidence]) -> None:
    """Make sure, while the write lock is held, that freshly captured files are here and no longer count as removed."""
    fresh = {file.digest: file.content for item in evidence for file in item.attachments if file.content is not None}
    if fresh:
        session.execute(delete(RemovalRow).where(RemovalRow.digest.in_(fresh)))
    for digest, content in fresh.items():
        if not blobs.has(digest):
            blobs.put(content)


def _replaced() -> Exists:
    later = aliased(RecordRow)
    return exists().where(later.visit_id == RecordRow.visit_id, later.version > RecordRow.version)


def _needed_elsewhere(session: Session, visit: str, digests: Collection[str]) -> set[str]:
    """Return the files that visits name which are not cleared: another candidate's picture may have equal bytes."""
    cleared = exists().where(RecordRow.visit_id == EvidenceRow.visit_id, RecordRow.cleared_at.is_not(None))
    query = (
        select(AttachmentRow.digest)
        .join(EvidenceRow, EvidenceRow.id == AttachmentRow.evidence_id)
        .where(AttachmentRow.digest.in_(digests), EvidenceRow.visit_id != visit, ~cleared)
    )
    return set(session.scalars(query))
