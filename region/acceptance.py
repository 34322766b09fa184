"""Accepts a record once everything is here and opens; says why where it does not."""

import logging

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from records.errors import KeyStoreError
from region.audit import note
from region.document import NamedFile
from region.errors import DamagedHereError, RegionError, UnopenableError
from region.findings import findings
from region.keys import person_mark
from region.models import RecordFile, RecordRow, StoredFile
from region.opening import NO_KEY, open_document, open_named
from region.registry.box import open_box
from region.registry.onsite import Accepted, Onsite, picture_size
from region.registry.rules import rules_in_force
from region.store import Store

logger = logging.getLogger(__name__)


def settle_naming(store: Store, file_digest: str) -> None:
    """Settle every record that names this object and waits."""
    naming = (
        select(RecordRow.digest)
        .join(RecordFile, RecordFile.record_digest == RecordRow.digest)
        .where(RecordFile.file_digest == file_digest, RecordRow.accepted_at.is_(None))
    )
    with store.read() as session:
        waiting = list(session.scalars(naming))
    for digest in waiting:
        settle(store, digest)


def settle(store: Store, digest: str) -> None:
    """Accept the record if it is complete and opens; else note what is wrong. Any number of times, also at once.

    It is opened outside the transaction: while one record is being checked, others come in.
    """
    with store.read() as session:
        row = session.scalar(select(RecordRow).where(RecordRow.digest == digest))
        if row is None or row.accepted_at is not None or row.trouble not in ("", NO_KEY) or missing(session, digest):
            return
        content, before = row.content, row.trouble
    try:
        document = open_document(store, content, digest)
        sizes = {file.digest: size for file in document.files if (size := _size(open_named(store, file), file))}
        _accept(store, Accepted(digest, document, sizes))
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
    stored = exists().where(StoredFile.digest == RecordFile.file_digest)
    named = select(RecordFile.file_digest).where(RecordFile.record_digest == record_digest, ~stored)
    return tuple(session.scalars(named.order_by(RecordFile.file_digest)))


def _size(content: bytes, file: NamedFile) -> tuple[int, int] | None:
    return picture_size(content) if file.media_type.startswith("image/") else None


def _accept(store: Store, accepted: Accepted) -> None:
    digest, document = accepted.digest, accepted.document
    with store.write() as session:
        row = session.scalars(select(RecordRow).where(RecordRow.digest == digest)).one()
        if row.accepted_at is not None:
            return
        row.person = person_mark(session, store.vault, document.reg_no)
        row.exceptions = len(findings(document))
        row.accepted_at, row.trouble = store.now(), ""
        note(session, store.now(), row.venue, "record_accepted", digest)
        try:
            with session.begin_nested():
                Onsite(store, lambda: open_box(store), lambda: rules_in_force(store)).apply(session, accepted)
        except RegionError as error:  # the record is good, whatever its registration is like
            logger.error("record %s: its registration could not be brought up to date: %s", digest, error)
            note(session, store.now(), row.venue, "registration_not_updated", digest)


def _note_trouble(store: Store, digest: str, trouble: str) -> None:
    with store.write() as session:
        row = session.scalars(select(RecordRow).where(RecordRow.digest == digest)).one()
        if row.accepted_at is None and row.trouble != trouble:
            row.trouble = trouble
            note(session, store.now(), row.venue, "record_does_not_open", digest, trouble)


def _forget(store: Store, file_digest: str) -> None:
    """What has changed on our own disk counts as missing, so that the venue sends it again."""
    with store.write() as session:
        stored = session.get(StoredFile, file_digest)
        if stored is not None:
            session.delete(stored)
            note(session, store.now(), "region", "file_damaged", file_digest)
