"""Turns windows into what their pages lay out; times are the region's local ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import format_datetime
from flask_babel import gettext as _

from region.registry.rules import Window
from region.registry.window_models import WindowChangeRow
from region.registry.windows import Place
from region.settings import Settings
from region.windows.kinds import KINDS
from region.windows.reach import Held
from region.windows.words import EFFECTS, NAMES

TIME = "yyyy-MM-dd HH:mm"
TYPED = "%Y-%m-%dT%H:%M"


@dataclass(frozen=True, slots=True)
class People:
    """How reviewers and venues are called, by id."""

    reviewers: Mapping[str, str]
    venues: Mapping[str, str]


def overview(held: Held, year: int, now: datetime, people: People) -> list[dict[str, Any]]:
    """Return every window of a year in order, each with the venues' own."""
    return [
        {
            **_line(Place(year, "", kind), held.get(("", kind)), now),
            "effect": str(EFFECTS[kind]),
            "own": [
                {**_line(Place(year, venue, kind), window, now), "venue": people.venues.get(venue, venue)}
                for (venue, of), window in sorted(held.items())
                if venue and of == kind
            ],
            "others": _others(held, kind, people) if KINDS[kind].may_differ else [],
        }
        for kind in KINDS
    ]


def history(changes: list[WindowChangeRow], people: People) -> list[dict[str, str]]:
    """Return what was changed, the newest first."""
    return [
        {
            "at": format_datetime(row.changed_at, TIME),
            "by": people.reviewers.get(row.changed_by, row.changed_by),
            "what": str(NAMES.get(row.kind, row.kind)),
            "venue": people.venues.get(row.venue, row.venue) or _("All venues"),
            "before": span(row.opened_at, row.closed_at),
            "after": span(row.opens_at, row.closes_at),
            "reason": row.reason,
        }
        for row in changes
    ]


def typed_of(window: Window | None, settings: Settings) -> dict[str, str]:
    """Return what the fields hold before anybody types."""
    if window is None:
        return {}
    opens = window.opens_at.astimezone(settings.zone).strftime(TYPED) if window.opens_at else ""
    return {"opens_at": opens, "closes_at": window.closes_at.astimezone(settings.zone).strftime(TYPED)}


def span(opens_at: datetime | None, closes_at: datetime | None) -> str:
    """Return from when until when, in words."""
    if closes_at is None:
        return str(_("not set"))
    closes = format_datetime(closes_at, TIME)
    if opens_at is None:
        return str(_("until %(closes)s", closes=closes))
    return str(_("%(opens)s to %(closes)s", opens=format_datetime(opens_at, TIME), closes=closes))


def _line(place: Place, window: Window | None, now: datetime) -> dict[str, Any]:
    return {
        "kind": place.kind,
        "name": str(NAMES[place.kind]),
        "span": span(window.opens_at, window.closes_at) if window else _("not set"),
        "badge": _badge(window, now),
        "url": url_for("windows.edit", year=place.year, kind=place.kind, venue=place.venue or None),
    }


def _badge(window: Window | None, now: datetime) -> tuple[str, str]:
    if window is None:
        return ("off", _("Always open"))
    if window.is_past(now):
        return ("off", _("Closed"))
    return ("good", _("Open")) if window.is_begun(now) else ("attention", _("Not open yet"))


def _others(held: Held, kind: str, people: People) -> list[tuple[str, str]]:
    return [(venue, name) for venue, name in people.venues.items() if (venue, kind) not in held]
