"""The strips that every staff page carries: where to go, how syncing is, how the devices are."""

from datetime import datetime, timedelta
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from devices.base import DeviceStatus
from kiosk.auth import FLOOR, READS_LOG, is_auditor
from kiosk.device_words import device_badge, device_word
from kiosk.filters import words
from kiosk.views.here import actor, bench, browser, station, station_label, venue
from kiosk.wording import device_label, role_label

CONTACT_LASTS = timedelta(seconds=30)
"""The region counts as reachable for so long after it last answered."""


def desk_context() -> dict[str, Any]:
    """Return the variables of `kiosk/layout_desk.html`."""
    return {
        "staff": {"name": actor().name, "role": " · ".join(role_label(role) for role in sorted(actor().roles))}
        if actor().is_staff
        else None,
        "station": words(station().label),
        "sign_out_url": url_for("home.sign_out"),
        "nav": _nav(),
        **({} if is_auditor(actor()) else _strips()),
    }


def _strips() -> dict[str, Any]:
    return {
        "sync": sync_strip(),
        "devices": device_strip(bench().status(), venue().lending.to(browser().station)),
        "help_wanted": venue().queue.help_wanted(),
    }


def sync_strip() -> dict[str, Any]:
    """Return how many records are saved here, sent, and accepted by the region, and whether it answers."""
    counts = venue().outbox.counts()
    return {
        "waiting": counts.saved,
        "sent": counts.sent,
        "accepted": counts.accepted,
        "parked": counts.parked,
        "online": _is_region_reachable(),
    }


def device_strip(statuses: dict[str, DeviceStatus], lent: dict[str, str]) -> list[dict[str, str]]:
    """Return label, badge and word of each device; of one that another station lends, whose it is."""
    return [
        {"label": _label(role, lent.get(role, "")), "state": device_badge(status), "word": device_word(status)}
        for role, status in statuses.items()
    ]


def _label(role: str, lender: str) -> str:
    label = device_label(role)
    return f"{label} ({station_label(lender)})" if lender else label


def _nav() -> list[tuple[str, str, bool]]:
    floor = [("desk.show", _("Queue")), ("arrivals.show", _("Arrivals")), ("search.show", _("Search"))]
    pages = floor if actor().may(*FLOOR) else []
    if actor().may("LEAD", "REVIEW2"):
        pages.append(("console.show", _("Overview")))
        pages.append(("conflicts.show", _("Conflicts (%(count)s)", count=len(venue().conflicts.open()))))
    if actor().may("LEAD"):
        pages.append(("closing.current", _("Closing")))
    if not is_auditor(actor()):
        pages.append(("devices.show", _("Devices")))
    if actor().may("LEAD", "ADMIN"):
        pages += [("start_of_day.show", _("Start of day")), ("admin.roster", _("Roster"))]
        pages.append(("backup.show", _("Backup")))
        if venue().settings.demo:
            pages.append(("training.show", _("Training")))
    if actor().may(*READS_LOG):
        pages.append(("audit.show", _("Audit log")))
    here = "closing.current" if request.blueprint == "closing" else request.endpoint
    return [(str(label), url_for(endpoint), here == endpoint) for endpoint, label in pages]


def _is_region_reachable() -> bool:
    text = venue().outbox.recall("last_contact_at")
    return bool(text) and venue().clock.now() - datetime.fromisoformat(text) < CONTACT_LASTS
