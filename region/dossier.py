"""Everything that one record's screen shows, read in one go."""

import hashlib
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from region.audit import note
from region.document import Document, NamedFile, read_document
from region.errors import UnknownObjectError, UnreadableRecordError, WrongDigestError
from region.findings import Finding, findings
from region.models import RecordFile, RecordRow, Reviewer, StoredFile, Venue, VerdictRow
from region.store import Store
from region.worklist import State, state_of


@dataclass(frozen=True, slots=True)
class Version:
    """One version of this person's record, or of the same person's at another venue."""

    row: RecordRow
    state: State
    reason: str
    is_this: bool
    is_conflict: bool


@dataclass(frozen=True, slots=True)
class Integrity:
    """Whether what is kept is what was received; `stored` of `named` files are there in their full size."""

    digest_ok: bool
    named: int
    stored: frozenset[str]

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing and nothing changed."""
        return self.digest_ok and len(self.stored) == self.named


@dataclass(frozen=True, slots=True)
class Dossier:
    """A record with all that surrounds it; `document` is None where what is kept can no longer be read."""

    row: RecordRow
    venue_name: str
    document: Document | None
    found: tuple[Finding, ...]
    versions: tuple[Version, ...]
    integrity: Integrity
    state: State
    verdict: VerdictRow | None
    decided_by: str

    @property
    def can_be_judged(self) -> bool:
        """Whether a verdict may be given now."""
        return self.state is State.WAITING and self.integrity.is_whole

    @property
    def has_conflict(self) -> bool:
        """Whether another record claims to be the same version."""
        return any(version.is_conflict for version in self.versions)


def read_dossier(store: Store, digest: str) -> Dossier:
    """Return the record and all that surrounds it.

    Raises:
        UnknownObjectError: no such record.
    """
    with store.read() as session:
        row = session.scalar(select(RecordRow).where(RecordRow.digest == digest))
        if row is None:
            raise UnknownObjectError("no such record")
        content = row.content
        verdict = session.scalar(select(VerdictRow).where(VerdictRow.record_digest == digest))
        reviewer = session.get(Reviewer, verdict.reviewer) if verdict else None
        document = _document(content, digest)
        return Dossier(
            row=row,
            venue_name=session.get_one(Venue, row.venue).name,
            document=document,
            found=findings(document) if document else (),
            versions=_versions(session, row),
            integrity=_integrity(session, store, digest, content),
            state=state_of(row.is_current, row.accepted_at is not None, verdict.decision if verdict else None),
            verdict=verdict,
            decided_by=reviewer.name if reviewer else "",
        )


def read_file(store: Store, record_digest: str, file_digest: str) -> tuple[NamedFile, bytes]:
    """Return a file that this record names, with its content.

    Raises:
        UnknownObjectError: the record does not name it, or it is not here, or no longer what it was.
    """
    with store.read() as session:
        named = session.get(RecordFile, (record_digest, file_digest))
    content = store.files.read_intact(file_digest) if named else None
    if named is None or content is None:
        raise UnknownObjectError("no such file of this record")
    return NamedFile(named.file_digest, named.size, named.media_type), content


def note_view(store: Store, reviewer: str, digest: str) -> None:
    """Put on record that somebody looked at a person's data."""
    with store.write() as session:
        note(session, store.now(), reviewer, "record_viewed", digest)


def _document(content: bytes, digest: str) -> Document | None:
    try:
        return read_document(content, digest)
    except (UnreadableRecordError, WrongDigestError):
        return None


def _integrity(session: Session, store: Store, digest: str, content: bytes) -> Integrity:
    named = session.scalars(select(RecordFile).where(RecordFile.record_digest == digest)).all()
    query = select(StoredFile).join(RecordFile, RecordFile.file_digest == StoredFile.digest)
    stored = session.scalars(query.where(RecordFile.record_digest == digest)).all()
    whole = frozenset(file.digest for file in stored if store.files.size_bytes(file.digest) == file.size)
    return Integrity(hashlib.sha256(content).hexdigest() == digest, len(named), whole)


def _versions(session: Session, row: RecordRow) -> tuple[Version, ...]:
    """Return all versions, newest first; another venue's record of the same person is a conflict too."""
    query = select(RecordRow, VerdictRow.decision, VerdictRow.reason).outerjoin(
        VerdictRow, VerdictRow.record_digest == RecordRow.digest
    )
    query = query.where(RecordRow.reg_no == row.reg_no).order_by(RecordRow.version.desc(), RecordRow.seq)
    return tuple(
        Version(
            row=other,
            state=state_of(other.is_current, other.accepted_at is not None, decision),
            reason=reason or "",
            is_this=other.digest == row.digest,
            is_conflict=other.digest != row.digest and (other.venue != row.venue or other.version == row.version),
        )
        for other, decision, reason in session.execute(query)
    )
