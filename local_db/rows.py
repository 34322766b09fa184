"""Turns what was captured into rows."""

from collections.abc import Sequence
from dataclasses import replace

from local_db.clock import Clock
from local_db.models import AttachmentRow, EvidenceRow
from records.evidence import Entry, Evidence


def entries_after(
    last_seq: int, evidence: Sequence[Evidence], actor: str, station: str, clock: Clock, trust: str
) -> tuple[Entry, ...]:
    """Return the evidence numbered and stamped, as it will be read back: the files' bytes are left out.

    Args:
        trust: how far the clock can be believed now (`local_db.audit.trust`).
    """
    return tuple(
        Entry(seq, _without_bytes(item), actor, station, clock.monotonic_ns(), clock.boot, trust)
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
        clock=entry.clock,
        attachments=files,
    )


def _without_bytes(item: Evidence) -> Evidence:
    return replace(item, attachments=tuple(replace(file, content=None) for file in item.attachments))
