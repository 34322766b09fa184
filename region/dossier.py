"""Everything that one record's screen shows, read in one go."""

import hashlib
import sys
from dataclasses import dataclass

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from region.audit import note
from region.clocks import Flag, flags
from region.conflicts import Conflict, find_open
from region.document import Document, Line, NamedFile
from region.errors import DamagedHereError, UnknownObjectError, UnopenableError
from region.findings import Finding, findings
from region.judged import verdict_in_force
from region.models import RecordFile, RecordRow, Reviewer, StoredFile, Venue, VerdictRow
from region.opening import DAMAGED, open_document, open_named
from region.persons import NOBODY, Person
from region.signers import Signature, signature_of
from region.store import Store
from region.worklist import State, state_of

INCOMPLETE = "incomplete"
"""Why a record is not shown yet: not all of its parts have arrived."""


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
    """A record with all that surrounds it; `document` is None where `trouble` says why it cannot be read.

    Attributes:
        conflicts: what is not settled about it.
        flags: the times that cannot be believed.
        known: the last line of the version before it, the last of its own where that is not here.
    """

    row: RecordRow
    venue_name: str
    document: Document | None
    trouble: str
    signature: Signature
    found: tuple[Finding, ...]
    versions: tuple[Version, ...]
    integrity: Integrity
    state: State
    verdict: VerdictRow | None
    decided_by: str
    conflicts: tuple[Conflict, ...]
    known: int
    flags: tuple[Flag, ...]

    @property
    def person(self) -> Person:
        """Whose record it is."""
        return Person(self.document.reg_no, self.document.facts.get("name", "")) if self.document else NOBODY

    @property
    def is_whole(self) -> bool:
        """Whether everything is here, unchanged, and opens."""
        return self.integrity.is_whole and self.document is not None

    @property
    def can_be_judged(self) -> bool:
        """Whether a verdict may be given now."""
        return self.state is State.WAITING and self.is_whole

    @property
    def news(self) -> tuple[Line, ...]:
        """The lines that the version before this one did not have."""
        return tuple(line for line in self.document.lines if line.seq > self.known) if self.document else ()


def read_dossier(store: Store, digest: str) -> Dossier:
    """Return the record and all that surrounds it.

    Raises:
        UnknownObjectError: no such record.
    """
    with store.read() as session:
        row = session.scalar(select(RecordRow).where(RecordRow.digest == digest))
        if row is None:
            raise UnknownObjectError("no such record")
        verdict = verdict_in_force(session, row)
        reviewer = session.get(Reviewer, verdict.reviewer) if verdict else None
        document, trouble = _document(store, row)
        return Dossier(
            row=row,
            venue_name=session.get_one(Venue, row.venue).name,
            document=document,
            trouble=trouble,
            signature=signature_of(session, row.key_id),
            found=findings(document) if document else (),
            versions=_versions(session, row),
            integrity=_integrity(session, store, digest, row.content),
            state=state_of(row),
            verdict=verdict,
            decided_by=reviewer.name if reviewer else "",
            conflicts=tuple(find_open(session, row)),
            known=_known(session, store, row),
            flags=flags(document, row.received_at) if document else (),
        )


def read_file(store: Store, record_digest: str, object_digest: str) -> tuple[NamedFile, bytes]:
    """Return a file that this record names, opened, by the encrypted object that holds it.

    Raises:
        UnknownObjectError: the record does not name it, or it is not here, or does not open.
    """
    with store.read() as session:
        row = session.scalar(select(RecordRow).where(RecordRow.digest == record_digest))
    if row is None:
        raise UnknownObjectError("no such record")
    document, _trouble = _document(store, row)
    file = next((file for file in document.files if file.object == object_digest), None) if document else None
    if file is None:
        raise UnknownObjectError("no such file of this record")
    try:
        return file, open_named(store, file)
    except (DamagedHereError, UnopenableError) as error:
        raise UnknownObjectError("this file of the record does not open") from error


def note_view(store: Store, reviewer: str, digest: str) -> None:
    """Put on record that somebody looked at a person's data."""
    with store.write() as session:
        note(session, store.now(), reviewer, "record_viewed", digest)


def _document(store: Store, row: RecordRow) -> tuple[Document | None, str]:
    """Return what the record says, or None and why it cannot be read."""
    try:
        return open_document(store, row.content, row.digest), ""
    except DamagedHereError:
        return None, DAMAGED if row.accepted_at else INCOMPLETE
    except UnopenableError as error:
        return None, error.trouble


def _known(session: Session, store: Store, row: RecordRow) -> int:
    before = session.scalar(select(RecordRow).where(RecordRow.digest == row.previous)) if row.previous else None
    document = _document(store, before)[0] if before else None
    return document.lines[-1].seq if document and document.lines else sys.maxsize


def _integrity(session: Session, store: Store, digest: str, content: bytes) -> Integrity:
    named = session.scalars(select(RecordFile).where(RecordFile.record_digest == digest)).all()
    query = select(StoredFile).join(RecordFile, RecordFile.file_digest == StoredFile.digest)
    stored = session.scalars(query.where(RecordFile.record_digest == digest)).all()
    whole = frozenset(file.digest for file in stored if store.files.size_bytes(file.digest) == file.size)
    return Integrity(hashlib.sha256(content).hexdigest() == digest, len(named), whole)


def _versions(session: Session, row: RecordRow) -> tuple[Version, ...]:
    """Return all versions, newest first; another venue's record of the same person is a conflict too."""
    query = select(RecordRow)
    same = and_(RecordRow.venue == row.venue, RecordRow.visit == row.visit)
    if row.person is not None:
        same = or_(same, RecordRow.person == row.person)
    query = query.where(same).order_by(RecordRow.version.desc(), RecordRow.seq)
    return tuple(
        Version(
            row=other,
            state=state_of(other),
            reason=verdict.reason if (verdict := verdict_in_force(session, other)) else "",
            is_this=other.digest == row.digest,
            is_conflict=_conflict(other, row),
        )
        for other in session.scalars(query).all()
    )


def _conflict(other: RecordRow, row: RecordRow) -> bool:
    """Tell whether two records of one person contradict each other: from two visits, or the same version twice."""
    is_other_visit = (other.venue, other.visit) != (row.venue, row.visit)
    return other.digest != row.digest and (is_other_visit or other.version == row.version)
