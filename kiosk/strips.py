"""The strips that every staff page carries: where to go, how syncing is, how the devices are."""

from datetime import datetime, timedelta
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from devices.base import DeviceStatus
from kiosk.auth import FLOOR
from kiosk.filters import words
from kiosk.views.here import actor, bench, station, venue
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
        "sync": sync_strip(),
        "devices": device_strip(bench().status()),
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


def device_strip(statuses: dict[str, DeviceStatus]) -> list[dict[str, str]]:
    """Return label, badge and word of each device."""
    return [
        {"label": device_label(role), "state": device_badge(status), "word": device_word(status)}
        for role, status in statuses.items()
    ]


def device_badge(status: DeviceStatus) -> str:
    """Return the badge of a device: good, off or bad."""
    return {"ready": "good", "standby": "good"}.get(status.state, "bad")


def device_word(status: DeviceStatus) -> str:
    """Return how a device is, in words that say what to do."""
    if status.state in ("ready", "standby"):
        return str(_("Ready"))
    trouble = {
        "not_connected": _("Not connected: check the cable"),
        "not_responding": _("No answer: unplug it and plug it in again"),
        "frozen": _("The picture stands still: unplug it and plug it in again"),
        "black": _("The picture is black: take off the cap, switch on the light"),
        "busy": _("In use on another page"),
        "configuration": _("Wrong setting: tell the administrator"),
    }
    return str(trouble.get(status.code, _("Not working: tell the administrator")))


def _nav() -> list[tuple[str, str, bool]]:
    floor = [("desk.show", _("Queue")), ("arrivals.show", _("Arrivals")), ("search.show", _("Search"))]
    pages = floor if actor().may(*FLOOR) else []
    if actor().may("LEAD", "REVIEW2"):
        pages.append(("console.show", _("Overview")))
    pages.append(("devices.show", _("Devices")))
    if actor().may("LEAD", "ADMIN"):
        pages.append(("admin.roster", _("Roster")))
        pages.append(("backup.show", _("Backup")))
    return [(str(label), url_for(endpoint), request.endpoint == endpoint) for endpoint, label in pages]


def _is_region_reachable() -> bool:
    text = venue().outbox.recall("last_contact_at")
    return bool(text) and venue().clock.now() - datetime.fromisoformat(text) < CONTACT_LASTS
