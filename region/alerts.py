"""Notes what a person should look at: what only an opened record shows, and that so many faces are held."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.evidence import RETURN
from records.verdict import Decision
from region.audit import note
from region.clocks import flags, worst
from region.conflict_models import AlertRow
from region.document import Document
from region.figures.faces import faces_held, hold_part
from region.figures.models import FaceRow
from region.models import RecordRow, VerdictRow
from region.store import Store

CLOCK, CROSSED = "clock", "crossed"
FACES_NEAR, FACES_REACHED = "faces_near", "faces_reached"
NEAR_PCT = 80
MATTERS = timedelta(minutes=10)
"""A clock may be off by so much before somebody is asked; every line says so from two minutes on."""


def note_alerts(session: Session, row: RecordRow, document: Document, now: datetime) -> None:
    """Add what is to be looked at in a record that is being accepted."""
    for kind, count, seconds in (*_clock(document, row.received_at), *_crossed(session, row, document)):
        session.add(AlertRow(record_digest=row.digest, kind=kind, count=count, seconds=seconds, found_at=now))


def note_faces(store: Store, limit: int) -> None:
    """Note once that so many persons' faces are held that it has to be filed, or soon will have to be."""
    with store.read() as session:
        held = faces_held(session)
        known = set(session.scalars(select(AlertRow.kind).where(AlertRow.kind.in_((FACES_NEAR, FACES_REACHED)))))
    due = [
        kind for kind, number in ((FACES_NEAR, -(-limit * NEAR_PCT // 100)), (FACES_REACHED, limit)) if held >= number
    ]
    if set(due) <= known:
        return
    with store.write() as session:
        hold_part(session, 0)  # whoever else notes it at this moment waits, and then finds it noted
        newest = session.scalar(select(FaceRow.record).order_by(FaceRow.held_at.desc()).limit(1))
        known = set(session.scalars(select(AlertRow.kind).where(AlertRow.kind.in_(due))))
        for kind in due:
            if newest is not None and kind not in known:
                alert = AlertRow(record_digest=newest, kind=kind, count=held, seconds=0, found_at=store.now())
                session.add(alert)
                note(session, store.now(), "region", kind, detail=str(held))


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
