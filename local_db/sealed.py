"""Sealed versions and their encrypted objects, as rows."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from local_db.models import RecordRow, SealedObjectRow
from local_db.sending_models import OutboxRow, RecordFileRow
from local_db.visits import Visit
from records.age import MEDIA_TYPE
from records.manifest import FILE, unwrap
from records.parts import FileKey
from records.seal import SealedObject, SealedRecord
from records.sensitivity import Sensitivity

ENVELOPE_TYPE = "application/json"


def add_sealed(session: Session, visit: Visit, sealed: SealedRecord, now: datetime) -> None:
    """Add a visit's next sealed version, and its objects to the outbox; one that is there already stays as it is."""
    session.add(
        RecordRow(
            digest=sealed.digest,
            visit_id=visit.id,
            version=len(visit.versions) + 1,
            last_seq=visit.last_seq,
            content=sealed.content,
            key_id=sealed.key_id,
            sealed_at=now,
        )
    )
    session.flush()
    session.add(_on_its_way("record", sealed.digest, ENVELOPE_TYPE, len(sealed.content), now))
    for one in sealed.objects:
        session.add(RecordFileRow(record_digest=sealed.digest, file_digest=one.digest))
        if one.content is not None:
            session.add(_row_of(visit.id, one, now))
            session.add(_on_its_way("file", one.digest, MEDIA_TYPE, one.size_bytes, now))


def sealed_files(session: Session, visit_id: str) -> dict[FileKey, SealedObject]:
    """Return the visit's files that were sealed before; of one sealed several times, the latest."""
    query = select(SealedObjectRow).where(SealedObjectRow.visit_id == visit_id, SealedObjectRow.kind == FILE)
    found = (_object_of(row) for row in session.scalars(query.order_by(SealedObjectRow.made_at)))
    return {one.key: one for one in found}


def is_otherwise(row: RecordRow, key_id: str, recipients: tuple[str, ...]) -> bool:
    """Tell whether a record was signed or sealed with other keys than these."""
    return row.key_id != key_id or unwrap(row.content, row.digest).manifest.recipients != recipients


def _on_its_way(kind: str, digest: str, media_type: str, size_bytes: int, now: datetime) -> OutboxRow:
    return OutboxRow(
        kind=kind, digest=digest, media_type=media_type, size_bytes=size_bytes, queued_at=now, next_try_at=now
    )


def _row_of(visit_id: str, one: SealedObject, now: datetime) -> SealedObjectRow:
    return SealedObjectRow(
        digest=one.digest,
        visit_id=visit_id,
        kind=one.kind,
        sensitivity=one.sensitivity.value,
        size_bytes=one.size_bytes,
        plain_digest=one.plain_digest,
        recipients=list(one.recipients),
        made_at=now,
    )


def _object_of(row: SealedObjectRow) -> SealedObject:
    sensitivity, recipients = Sensitivity(row.sensitivity), tuple(row.recipients)
    return SealedObject(row.digest, row.size_bytes, row.kind, sensitivity, recipients, row.plain_digest)
