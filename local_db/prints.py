"""Which prints this venue holds, and which two visits share one: facts for a lead, kept in the audit log."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from local_db import audit
from local_db.audit_models import AuditRow
from local_db.clock import Clock
from local_db.engine import Database
from local_db.models import AttachmentRow, EvidenceRow
from local_db.store import Origin

FOUND = "print:double"


@dataclass(frozen=True, slots=True)
class StoredPrint:
    """A press as it lies in the store. `row` rises with every file that is saved."""

    row: int
    visit: str
    finger: str
    digest: str


@dataclass(frozen=True, slots=True)
class Double:
    """Two visits that hold a print of what seems to be one finger; `visit` is the later one.

    Attributes:
        likeness_pct: how alike the prints are; 9 is enough, 20 to 40 is usual for one finger.
    """

    visit: str
    other: str
    finger: str
    other_finger: str
    likeness_pct: int
    found_at: datetime

    @property
    def pair(self) -> frozenset[str]:
        """The two visits, in no order: one alert for both."""
        return frozenset((self.visit, self.other))


class PrintShelf:
    """The venue's prints and what was found among them."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def after(self, row: int, role: str, most: int) -> list[StoredPrint]:
        """Return up to `most` files of this role that were saved after `row`, in the order of saving."""
        query = (
            select(AttachmentRow.id, EvidenceRow.visit_id, EvidenceRow.part, AttachmentRow.digest)
            .join(EvidenceRow, EvidenceRow.id == AttachmentRow.evidence_id)
            .where(AttachmentRow.id > row, AttachmentRow.role == role)
            .order_by(AttachmentRow.id)
            .limit(most)
        )
        with self._database.reading() as session:
            return [StoredPrint(*one) for one in session.execute(query)]

    def note(self, double: Double, origin: Origin) -> None:
        """Keep what was found."""
        detail: dict[str, str | int] = {
            "other": double.other,
            "finger": double.finger,
            "other_finger": double.other_finger,
            "likeness_pct": double.likeness_pct,
        }
        self._add(FOUND, double.visit, detail, origin)

    def doubles(self) -> list[Double]:
        """Return everything that was ever found, oldest first."""
        with self._database.reading() as session:
            return doubles_in(session)

    def _add(self, act: str, visit: str, detail: dict[str, str | int], origin: Origin) -> None:
        with self._database.writing() as session:
            audit.append(session, self._clock, audit.Act(origin.actor, origin.station, act, visit, detail))


def doubles_in(session: Session) -> list[Double]:
    """Return everything that was ever found, oldest first; `local_db.conflicts` knows what became of it."""
    rows = session.scalars(select(AuditRow).where(AuditRow.act == FOUND).order_by(AuditRow.id))
    found = {frozenset((row.subject, row.detail["other"])): row for row in rows}
    return [Double(row.subject, found_at=row.at, **row.detail) for row in found.values()]
