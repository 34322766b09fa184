"""What `doctor` looks at."""

import shutil

from flask_babel import gettext as _
from sqlalchemy import func, select

from kiosk.device_words import device_advice
from kiosk.finding import Finding
from kiosk.safety import examine_safety
from kiosk.venue import Venue
from kiosk.wording import role_label
from local_db.models import RegistrationRow

ENOUGH_ROOM_BYTES = 5 * 1024**3
COMMAND_LINE = "doctor"
"""Who is written down for a test that the command line did."""


def examine(venue: Venue) -> list[Finding]:
    """Return how disk, roster, staff, region and every device are, each with what to do; device tests are kept."""
    profile = venue.journey.profiles.today
    flow = Finding(True, "profile", f"{profile.id}@{profile.version}: {' > '.join(profile.order)}")
    day = [_room(venue), flow, _roster(venue), _staff(venue)]
    return [*day, _keys(venue), _region(venue), *examine_safety(venue), *_devices(venue)]


def house(venue: Venue) -> list[Finding]:
    """Return how disk, roster and staff are; what takes long, or speaks with others, is left out."""
    return [_room(venue), _roster(venue), _staff(venue)]


def _room(venue: Venue) -> Finding:
    free_gb = shutil.disk_usage(venue.settings.home).free / 1024**3
    words = _("%(free)s GB free; below 5 GB make room", free=f"{free_gb:.1f}")
    return Finding(free_gb * 1024**3 >= ENOUGH_ROOM_BYTES, "disk", str(words))


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
    checks = venue.checks.run(COMMAND_LINE)
    return [
        Finding(one.result != "trouble", f"{one.station} {one.role}", device_advice(one.role, one.result, one.code))
        for one in checks
    ]
