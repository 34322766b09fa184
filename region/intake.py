"""Takes records and files in: verified before the commit, on the disk before the answer, once however often sent."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from sqlalchemy import Select, exists, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from records.receipt import ACCEPTED, STORED, Receipt
from region.audit import note
from region.document import Document, read_document
from region.errors import (
    NotAnnouncedError,
    OtherVenueError,
    StorageFailedError,
    StorageFullError,
    UnknownObjectError,
)
from region.findings import findings
from region.models import RecordFile, RecordRow, StoredFile
from region.store import Store

MAX_RECORD_BYTES = 2 * 1024 * 1024
MAX_FILE_BYTES = 12 * 1024 * 1024
NOT_ANNOUNCED = "no stored record of this venue names this file; send the record first"


def take_record(store: Store, venue: str, digest: str, content: bytes) -> tuple[Receipt, bool]:
    """Keep a sealed record; return its receipt and whether it is new.

    Raises:
        IntakeError: it is not taken; the class says why.
    """
    document = read_document(content, digest)
    if document.venue != venue:
        raise OtherVenueError("the record names another venue than the key")

    def keep(session: Session) -> tuple[Receipt, bool]:
        row = _find(session, digest)
        is_new = row is None
        if row is None:
            row = _add_record(session, store, document, digest, content)
        return _receipt(session, row), is_new

    with storage_errors():
        return store.write_together(keep)


def receipt_of(store: Store, venue: str, digest: str) -> Receipt:
    """Return the receipt of a record that this venue sent before.

    Raises:
        UnknownObjectError: it did not.
    """
    with store.read() as session:
        row = _find(session, digest)
        if row is None or row.venue != venue:
            raise UnknownObjectError("no such record of this venue")
        return _receipt(session, row)


def take_file(
    store: Store, venue: str, digest: str, stream: IO[bytes], media_type: str, is_announced: bool = False
) -> tuple[Receipt, bool]:
    """Keep a file that a stored record of this venue names; return its receipt and whether it is new.

    Records whose last file this was are accepted in the same transaction.

    Args:
        is_announced: whether it was seen already that a record names the file.

    Raises:
        IntakeError: it is not taken; the class says why.
    """
    if not is_announced:
        require_announced(store, venue, digest)
    with storage_errors():
        return _note_file(store, digest, store.files.put(digest, stream, MAX_FILE_BYTES), media_type)


def adopt_file(store: Store, venue: str, digest: str, path: Path, media_type: str) -> tuple[Receipt, bool]:
    """Keep a file that lies complete on the store's disk, as `take_file` does; it is moved, not copied.

    Raises:
        IntakeError: it is not taken; the class says why.
    """
    require_announced(store, venue, digest)
    with storage_errors():
        return _note_file(store, digest, store.files.adopt(digest, path), media_type)


def receipt_for(store: Store, venue: str, kind: str, digest: str) -> Receipt:
    """Return the receipt of an object that this venue has sent, or may refer to because its record names it.

    Raises:
        UnknownObjectError: it is not here, or no longer whole on the disk.
        NotAnnouncedError: no record of this venue names the file.
    """
    if kind == "record":
        return receipt_of(store, venue, digest)
    stored = select(StoredFile.size).where(StoredFile.digest == digest).scalar_subquery()
    with store.read() as session:
        found = session.execute(_naming(venue, digest).add_columns(stored).limit(1)).first()
    if found is None:
        raise NotAnnouncedError(NOT_ANNOUNCED)
    if found[1] is None or store.files.size_bytes(digest) != found[1]:
        raise UnknownObjectError("no such file")
    return Receipt(digest, STORED)


def accepted_with(store: Store, venue: str, file_digest: str) -> list[Receipt]:
    """Return receipts of this venue's accepted records that name the file, the newest first, a few at most."""
    query = (
        select(RecordRow.digest)
        .join(RecordFile, RecordFile.record_digest == RecordRow.digest)
        .where(RecordFile.file_digest == file_digest, RecordRow.venue == venue, RecordRow.accepted_at.is_not(None))
    )
    with store.read() as session:
        return [Receipt(one, ACCEPTED) for one in session.scalars(query.order_by(RecordRow.seq.desc()).limit(8))]


