"""Whom a change of a window shuts out at this moment."""

from collections.abc import Mapping
from datetime import datetime

from region.registry.rules import Window, rules_in_force
from region.registry.status import Status
from region.registry.tallies import Figures, figures
from region.registry.windows import Place
from region.store import Store

Held = Mapping[tuple[str, str], Window]
"""The windows of a year by venue ("" for all) and kind."""


def shut_out(store: Store, place: Place, before: Held, after: Held, now: datetime) -> int:
    """Return how many registrations are concerned that were not before the change."""
    found = figures(store, place.year)
    closing = [venue for venue in found if _is_open(before, venue, place.kind, now)]
    closing = [venue for venue in closing if not _is_open(after, venue, place.kind, now)]
    return sum(_concerned(store, place.kind, found[venue]) for venue in closing)


def effective(held: Held, venue: str, kind: str) -> Window | None:
    """Return the venue's own window, else the one for all."""
    return held.get((venue, kind)) or held.get(("", kind))


def _is_open(held: Held, venue: str, kind: str, now: datetime) -> bool:
    window = effective(held, venue, kind)
    return window is None or window.is_open(now)


def _concerned(store: Store, kind: str, figures: Figures) -> int:
    filling, waiting = figures.at.get(Status.FILLING, 0), figures.waiting.get(Status.FILLING, 0)
    passed = figures.at.get(Status.VENUE_PASSED, 0)
    match kind:
        case "upload":  # whoever has submitted can still change pictures under `on_deadline` only
            return filling if rules_in_force(store).online.lock == "on_deadline" else filling - waiting
        case "on_site":
            return filling
        case "venue_review":
            return waiting
        case "region_review" | "corrections":
            return filling + passed
        case _:
            return figures.at.get(Status.PAYMENT_DUE, 0)
