"""Brings a roster into the database: one file, one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from local_db import audit
from local_db.clock import Clock
from local_db.engine import Database
from local_db.models import RosterImport
from local_db.reports import ReportFolder
from local_db.roster_merge import merge, row_values
from local_db.store import Origin
from rules.roster.errors import Fault, RosterError
from rules.roster.reading import MAX_FILE_BYTES, read_roster_bytes
from rules.roster.report import report_bytes


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """What an import did.

    Attributes:
        is_repeat: the very same file was imported before, and nothing was changed now.
        counts: rows `accepted`, `warned`, `refused`, `skipped`; registrations `added`, `updated`, `unchanged`,
            `flagged`, and `absent`, those of earlier rosters that this one leaves out.
        report: name of the report that says what became of every row.
    """

    is_repeat: bool
    counts: Mapping[str, int]
    report: str


def import_roster(
    database: Database, path: Path, reports: ReportFolder, today: date, clock: Clock, origin: Origin
) -> ImportSummary:
    """Import a file; as `import_roster_bytes`.

    Raises:
        OSError: the file itself cannot be read.
    """
    if path.stat().st_size > MAX_FILE_BYTES:
        raise RosterError(Fault.TOO_LARGE, f"{path.stat().st_size} bytes")
    return import_roster_bytes(database, path.name, path.read_bytes(), reports, today, clock, origin)


def import_roster_bytes(
    database: Database, name: str, content: bytes, reports: ReportFolder, today: date, clock: Clock, origin: Origin
) -> ImportSummary:
    """Import a roster; importing it again changes nothing. Nobody waits for the lock while it is being read.

    Args:
        database: the venue's.
        name: how the file is called.
        content: the file, .xlsx or text.
        reports: where the report goes.
        today: the venue's local day.
        clock: tells when the import is.
        origin: who imports it, and where.

    Raises:
        RosterError: nothing of the file can be read; nothing was changed.
        DiskFullError: no room; nothing was changed.
    """
    with database.reading() as session:
        if earlier := _earlier(session, sha256(content).hexdigest()):
            return earlier
    roster = read_roster_bytes(content, today)
    report = f"roster-{clock.now():%Y%m%d-%H%M%S}-{roster.digest[:8]}.csv"
    reports.put(report, report_bytes(roster.outcomes))
    prepared = [row_values(registration) for registration in roster.registrations]
    mentioned = {outcome.registration.reg_no for outcome in roster.outcomes if outcome.registration}
    with database.writing() as session:
        if earlier := _earlier(session, roster.digest):  # another process was faster
            return earlier
        entry = _entry(name, roster.digest, report, clock)
        session.add(entry)
        session.flush()
        counts = roster.counts() | merge(session, prepared, mentioned, entry)
        entry.counts = counts
        what = audit.Act(origin.actor, origin.station, "roster:import", entry.file_digest, dict(counts))
        audit.append(session, clock, what)
    return ImportSummary(False, counts, report)


def _earlier(session: Session, digest: str) -> ImportSummary | None:
    entry = session.scalar(select(RosterImport).where(RosterImport.file_digest == digest).limit(1))
    return ImportSummary(True, entry.counts, entry.report_name) if entry else None


def _entry(file_name: str, digest: str, report_name: str, clock: Clock) -> RosterImport:
    return RosterImport(
        file_name=file_name, file_digest=digest, imported_at=clock.now(), counts={}, report_name=report_name
    )
