"""What was printed: who, when, what kind, where. It is also what keeps a sheet from being printed twice by itself."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from local_db import audit
from local_db.clock import Clock
from local_db.device_models import PrintRow
from local_db.engine import Database
from local_db.store import Origin

ENDED_AFTER = timedelta(minutes=2)
"""A print that began so long ago and has no end was cut off with the program: paper may have come out or not."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet to be printed.

    Attributes:
        key: the same for the same sheet; a copy that somebody asks for has a key of its own.
        kind: `ticket`, `receipt` or `slip`.
        copy: 1, 2, 3 … as staff asked for more.
    """

    key: str
    visit: str
    kind: str
    copy: int = 1


@dataclass(frozen=True, slots=True)
class Print:
    """One line of the log; see `PrintRow`."""

    visit: str
    kind: str
    copy: int
    station: str
    actor: str
    state: str
    trouble: str
    asked_at: datetime


class PrintLog:
    """The log. Lines say how a print went; none is ever taken out."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def begin(self, sheet: Sheet, origin: Origin) -> str:
        """Say that a sheet is about to be printed, and whether it may be.

        Returns:
            `go`, `printed` (before), `printing` (by another request at this moment), or `unknown`: a print of it was
            cut off by a power cut, and only a person can see whether it came out.
        """
        now = self._clock.now()
        with self._database.writing() as session:
            row = _row(session, sheet.key)
            if row is not None and row.state != "failed":
                if row.state == "started":
                    return "printing" if now - row.asked_at < ENDED_AFTER else "unknown"
                return "printed"
            row = row or PrintRow(key=sheet.key, visit_id=sheet.visit, kind=sheet.kind, copy=sheet.copy)
            row.station, row.actor, row.state, row.trouble = origin.station, origin.actor, "started", ""
            row.asked_at, row.ended_at = now, None
            session.add(row)
            detail = {"kind": sheet.kind, "copy": sheet.copy}
            audit.append(session, self._clock, audit.Act(origin.actor, origin.station, "print", sheet.visit, detail))
        return "go"

    def end(self, sheet: Sheet, trouble: str = "") -> None:
        """Say how it went: `trouble` is a code, empty if the sheet came out."""
        with self._database.writing() as session:
            row = _row(session, sheet.key)
            if row is not None:
                row.state, row.trouble = "failed" if trouble else "printed", trouble
                row.ended_at = self._clock.now()

    def note_pdf(self, visit: str, kind: str, origin: Origin) -> None:
        """Say that a page fetched a sheet to print it by itself."""
        now = self._clock.now()
        with self._database.writing() as session:
            row = PrintRow(key=f"pdf:{uuid.uuid4().hex}", visit_id=visit, kind=kind, copy=1, state="pdf")
            row.station, row.actor, row.asked_at, row.ended_at = origin.station, origin.actor, now, now
            session.add(row)

    def copies(self, visit: str, kind: str) -> int:
        """Return the number of the newest copy that was asked for, 0 if none was."""
        with self._database.reading() as session:
            query = select(func.max(PrintRow.copy)).where(PrintRow.visit_id == visit, PrintRow.kind == kind)
            return session.scalar(query.where(PrintRow.state != "pdf")) or 0

    def newest(self, limit: int = 100) -> list[Print]:
        """Return the newest lines."""
        with self._database.reading() as session:
            rows = session.scalars(select(PrintRow).order_by(PrintRow.asked_at.desc(), PrintRow.id.desc()).limit(limit))
            return [
                Print(one.visit_id, one.kind, one.copy, one.station, one.actor, one.state, one.trouble, one.asked_at)
                for one in rows
            ]


def _row(session: Session, key: str) -> PrintRow | None:
    return session.scalar(select(PrintRow).where(PrintRow.key == key))
