"""The dashboard of leads and administrators: figures only, no candidate's papers and no names."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint, Flask, render_template, request, url_for
from flask_babel import format_datetime, format_decimal, format_timedelta
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from region.conflicts import find_open
from region.desk.worklist import newest_year
from region.exports import lists
from region.exports.delivery import delivered
from region.exports.pages import purpose_of, purposes
from region.figures import board, charts
from region.figures.contacts import Contacts
from region.figures.days import Kind
from region.figures.remembered import Remembered
from region.guard import reviewer
from region.registry.status import Role
from region.settings import Settings
from region.store import Store
from region.venues import venue_names

VENUES_A_PAGE, DAYS_SHOWN = 20, 14
CONFLICTS_LAST = timedelta(seconds=30)
"""Conflicts are found by looking at all records; so often is enough for a figure."""
TIME = "yyyy-MM-dd HH:mm"
FIGURES: Mapping[str, Callable[[Store, int], lists.Listed]] = {"progress": lists.progress, "days": lists.day_reports}
"""What an administrator may take away too."""
Answer = str | Response | tuple[str, int]


@dataclass(frozen=True, slots=True)
class Dashboard:
    """What the dashboard is made of."""

    store: Store
    settings: Settings
    contacts: Contacts
    conflicts: Remembered[Mapping[str, int]]


def install(app: Flask, settings: Settings, store: Store, contacts: Contacts) -> None:
    """Register the routes."""
    conflicts = Remembered(lambda: conflicts_by_venue(store), store.now, CONFLICTS_LAST)
    app.register_blueprint(blueprint(Dashboard(store, settings, contacts, conflicts)))


def blueprint(dashboard: Dashboard) -> Blueprint:
    """Return the routes; leads and administrators get here (`region.access`)."""
    pages = Blueprint("figures", __name__, url_prefix="/figures")

    @pages.get("/")
    def show() -> str:
        year, page = _year(dashboard.store, request.args), _page(request.args)
        return render_template("region/figures/show.html", **screen(dashboard, year, page))

    @pages.get("/exports")
    def exports() -> Answer:
        return _export_screen(_year(dashboard.store, request.args), request.args)

    @pages.post("/export")
    def export() -> Answer:
        return _export(dashboard)

    return pages


def _export(dashboard: Dashboard) -> Answer:
    """Send a workbook of figures; no name of a candidate is in it."""
    store, kind, purpose = dashboard.store, request.form.get("kind", ""), purpose_of(request.form)
    year = _year(store, request.form)
    if not purpose or kind not in FIGURES:
        return _export_screen(year, request.form, {"purpose": _("Say what the list is for.")}), 422
    return delivered(store, dashboard.settings.zone, kind, FIGURES[kind](store, year), purpose, f"year={year}")


def _export_screen(year: int, given: Mapping[str, str], problems: Mapping[str, str] | None = None) -> str:
    kind = given.get("kind", "")
    kinds = [(one, str(lists.EXPORTS[one])) for one in FIGURES]
    return render_template(
        "region/figures/exports.html",
        year=year,
        kinds=kinds,
        kind=kind if kind in FIGURES else "progress",
        purposes=purposes(),
        problems=problems or {},
    )


def conflicts_by_venue(store: Store) -> Mapping[str, int]:
    """Return how many conflicts are open at each venue."""
    with store.read() as session:
        return Counter(conflict.venue for conflict in find_open(session))


def screen(dashboard: Dashboard, year: int, page: int) -> dict[str, Any]:
    """Return what `region/figures/show.html` lays out."""
    store = dashboard.store
    today = store.now().astimezone(dashboard.settings.zone).date()
    progress, names = board.progress_of(store, year), venue_names(store)
    on_site, conflicts = board.on_site(store, year, today), dashboard.conflicts.get()
    last_page = max(1, -(-len(names) // VENUES_A_PAGE))
    page = min(page, last_page)
    shown = dict(list(names.items())[(page - 1) * VENUES_A_PAGE : page * VENUES_A_PAGE])
    faces = board.faces_of(store, dashboard.settings.faces_limit)
    happened = board.over_days(store, year, today, DAYS_SHOWN)
    return {
        "year": year,
        "at": format_datetime(store.now(), TIME),
        "faces": faces,
        "faces_limit": format_decimal(faces.limit),
        "reached_on": format_datetime(faces.reached_at, "yyyy-MM-dd") if faces.reached_at else "",
        "summary": _summary(dashboard, year, progress, on_site),
        "whole": charts.whole_region(progress),
        "venues": charts.by_venue(progress, shown),
        "today": charts.today(on_site, shown, today),
        "days": charts.days(happened, _days(today)),
        "lines": _lines(dashboard, year, shown, conflicts.value),
        "conflicts_at": format_datetime(conflicts.at, TIME),
        "pages": _pages(year, page, last_page),
        "may_export_names": reviewer().role == Role.LEAD.value,
    }


def _summary(
    dashboard: Dashboard, year: int, progress: Mapping[str, board.Stages], on_site: Mapping[str, Mapping[Kind, int]]
) -> list[tuple[str, str]]:
    """Return the numbers that stand on top, each with its word."""
    totals = charts.total_of(progress)
    here = {kind: sum(found.get(kind, 0) for found in on_site.values()) for kind in charts.ON_SITE}
    at_venue, at_region = board.oldest_in_region(dashboard.store, year)
    now = dashboard.store.now()
    return [
        (_("Number of registrations"), str(sum(totals.values()))),
        (_("Wait for a venue"), str(totals[board.Stage.AT_VENUE])),
        (_("Longest wait for a venue"), _age(at_venue, now)),
        (_("Wait for the region"), str(totals[board.Stage.AT_REGION])),
        (_("Longest wait for the region"), _age(at_region, now)),
        (_("Expected on site today"), str(here[Kind.EXPECTED])),
        (_("Finished on site today"), str(here[Kind.FINISHED])),
        (_("Open conflicts"), str(sum(dashboard.conflicts.get().value.values()))),
    ]


def _lines(
    dashboard: Dashboard, year: int, shown: Mapping[str, str], conflicts: Mapping[str, int]
) -> list[dict[str, object]]:
    """Return what there is to see to at each venue."""
    store, heard = dashboard.store, dashboard.contacts.last()
    oldest, captures = board.oldest_of(store, year, list(shown)), board.captures_of(store, year, list(shown))
    now = store.now()
    return [
        {
            "name": name,
            "waits_for_venue": _age(oldest[venue][0], now),
            "waits_for_region": _age(oldest[venue][1], now),
            "heard": format_datetime(heard[venue], TIME) if venue in heard else _("Never"),
            "conflicts": conflicts.get(venue, 0),
            "faces": captures.get((venue, Kind.PHOTO), 0),
            "prints": captures.get((venue, Kind.FINGERPRINT), 0),
        }
        for venue, name in shown.items()
    ]


def _age(since: datetime | None, now: datetime) -> str:
    return str(format_timedelta(now - since)) if since else "—"


def _days(today: date) -> list[date]:
    return [today - timedelta(days=back) for back in range(DAYS_SHOWN - 1, -1, -1)]


def _pages(year: int, page: int, last: int) -> dict[str, object]:
    return {
        "text": _("Page %(page)s of %(last)s", page=page, last=last) if last > 1 else "",
        "before": url_for("figures.show", year=year, page=page - 1) if page > 1 else "",
        "after": url_for("figures.show", year=year, page=page + 1) if page < last else "",
    }


def _year(store: Store, given: Mapping[str, str]) -> int:
    year = given.get("year", "")
    return int(year) if year.isascii() and year.isdigit() and len(year) == 4 else newest_year(store)


def _page(given: Mapping[str, str]) -> int:
    page = given.get("page", "")
    return max(1, int(page)) if page.isascii() and page.isdigit() and len(page) <= 4 else 1
