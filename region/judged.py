"""What was decided about a record: of several decisions the last one counts, and one that reinstates counts as none."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from region.models import RecordRow, VerdictRow


def verdict_in_force(session: Session, row: RecordRow) -> VerdictRow | None:
    """Return the decision that counts, None while the record waits for one."""
    return latest_verdict(session, row.digest) if row.decision else None


def latest_verdict(session: Session, digest: str) -> VerdictRow | None:
    """Return the last decision on a record, whether it counts or not."""
    query = select(VerdictRow).where(VerdictRow.record_digest == digest)
    return session.scalar(query.order_by(VerdictRow.turn.desc()).limit(1))


def next_turn(session: Session, digest: str) -> int:
    """Return the number that the next decision on a record bears; two at once would bear the same, and one fails."""
    latest = latest_verdict(session, digest)
    return latest.turn + 1 if latest else 0
