"""The region's append-only list of who did what."""

from datetime import datetime

from sqlalchemy.orm import Session

from region.database import add_rows
from region.models import AuditLine

OPERATOR = "operator"
"""Who acts by command, for whom no account speaks."""
MOST_DETAIL = 200


def note(session: Session, at: datetime, actor: str, act: str, subject: str = "", detail: str = "") -> None:
    """Add one line to the running transaction. No personal data: ids, digests and codes only."""
    line = {"at": at, "actor": actor, "act": act, "subject": subject, "detail": detail[:MOST_DETAIL]}
    add_rows(session, AuditLine, [line])
