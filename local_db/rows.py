"""Turns what was captured and sealed into rows."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from local_db.clock import Clock
from local_db.models import AttachmentRow, EvidenceRow, OutboxRow, RecordFileRow, RecordRow
from local_db.visits import Visit
from records.evidence import Attachment, Entry, Evidence
from records.seal import SealedRecord


def entries_after(
    last_seq: int, evidence: Sequence[Evidence], actor: str, station: str, clock: Clock
) -> tuple[Entry, ...]:
    """Return the evidence numbered and stamped, as it will be read back: the files' bytes are left out."""
    return tuple(
        Entry(seq, _without_bytes(item), actor, station, clock.monotonic_ns(), clock.boot)
        for seq, item in enumerate(evidence, start=last_seq + 1)
    )


def evidence_row(visit_id: str, entry: Entry) -> EvidenceRow:
    """Return an entry's row with its files'."""
    item = entry.evidence
    files = [
        AttachmentRow(role=file.role, media_type=file.media_type, digest=file.digest, size_bytes=file.size_bytes)
        for file in item.attachments
    ]
    return EvidenceRow(
        visit_id=visit_id,
        seq=entry.seq,
        step=item.step,
        part=item.part,
        data=dict(item.data),
        covers=list(item.covers),
        bound_to=item.bound_to,
        withdraws=list(item.withdraws),
        taken_at=item.taken_at,
        actor=entry.actor,
        station=entry.station,
        monotonic_ns=entry.monotonic_ns,
        boot=entry.boot,
        attachments=files,
    )


def add_sealed(session: Session, visit: Visit, sealed: SealedRecord, now: datetime) -> None:
    """Add a visit's next sealed version, and its objects to the outbox; one that is there already stays as it is."""
    session.add(
        RecordRow(
            digest=sealed.digest,
            visit_id=visit.id,
            version=len(visit.versions) + 1,
            last_seq=visit.last_seq,
            content=sealed.content,
            sealed_at=now,
        )
    )
    session.flush()
    for file in sealed.files:
        session.add(RecordFileRow(record_digest=sealed.digest, file_digest=file.digest))
    record = Attachment("record", "application/json", sealed.digest, len(sealed.content))
    wanted = {parcel.digest: parcel for parcel in (record, *sealed.files)}
    known = set(session.scalars(select(OutboxRow.digest).where(OutboxRow.digest.in_(wanted))))
    for digest, parcel in wanted.items():
        if digest not in known:
            session.add(
                OutboxRow(
                    kind="record" if parcel is record else "file",
                    digest=digest,
                    media_type=parcel.media_type,
                    size_bytes=parcel.size_bytes,
                    queued_at=now,
                    next_try_at=now,
                )
            )


def _without_bytes(item: Evidence) -> Evidence:
    return replace(item, attachments=tuple(replace(file, content=None) for file in item.attachments))
