"""Turns a worklist into what its screen lays out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import format_datetime
from flask_babel import gettext as _

from region.desk.office import Office
from region.desk.words import LEVELS, STATUSES, VIEWS
from region.desk.worklist import (
    MOST_COUNTED,
    Cursor,
    Filter,
    View,
    categories,
    counts,
    list_registrations,
    newest_year,
    read_cursor,
    views_for,
)
from region.registry.changing import Actor, is_claimed
from region.registry.models import RegistrationRow
from region.registry.reading import registration_of
from region.registry.status import Role, Status
from region.reviewers import reviewer_names
from region.venues import venue_names

TIME = "yyyy-MM-dd HH:mm"


@dataclass(frozen=True, slots=True)
class Sight:
    """Who looks, when, and how people and places are called."""

    office: Office
    actor: Actor
    names: Mapping[str, str]
    venues: Mapping[str, str]
    now: datetime


def sight_of(office: Office, actor: Actor) -> Sight:
    """Return what every line of a list needs."""
    return Sight(office, actor, reviewer_names(office.store), venue_names(office.store), office.store.now())


def read_filter(office: Office, given: Mapping[str, str]) -> Filter:
    """Return what is to be listed; what makes no sense is as if it were not said."""
    year, view = given.get("year", ""), given.get("view", "")
    return Filter(
        year=int(year) if year.isascii() and year.isdigit() and len(year) == 4 else newest_year(office.store),
        view=View(view) if view in set(View) else View.WAITING,
        venue=given.get("venue", "")[:64],
        level=given.get("level", "")[:16],
        category=given.get("category", "")[:32],
        has_opinions=given.get("opinions") == "yes",
    )


def as_query(wanted: Filter) -> dict[str, Any]:
    """Return the filter as the address says it."""
    values: dict[str, Any] = {
        "year": str(wanted.year),
        "view": wanted.view.value,
        "venue": wanted.venue,
        "level": wanted.level,
        "category": wanted.category,
        "opinions": "yes" if wanted.has_opinions else "",
    }
    return {key: value for key, value in values.items() if value}


def screen(sight: Sight, wanted: Filter, given: Mapping[str, str]) -> dict[str, Any]:
    """Return what `region/desk/worklist.html` lays out."""
    before, after = read_cursor(given.get("before", "")), read_cursor(given.get("after", ""))
    store = sight.office.store
    page = list_registrations(store, sight.actor, wanted, before, after)
    kept = as_query(wanted)
    return {
        "lines": [line(row, sight) for row in page.rows],
        "chosen": kept,
        "tabs": _tabs(sight, wanted, kept),
        "venues": [("", _("All venues")), *sight.venues.items()] if sight.actor.venue is None else [],
        "levels": [("", _("All levels"))] + [(level, word) for level, word in LEVELS.items()],
        "categories": [("", _("All categories"))] + [(one, one) for one in categories(store, wanted.year)],
        "previous_url": _page_url(kept, before=page.before),
        "next_url": _page_url(kept, after=page.after),
        "export_url": url_for("exports.show", **kept) if sight.actor.role is Role.LEAD else "",
        "may_take": sight.actor.role is not Role.ADMIN,
        "searched": False,
    }


def found(sight: Sight, rows: list[RegistrationRow], wanted: Filter) -> dict[str, Any]:
    """Return the same screen with what a search has found, in place of a page."""
    return {
        **screen(sight, wanted, {}),
        "lines": [line(row, sight) for row in rows],
        "previous_url": "",
        "next_url": "",
        "searched": True,
    }


def line(row: RegistrationRow, sight: Sight) -> dict[str, Any]:
    """Return one registration as a line of a list."""
    person = registration_of(sight.office.box, row)
    held = is_claimed(row, sight.now)
    return {
        "url": url_for("desk.case", year=row.exam_year, id_=row.id),
        "reg_no": person.reg_no,
        "name": person.fields.get("name", ""),
        "venue": sight.venues.get(row.venue, row.venue),
        "level": LEVELS.get(row.level, row.level),
        "category": row.category,
        "badge": STATUSES[Status(row.status)],
        "is_proposed": bool(row.proposed_by),
        "held_by": sight.names.get(row.claimed_by, row.claimed_by) if held else "",
        "is_mine": held and row.claimed_by == sight.actor.id,
        "since": format_datetime(row.waiting_since, TIME) if row.waiting_since else "",
    }


def _tabs(sight: Sight, wanted: Filter, kept: Mapping[str, Any]) -> list[dict[str, Any]]:
    views = views_for(sight.actor)
    numbers = counts(sight.office.store, sight.actor, wanted, views)
    return [
        {
            "label": VIEWS[view],
            "count": f"{MOST_COUNTED}+" if numbers[view] > MOST_COUNTED else str(numbers[view]),
            "url": url_for("desk.worklist", **{**kept, "view": view.value}),
            "is_open": view is wanted.view,
        }
        for view in views
    ]


def _page_url(kept: Mapping[str, Any], **cursor: Cursor | None) -> str:
    places: dict[str, Any] = {name: str(place) for name, place in cursor.items() if place is not None}
    return url_for("desk.worklist", **{**kept, **places}) if places else ""
