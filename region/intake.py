"""Takes records and files in: verified before the commit, on the disk before the answer, once however often sent."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from sqlalchemy import Select, exists, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from records.errors import DigestMismatchError, MalformedRecordError
from records.manifest import Envelope, unwrap
from records.receipt import ACCEPTED, STORED, Receipt
from region.acceptance import missing, settle, settle_naming
from region.audit import note
from region.database import add_if_new
from region.errors import (
    NotAnnouncedError,
    OtherVenueError,
    StorageFailedError,
    StorageFullError,
    UnknownObjectError,
    UnknownRecipientError,
    UnopenableError,
    UnreadableRecordError,
    WrongDigestError,
)
from region.keys import is_ours
from region.models import RecordFile, RecordRow, StoredFile
from region.opening import NO_KEY
from region.signers import require_signature
from region.store import Store
from region.venues import hold_venue

MAX_RECORD_BYTES = 2 * 1024 * 1024
MAX_FILE_BYTES = 12 * 1024 * 1024
DISK_FULL = "53100"
"""PostgreSQL's word; SQLite says "database or disk is full"."""
NOT_ANNOUNCED = "no stored record of this venue names this file; send the record first"


def take_record(store: Store, venue: str, digest: str, content: bytes) -> tuple[Receipt, bool]:
    """Keep a sealed record; return its receipt and whether it is new.

    Raises:
        IntakeError: it is not taken; the class says why.
    """
    envelope = _read(content, digest)
    if envelope.manifest.venue != venue:
        raise OtherVenueError("the record names another venue than the key")

    def keep(session: Session) -> bool:
        of_visit = RecordRow.venue == venue, RecordRow.visit == envelope.manifest.visit
        session.execute(select(RecordRow.seq).where(*of_visit).order_by(RecordRow.seq).with_for_update())
        hold_venue(session, venue)
        is_new = _find(session, digest) is None
        if is_new:
            _require_seal(session, envelope)
            _add_record(session, store, envelope, digest, content)
        return is_new

    with storage_errors():
        is_new = store.write_together(keep)
        left = settle(store, digest)  # its objects may be here already, from an earlier version
        if left:
            return Receipt(digest, STORED, left), is_new
        with store.read() as session:
            return _receipt(session, _found(session, digest)), is_new


def receipt_of(store: Store, venue: str, digest: str) -> Receipt:
    """Return the receipt of a record that this venue sent before.

    Raises:
        UnknownObjectError: it did not.
        UnopenableError: everything is here, and what is inside is not what it should be.
    """
    with storage_errors():
        settle(store, digest)  # whoever was killed between the last object and its opening left this to do
    with store.read() as session:
        row = _find(session, digest)
        if row is None or row.venue != venue:
            raise UnknownObjectError("no such record of this venue")
        if row.trouble not in ("", NO_KEY):
            raise UnopenableError(row.trouble)
        return _receipt(session, row)


def take_file(
    store: Store, venue: str, digest: str, stream: IO[bytes], media_type: str, is_announced: bool = False
) -> tuple[Receipt, bool]:
    """Keep an encrypted object that a stored record of this venue names; return its receipt and whether it is new.

    Records whose last object this was are opened and accepted.

    Args:
        is_announced: whether it was seen already that a record names the file.

    Raises:
        IntakeError: it is not taken; the class says why.
    """
    if not is_announced:
        require_announced(store, venue, digest)
    with storage_errors():
        return _note_file(store, digest, store.files.put(digest, stream, MAX_FILE_BYTES), media_type)


def adopt_file(store: Store, venue: str, digest: str, upload: str, media_type: str) -> tuple[Receipt, bool]:
    """Keep a file of which the whole upload is here, as `take_file` does.

    Raises:
        IntakeError: it is not taken; the class says why.
    """
    require_announced(store, venue, digest)
    with storage_errors():
        return _note_file(store, digest, store.files.adopt(digest, upload), media_type)


def receipt_for(store: Store, venue: str, kind: str, digest: str) -> Receipt:
    """Return the receipt of an object that this venue has sent, or may refer to because its record names it.

    Raises:
        UnknownObjectError: it is not here, or no longer whole on the disk.
        NotAnnouncedError: no record of this venue names the file.
        UnopenableError: all of the record is here, and what is inside is not what it should be.
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
    """Note that a file is here; then open and accept the records that it completes, outside the transaction."""

    def keep(session: Session) -> bool:
        values = {"size": size_bytes, "media_type": media_type, "received_at": store.now()}
        return add_if_new(session, StoredFile, digest=digest, **values)

    is_new = store.write_together(keep)
    if is_new:
        settle_naming(store, digest)
    return Receipt(digest, STORED), is_new


def _find(session: Session, digest: str) -> RecordRow | None:
    return session.scalar(select(RecordRow).where(RecordRow.digest == digest))


def _found(session: Session, digest: str) -> RecordRow:
    return session.scalars(select(RecordRow).where(RecordRow.digest == digest)).one()


def _read(content: bytes, digest: str) -> Envelope:
    try:
        return unwrap(content, digest)
    except DigestMismatchError as error:
        raise WrongDigestError("the bytes have another SHA-256 than the address") from error
    except MalformedRecordError as error:
        raise UnreadableRecordError("not a record of a known schema") from error


def _require_seal(session: Session, envelope: Envelope) -> None:
    require_signature(session, envelope, envelope.manifest.venue)
    if not is_ours(session, envelope.manifest.recipients):
        raise UnknownRecipientError("the record is sealed to keys that are none of this region's")


def _add_record(session: Session, store: Store, envelope: Envelope, digest: str, content: bytes) -> None:
    manifest = envelope.manifest
    same_visit = (RecordRow.venue == manifest.venue, RecordRow.visit == manifest.visit)
    newer = session.scalar(select(exists().where(*same_visit, RecordRow.version > manifest.version)))
    older = (*same_visit, RecordRow.version < manifest.version, RecordRow.is_current)
    session.execute(update(RecordRow).where(*older).values(is_current=False))
    session.add(
        RecordRow(
            digest=digest,
            venue=manifest.venue,
            visit=manifest.visit,
            key_id=envelope.key_id,
            version=manifest.version,
            previous=manifest.previous,
            exceptions=0,
            trouble="",
            is_current=not newer,
            received_at=store.now(),
            content=content,
        )
    )
    session.flush()
    session.add_all(
        RecordFile(
            record_digest=digest,
            file_digest=one.digest,
            size=one.size_bytes,
            kind=one.kind,
            sensitivity=one.sensitivity.value,
        )
        for one in manifest.objects
    )
    note(session, store.now(), manifest.venue, "record_stored", digest)


def _receipt(session: Session, row: RecordRow) -> Receipt:
    state = ACCEPTED if row.accepted_at else STORED
    return Receipt(row.digest, state, missing(session, row.digest))


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
        if "full" in str(error.orig) or getattr(error.orig, "sqlstate", "") == DISK_FULL:
            raise StorageFullError("the disk is full") from error
        raise StorageFailedError("the database does not take it now") from error
