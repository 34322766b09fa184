"""Takes records and files in: verified before the commit, on the disk before the answer, once however often sent."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from sqlalchemy import exists, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from records.errors import DigestMismatchError, MalformedRecordError
from records.manifest import Envelope, unwrap
from records.verdict import Receipt
from region.acceptance import missing, settle, settle_naming
from region.audit import note
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

MAX_RECORD_BYTES = 2 * 1024 * 1024
MAX_FILE_BYTES = 12 * 1024 * 1024
STORED, ACCEPTED = "stored", "accepted"


def take_record(store: Store, venue: str, digest: str, content: bytes) -> tuple[Receipt, bool]:
    """Keep a sealed record; return its receipt and whether it is new.

    Raises:
        IntakeError: it is not taken; the class says why.
    """
    envelope = _read(content, digest)
    if envelope.manifest.venue != venue:
        raise OtherVenueError("the record names another venue than the key")
    with _storage_errors():
        with store.write() as session:
            is_new = _find(session, digest) is None
            if is_new:
                _require_seal(session, envelope)
                _add_record(session, store, envelope, digest, content)
        settle(store, digest)  # its objects may be here already, from an earlier version
        with store.read() as session:
            return _receipt(session, _found(session, digest)), is_new


def receipt_of(store: Store, venue: str, digest: str) -> Receipt:
    """Return the receipt of a record that this venue sent before.

    Raises:
        UnknownObjectError: it did not.
        UnopenableError: everything is here, and what is inside is not what it should be.
    """
    with _storage_errors():
        settle(store, digest)  # whoever was killed between the last object and its opening left this to do
    with store.read() as session:
        row = _find(session, digest)
        if row is None or row.venue != venue:
            raise UnknownObjectError("no such record of this venue")
        if row.trouble not in ("", NO_KEY):
            raise UnopenableError(row.trouble)
        return _receipt(session, row)


def take_file(store: Store, venue: str, digest: str, stream: IO[bytes], media_type: str) -> tuple[Receipt, bool]:
    """Keep an encrypted object that a stored record of this venue names; return its receipt and whether it is new.

    Records whose last object this was are opened and accepted.

    Raises:
        IntakeError: it is not taken; the class says why.
    """
    _require_announced(store, venue, digest)
    with _storage_errors():
        size_bytes = store.files.put(digest, stream, MAX_FILE_BYTES)
        with store.write() as session:
            is_new = session.get(StoredFile, digest) is None
            if is_new:
                row = StoredFile(digest=digest, size=size_bytes, media_type=media_type, received_at=store.now())
                session.add(row)
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


def _require_announced(store: Store, venue: str, digest: str) -> None:
    naming = (
        select(RecordFile.file_digest)
        .join(RecordRow, RecordRow.digest == RecordFile.record_digest)
        .where(RecordFile.file_digest == digest, RecordRow.venue == venue)
    )
    with store.read() as session:
        if session.scalar(naming.limit(1)) is None:
            raise NotAnnouncedError("no stored record of this venue names this file; send the record first")


@contextmanager
def _storage_errors() -> Iterator[None]:
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
