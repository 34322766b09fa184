"""Accepts a record once everything is here and opens; says why where it does not."""

import logging
from collections.abc import Iterable

from sqlalchemy import Select, bindparam, delete, exists, or_, select
from sqlalchemy.orm import Session, aliased

from records.errors import KeyStoreError
from region.alerts import note_alerts
from region.audit import note
from region.currency import note_double
from region.document import Document, NamedFile
from region.errors import DamagedHereError, RegionError, UnopenableError
from region.figures.faces import hold_face
from region.findings import findings
from region.keys import person_mark
from region.models import RecordFile, RecordRow, StoredFile
from region.opening import NO_KEY, open_whole
from region.registry.box import open_box
from region.registry.onsite import PAGE, Accepted, Onsite, picture_size
from region.registry.rules import rules_in_force
from region.stations import note_stations
from region.store import Store

logger = logging.getLogger(__name__)


def _waiting_whole() -> Select[str]:
    """The records that name an object, wait, and lack none."""
    other = aliased(RecordFile)
    stored = exists().where(StoredFile.digest == other.file_digest)
    lacks = exists().where(other.record_digest == RecordRow.digest, ~stored)
    return (
        select(RecordRow.digest)
        .join(RecordFile, RecordFile.record_digest == RecordRow.digest)
        .where(RecordFile.file_digest == bindparam("file"), RecordRow.accepted_at.is_(None), ~lacks)
    )


_WAITING_WHOLE = _waiting_whole()


def settle_naming(store: Store, file_digest: str) -> bool:
    """Settle every record that names this object, waits and lacks none; tell whether there was one."""
    waiting = store.look(_WAITING_WHOLE, file=file_digest)
    for (digest,) in waiting:
        settle(store, digest)
    return bool(waiting)


def settle(store: Store, digest: str) -> tuple[str, ...]:
    """Accept the record if it is complete and opens; else note what is wrong. Any number of times, also at once.

    It is opened outside the transaction: while one record is being checked, others come in.

    Returns:
        What it waits for; nothing where it waits for nothing, whatever has become of it.
    """
    waiting = store.look(_WAITING, record=digest)
    if not waiting:
        return ()
    if left := store.look(_MISSING, record=digest):
        return tuple(file for (file,) in left)
    ((before, content),) = waiting
    _open(store, digest, content, before)
    return ()


def _open(store: Store, digest: str, content: bytes, before: str) -> None:
    try:
        document, files = open_whole(store, content, digest)
        accepted = Accepted(digest, document, _page_sizes(document, files))
        store.write_together(lambda session: _accept(store, session, accepted))
    except DamagedHereError as error:
        _forget(store, error.digest)
    except UnopenableError as error:
        if error.trouble != before:
            _note_trouble(store, digest, error.trouble)
    except KeyStoreError:
        if before != NO_KEY:
            _note_trouble(store, digest, NO_KEY)


def missing(session: Session, record_digest: str) -> tuple[str, ...]:
    """Return the objects that a record names and that are not here."""
    return tuple(session.scalars(_MISSING, {"record": record_digest}))


_MISSING = (
    select(RecordFile.file_digest)
    .where(RecordFile.record_digest == bindparam("record"))
    .where(~exists().where(StoredFile.digest == RecordFile.file_digest))
    .order_by(RecordFile.file_digest)
)
_WAITING = (
    select(RecordRow.trouble, RecordRow.content)
    .where(RecordRow.digest == bindparam("record"), RecordRow.accepted_at.is_(None), ~RecordRow.is_held)
    .where(or_(RecordRow.trouble == "", RecordRow.trouble == NO_KEY))
)
"""A record that may be accepted once everything is here."""


def _page_sizes(document: Document, files: Iterable[tuple[NamedFile, bytes]]) -> dict[str, tuple[int, int]]:
    """Open every file, and return width and height of those that are pages of a paper."""
    pages = {file.digest for line in document.lines for file in line.files if file.role == PAGE}
    opened = ((file.digest, picture_size(content) if file.digest in pages else None) for file, content in files)
    return {digest: size for digest, size in opened if size}


def _accept(store: Store, session: Session, accepted: Accepted) -> None:
    digest, document = accepted.digest, accepted.document
    row = _held(session, digest)
    if row.accepted_at is not None:
        return
    row.person = person_mark(session, store.vault, document.reg_no)
    row.exceptions = len(findings(document))
    row.accepted_at, row.trouble = store.now(), ""
    note_alerts(session, row, document, store.now())
    note_stations(session, row.venue, document, row.received_at)
    note(session, store.now(), row.venue, "record_accepted", digest)
    note_double(session, row)
    hold_face(session, store, row, document, store.now())
    try:
        with session.begin_nested():
            Onsite(store, lambda: open_box(store), lambda: rules_in_force(store)).apply(session, accepted)
    except RegionError as error:  # the record is good, whatever its registration is like
        logger.error("record %s: its registration could not be brought up to date: %s", digest, error)
        note(session, store.now(), row.venue, "registration_not_updated", digest)


def _note_trouble(store: Store, digest: str, trouble: str) -> None:
    with store.write() as session:
        row = _held(session, digest)
        if row.accepted_at is None and row.trouble != trouble:
            row.trouble = trouble
            note(session, store.now(), row.venue, "record_does_not_open", digest, trouble)


def _held(session: Session, digest: str) -> RecordRow:
    return session.scalars(select(RecordRow).where(RecordRow.digest == digest).with_for_update()).one()


def _forget(store: Store, file_digest: str) -> None:
    """What has changed on our own disk counts as missing, so that the venue sends it again."""
    with store.write() as session:
        gone = delete(StoredFile).where(StoredFile.digest == file_digest).returning(StoredFile.digest)
        if session.scalar(gone) is not None:
            note(session, store.now(), "region", "file_damaged", file_digest)
