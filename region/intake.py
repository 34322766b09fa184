"""Takes records and files in: verified before the commit, on the disk before the answer, once however often sent."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from sqlalchemy import bindparam, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from records.errors import DigestMismatchError, MalformedRecordError
from records.manifest import Envelope, ManifestObject, unwrap
from records.receipt import ACCEPTED, STORED, Receipt
from region.acceptance import missing, settle, settle_naming
from region.audit import note
from region.currency import place
from region.database import add_if_new, add_rows
from region.errors import (
    NotAnnouncedError,
    OtherVenueError,
    RevokedKeyError,
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
            _add_record(session, store, envelope, digest, content, is_held=_require_seal(session, envelope))
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
        RevokedKeyError: a person of the region has found that it is not genuine.
        UnopenableError: everything is here, and what is inside is not what it should be.
    """
    if not store.look(_OF_VENUE, venue=venue, record=digest):
        raise UnknownObjectError("no such record of this venue")
    with storage_errors():
        settle(store, digest)  # whoever was killed between the last object and its opening left this to do
    with store.read() as session:
        row = _found(session, digest)
        if row.trouble not in ("", NO_KEY):
            raise UnopenableError(row.trouble)
        return _receipt(session, row)


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that is here.

    Attributes:
        is_new: whether it was not before.
        completes: whether a record may be accepted because of it.
    """

    receipt: Receipt
    is_new: bool
    completes: bool


def take_file(
    store: Store, venue: str, digest: str, stream: IO[bytes], media_type: str, is_announced: bool = False
) -> Taken:
    """Keep an encrypted object that a stored record of this venue names.

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


def adopt_file(store: Store, venue: str, digest: str, upload: str, media_type: str) -> Taken:
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
    found = store.look(_NAMED, venue=venue, file=digest)
    if not found:
        raise NotAnnouncedError(NOT_ANNOUNCED)
    ((size_bytes,),) = found
    if size_bytes is None or store.files.size_bytes(digest) != size_bytes:
        raise UnknownObjectError("no such file")
    return Receipt(digest, STORED)


def accepted_with(store: Store, venue: str, file_digest: str) -> list[Receipt]:
    """Return receipts of this venue's accepted records that name the file, the newest first, a few at most."""
    return [Receipt(one, ACCEPTED) for (one,) in store.look(_ACCEPTED_WITH, venue=venue, file=file_digest)]


def _note_file(store: Store, digest: str, size_bytes: int, media_type: str) -> Taken:
    """Note that a file is here; then open and accept the records that it completes, outside the transaction."""

    def keep(session: Session) -> bool:
        values = {"size": size_bytes, "media_type": media_type, "received_at": store.now()}
        return add_if_new(session, StoredFile, digest=digest, **values)

    is_new = store.write_together(keep, may_fail=False)
    completes = settle_naming(store, digest) if is_new else True
    return Taken(Receipt(digest, STORED), is_new, completes)


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


def _require_seal(session: Session, envelope: Envelope) -> bool:
    """Return whether the record has to be held for a person, because its key was revoked."""
    is_revoked = require_signature(session, envelope, envelope.manifest.venue)
    if not is_ours(session, envelope.manifest.recipients):
        raise UnknownRecipientError("the record is sealed to keys that are none of this region's")
    return is_revoked


def _add_record(
    session: Session, store: Store, envelope: Envelope, digest: str, content: bytes, *, is_held: bool
) -> None:
    manifest = envelope.manifest
    values = {
        "digest": digest,
        "venue": manifest.venue,
        "visit": manifest.visit,
        "key_id": envelope.key_id,
        "version": manifest.version,
        "previous": manifest.previous,
        "exceptions": 0,
        "trouble": "",
        "is_held": is_held,
        "received_at": store.now(),
        "content": content,
        "sealed_at": datetime.fromisoformat(manifest.sealed_at),
    }
    row = RecordRow(**values)
    place(session, row)
    add_rows(session, RecordRow, [{**values, "is_current": row.is_current, "has_twin": row.has_twin}])
    add_rows(session, RecordFile, [_naming(digest, one) for one in manifest.objects])
    note(session, store.now(), manifest.venue, "record_held" if is_held else "record_stored", digest)


def _naming(record_digest: str, one: ManifestObject) -> dict[str, object]:
    return {
        "record_digest": record_digest,
        "file_digest": one.digest,
        "size": one.size_bytes,
        "kind": one.kind,
        "sensitivity": one.sensitivity.value,
    }


def _receipt(session: Session, row: RecordRow) -> Receipt:
    if row.is_held and row.decision:
        raise RevokedKeyError("a person of the region has set this record aside: its key was revoked")
    state = ACCEPTED if row.accepted_at else STORED
    return Receipt(row.digest, state, missing(session, row.digest), RevokedKeyError.code if row.is_held else "")


def require_announced(store: Store, venue: str, digest: str) -> None:
    """See that a stored record of this venue names the file.

    Raises:
        NotAnnouncedError: none does.
    """
    if not store.look(_NAMED, venue=venue, file=digest):
        raise NotAnnouncedError(NOT_ANNOUNCED)


_OF_VENUE = select(RecordRow.seq).where(RecordRow.digest == bindparam("record"), RecordRow.venue == bindparam("venue"))

_NAMED = (
    select(StoredFile.size)
    .select_from(RecordFile)
    .join(RecordRow, RecordRow.digest == RecordFile.record_digest)
    .outerjoin(StoredFile, StoredFile.digest == RecordFile.file_digest)
    .where(RecordFile.file_digest == bindparam("file"), RecordRow.venue == bindparam("venue"))
    .limit(1)
)
"""The size of a file that a record of the venue names, None as long as it is not here."""

_ACCEPTED_WITH = (
    select(RecordRow.digest)
    .join(RecordFile, RecordFile.record_digest == RecordRow.digest)
    .where(RecordFile.file_digest == bindparam("file"), RecordRow.venue == bindparam("venue"))
    .where(RecordRow.accepted_at.is_not(None))
    .order_by(RecordRow.seq.desc())
    .limit(8)
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
        if _says_full(error):
            raise StorageFullError("the disk is full") from error
        raise StorageFailedError("the database does not take it now") from error


def _says_full(error: BaseException | None) -> bool:
    """Look for SQLite's "database or disk is full", behind which undoing may have failed for another reason."""
    while error is not None:
        if isinstance(error, OperationalError) and _is_full(error.orig):
            return True
        error = error.__context__
    return False


def _is_full(error: BaseException | None) -> bool:
    return "full" in str(error) or getattr(error, "sqlstate", "") == DISK_FULL