def _note_file(store: Store, digest: str, size_bytes: int, media_type: str) -> tuple[Receipt, bool]:
    def keep(session: Session) -> bool:
        is_new = session.get(StoredFile, digest) is None
        if is_new:
            row = StoredFile(digest=digest, size=size_bytes, media_type=media_type, received_at=store.now())
            session.add(row)
            session.flush()
            _accept_complete(session, store, digest)
        return is_new

    return Receipt(digest, STORED), store.write_together(keep)


def _find(session: Session, digest: str) -> RecordRow | None:
    return session.scalar(select(RecordRow).where(RecordRow.digest == digest))


def _add_record(session: Session, store: Store, document: Document, digest: str, content: bytes) -> RecordRow:
    same_person = (RecordRow.venue == document.venue, RecordRow.reg_no == document.reg_no)
    newer = session.scalar(select(exists().where(*same_person, RecordRow.version > document.version)))
    row = RecordRow(
        digest=digest,
        venue=document.venue,
        visit=document.visit,
        reg_no=document.reg_no,
        version=document.version,
        previous=document.previous,
        name=document.facts.get("name", "")[:200],
        exceptions=len(findings(document)),
        is_current=not newer,
        received_at=store.now(),
        accepted_at=None,
        content=content,
    )
    older = (*same_person, RecordRow.version < document.version, RecordRow.is_current)
    session.execute(update(RecordRow).where(*older).values(is_current=False))
    session.add(row)
    session.flush()
    session.add_all(
        RecordFile(record_digest=digest, file_digest=file.digest, size=file.size_bytes, media_type=file.media_type)
        for file in document.files
    )
    session.flush()
    note(session, store.now(), document.venue, "record_stored", digest)
    _accept_if_complete(session, store, row)
    return row


def _accept_complete(session: Session, store: Store, file_digest: str) -> None:
    waiting = (
        select(RecordRow)
        .join(RecordFile, RecordFile.record_digest == RecordRow.digest)
        .where(RecordFile.file_digest == file_digest, RecordRow.accepted_at.is_(None))
    )
    for row in session.scalars(waiting):
        _accept_if_complete(session, store, row)


def _accept_if_complete(session: Session, store: Store, row: RecordRow) -> None:
    if not _missing(session, row.digest):
        row.accepted_at = store.now()
        note(session, store.now(), row.venue, "record_accepted", row.digest)
        session.flush()


def _missing(session: Session, record_digest: str) -> tuple[str, ...]:
    stored = exists().where(StoredFile.digest == RecordFile.file_digest)
    named = select(RecordFile.file_digest).where(RecordFile.record_digest == record_digest, ~stored)
    return tuple(session.scalars(named.order_by(RecordFile.file_digest)))


def _receipt(session: Session, row: RecordRow) -> Receipt:
    state = ACCEPTED if row.accepted_at else STORED
    return Receipt(row.digest, state, _missing(session, row.digest))


def require_announced(store: Store, venue: str, digest: str) -> None:
    """See that a stored record of this venue names the file.

    Raises:
        NotAnnouncedError: none does.
    """
    with store.read() as session:
        if session.scalar(_naming(venue, digest).limit(1)) is None:
            raise NotAnnouncedError(NOT_ANNOUNCED)


def _naming(venue: str, digest: str) -> Select[str]:
    return (
        select(RecordFile.file_digest)
        .join(RecordRow, RecordRow.digest == RecordFile.record_digest)
        .where(RecordFile.file_digest == digest, RecordRow.venue == venue)
    )


@contextmanager
def storage_errors() -> Iterator[None]:
    """Turn what disk and database say into what the venue is told."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFullError("the disk is full") from error
        raise StorageFailedError("the disk does not take it") from error
    except OperationalError as error:
        if "full" in str(error.orig):  # SQLite: "database or disk is full"
            raise StorageFullError("the disk is full") from error
        raise StorageFailedError("the database does not take it now") from error
