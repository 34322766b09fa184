"""What `doctor` and `verify` look at."""

import shutil
from contextlib import closing

from sqlalchemy import func, select

from devices.errors import CaptureRejectedError, DeviceError
from kiosk.finding import Finding
from kiosk.safety import examine_safety, verify_backup
from kiosk.settings import Settings
from kiosk.venue import Venue
from local_db.backup.snapshot import integrity_problems
from local_db.encrypting import is_clear
from local_db.engine import keyed
from local_db.errors import MissingBlobError
from local_db.models import AttachmentRow, RecordRow, RegistrationRow, VisitRow
from local_db.vault.keys import VenueKey
from local_db.visits import load_visit
from records.errors import RecordError
from records.seal import open_sealed

ENOUGH_ROOM_BYTES = 5 * 1024**3


def examine(venue: Venue) -> list[Finding]:
    """Return how disk, roster, staff, region and every device are, each with what to do."""
    free_gb = shutil.disk_usage(venue.settings.home).free / 1024**3
    room = Finding(free_gb * 1024**3 >= ENOUGH_ROOM_BYTES, "disk", f"{free_gb:.1f} GB free; below 5 GB make room")
    profile = venue.journey.profiles.today
    return [
        room,
        Finding(True, "profile", f"{profile.id}@{profile.version}: {' > '.join(profile.order)}"),
        _roster(venue),
        _staff(venue),
        _region(venue),
        *examine_safety(venue),
        *_devices(venue),
    ]


def verify(venue: Venue) -> list[Finding]:
    """Return whether every file and every sealed record on the disk is what its digest says."""
    with venue.database.reading() as session:
        digests = set(session.scalars(select(AttachmentRow.digest)))
        sealed = list(session.execute(select(RecordRow.digest, RecordRow.visit_id, RecordRow.content)))
    bad_files = [digest for digest in sorted(digests) if not _is_intact(venue, digest)]
    bad_records = [digest for digest, _visit, content in sealed if not _opens(content, digest)]
    findings = [
        Finding(True, "database", "every page is intact"),
        Finding(not bad_files, "files", f"{len(digests) - len(bad_files)} of {len(digests)} intact"),
        Finding(not bad_records, "records", f"{len(sealed) - len(bad_records)} of {len(sealed)} intact"),
        Finding(*_trails(venue)),
        *verify_backup(venue),
    ]
    return findings + [Finding(False, "damaged", digest) for digest in (*bad_files, *bad_records)]


def verify_pages(settings: Settings, key: VenueKey) -> list[Finding]:
    """Return the damaged pages of the database, before it is opened: nothing else that it says could be believed.

    Where the first page does not read it is perhaps another venue's; opening it says so.
    """
    if not settings.database.exists() or is_clear(settings.database):
        return []
    with closing(keyed(settings.database, key)) as connection:
        problems = integrity_problems(connection)
    is_other = any(line.endswith("page 1") for line in problems)
    return [] if is_other else [Finding(False, "database", f"{line}; restore a backup") for line in problems]


def _trails(venue: Venue) -> tuple[bool, str, str]:
    """Look whether every visit's entries are numbered without a gap."""
    with venue.database.reading() as session:
        visits = [load_visit(session, visit_id) for visit_id in session.scalars(select(VisitRow.id))]
    gaps = [one.id for one in visits if [entry.seq for entry in one.entries] != list(range(1, one.last_seq + 1))]
    return not gaps, "trails", f"{len(visits) - len(gaps)} of {len(visits)} without a gap"


def _is_intact(venue: Venue, digest: str) -> bool:
    try:
        venue.store.blobs.get(digest)
    except MissingBlobError:
        return False
    return True


def _opens(content: bytes, digest: str) -> bool:
    try:
        open_sealed(content, digest)
    except RecordError:
        return False
    return True


def _roster(venue: Venue) -> Finding:
    with venue.database.reading() as session:
        count = session.scalar(select(func.count()).select_from(RegistrationRow)) or 0
    day = venue.clock.now().astimezone(venue.settings.zone).date()
    expected = venue.search.count_expected(day)
    return Finding(
        count > 0, "roster", f"{count} registrations, {expected} expected today" if count else "import the roster"
    )


def _staff(venue: Venue) -> Finding:
    roles = {role for person in venue.book.everyone() for role in person.roles}
    lacking = [role for role in ("LEAD", "REVIEW1", "REVIEW2", "CAPTURE") if role not in roles]
    words = f"nobody has the role {', '.join(lacking)}; use add-staff" if lacking else "every role is held by somebody"
    return Finding(not lacking, "staff", words)


def _region(venue: Venue) -> Finding:
    if venue.worker is None:
        return Finding(False, "region", "the settings name no region; records stay here")
    answers = venue.worker.round()
    return Finding(answers, "region", "answers" if answers else "no answer; records stay here and are sent later")


def _devices(venue: Venue) -> list[Finding]:
    findings = []
    for name, bench in venue.benches.items():
        for role in bench.status():
            try:
                bench.sample(role)
                findings.append(Finding(True, f"{name} {role}", "works"))
            except CaptureRejectedError as error:
                findings.append(Finding(True, f"{name} {role}", f"works, nothing to capture ({error.code})"))
            except DeviceError as error:
                findings.append(Finding(False, f"{name} {role}", f"{error}; check the cable, plug it in again"))
    return findings
