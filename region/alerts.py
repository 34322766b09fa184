"""Notes what only an opened record shows and a person should look at; the record is accepted all the same."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.evidence import RETURN
from records.verdict import Decision
from region.clocks import flags, worst
from region.conflict_models import AlertRow
from region.document import Document
from region.models import RecordRow, VerdictRow

CLOCK, CROSSED = "clock", "crossed"
MATTERS = timedelta(minutes=10)
"""A clock may be off by so much before somebody is asked; every line says so from two minutes on."""


def note_alerts(session: Session, row: RecordRow, document: Document, now: datetime) -> None:
    """Add what is to be looked at in a record that is being accepted."""
    for kind, count, seconds in (*_clock(document, row.received_at), *_crossed(session, row, document)):
        session.add(AlertRow(record_digest=row.digest, kind=kind, count=count, seconds=seconds, found_at=now))


def _clock(document: Document, received_at: datetime) -> Iterator[tuple[str, int, int]]:
    found = flags(document, received_at)
    if any(flag.kind == "venue" or abs(flag.off) > MATTERS for flag in found):
        yield CLOCK, len({flag.seq for flag in found}), round(worst(found).total_seconds())


def _crossed(session: Session, row: RecordRow, document: Document) -> Iterator[tuple[str, int, int]]:
    """Find returns of earlier versions that the venue had not heard of when it made this one."""
    known = {line.data.get("verdict") for line in document.lines if line.step == RETURN}
    returned = (
        select(VerdictRow.seq)
        .join(RecordRow, RecordRow.digest == VerdictRow.record_digest)
        .where(RecordRow.venue == row.venue, RecordRow.visit == row.visit, RecordRow.version < row.version)
        .where(VerdictRow.decision == Decision.RETURNED.value)
    )
    unknown = [seq for seq in session.scalars(returned) if seq not in known]
    if unknown:
        yield CROSSED, len(unknown), 0
