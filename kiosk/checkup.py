"""What `doctor` and `verify` look at."""

import shutil
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import func, select

from kiosk.audit_check import audit_words
from kiosk.device_words import device_advice
from kiosk.venue import Venue
from kiosk.wording import role_label
from local_db.errors import MissingBlobError
from local_db.models import AttachmentRow, RecordRow, RegistrationRow, VisitRow
from local_db.visits import load_visit
from records.errors import RecordError
from records.seal import open_sealed

ENOUGH_ROOM_BYTES = 5 * 1024**3
COMMAND_LINE = "doctor"
"""Who is written down for a test that the command line did."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    is_good: bool
    what: str
    words: str


def examine(venue: Venue) -> list[Finding]:
    """Return how disk, roster, staff, region and every device are, each with what to do; device tests are kept."""
    profile = venue.journey.profiles.today
    flow = Finding(True, "profile", f"{profile.id}@{profile.version}: {' > '.join(profile.order)}")
    return [_room(venue), flow, _roster(venue), _staff(venue), _region(venue), *_devices(venue)]


def house(venue: Venue) -> list[Finding]:
    """Return how disk, roster and staff are; what takes long, or speaks with others, is left out."""
    return [_room(venue), _roster(venue), _staff(venue)]


def _room(venue: Venue) -> Finding:
    free_gb = shutil.disk_usage(venue.settings.home).free / 1024**3
    words = _("%(free)s GB free; below 5 GB make room", free=f"{free_gb:.1f}")
    return Finding(free_gb * 1024**3 >= ENOUGH_ROOM_BYTES, "disk", str(words))


def verify(venue: Venue) -> list[Finding]:
    """Return whether every file and every sealed record on the disk is what its digest says."""
    with venue.database.reading() as session:
        digests = set(session.scalars(select(AttachmentRow.digest)))
        sealed = list(session.execute(select(RecordRow.digest, RecordRow.visit_id, RecordRow.content)))
        integrity = session.connection().exec_driver_sql("PRAGMA integrity_check").scalar()
    bad_files = [digest for digest in sorted(digests) if not _is_intact(venue, digest)]
    bad_records = [digest for digest, _visit, content in sealed if not _opens(content, digest)]
    findings = [
        Finding(integrity == "ok", "database", str(integrity)),
        Finding(not bad_files, "files", f"{len(digests) - len(bad_files)} of {len(digests)} intact"),
        Finding(not bad_records, "records", f"{len(sealed) - len(bad_records)} of {len(sealed)} intact"),
        Finding(*_trails(venue)),
        Finding(*audit_words(venue)),
    ]
    return findings + [Finding(False, "damaged", digest) for digest in (*bad_files, *bad_records)]


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
    words = _("%(count)s registrations, %(expected)s expected today", count=count, expected=expected)
    return Finding(count > 0, "roster", str(words if count else _("Nobody is on the roster: import it")))


def _staff(venue: Venue) -> Finding:
    roles = {role for person in venue.book.everyone() for role in person.roles}
    lacking = [role_label(role) for role in ("LEAD", "REVIEW1", "REVIEW2", "CAPTURE") if role not in roles]
    words = _("Nobody has the role %(roles)s: the administrator adds somebody (add-staff)", roles=", ".join(lacking))
    return Finding(not lacking, "staff", str(words if lacking else _("Every role is held by somebody")))


def _region(venue: Venue) -> Finding:
    if venue.worker is None:
        return Finding(False, "region", "the settings name no region; records stay here")
    answers = venue.worker.round()
    return Finding(answers, "region", "answers" if answers else "no answer; records stay here and are sent later")


def _devices(venue: Venue) -> list[Finding]:
    checks = venue.checks.run(COMMAND_LINE)
    return [
        Finding(one.result != "trouble", f"{one.station} {one.role}", device_advice(one.role, one.result, one.code))
        for one in checks
    ]
