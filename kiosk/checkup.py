"""What `doctor` looks at."""

import shutil

from sqlalchemy import func, select

from devices.errors import CaptureRejectedError, DeviceError
from kiosk.venue import Venue
from kiosk.verifying import Finding
from local_db.models import RegistrationRow

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
        _keys(venue),
        _region(venue),
        *_devices(venue),
    ]


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


def _keys(venue: Venue) -> Finding:
    sealer = venue.sealing.sealer
    if sealer is None:
        nobody = "no region, so no key to seal to; finished visits wait unsealed"
        return Finding(False, "keys", venue.sealing.trouble or nobody)
    return Finding(True, "keys", f"signs with {sealer.signer.key_id}, seals to {', '.join(sealer.recipients)}")


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
