"""The dashboard of leads and administrators: figures only, no candidate's papers and no names."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint, Flask, render_template, request, url_for
from flask_babel import format_datetime, format_decimal, format_timedelta
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from region.desk.worklist import newest_year
from region.exports import lists
from region.exports.delivery import delivered
from region.exports.pages import purpose_of, purposes
from region.figures import charts
from region.figures.board import Stage
from region.figures.contacts import Contacts
from region.figures.days import Kind
from region.figures.gathering import DAYS_SHOWN, Dashboard, Gathered, gathered
from region.guard import reviewer
from region.registry.status import Role
from region.settings import Settings
from region.store import Store

TIME = "yyyy-MM-dd HH:mm"
FIGURES: Mapping[str, Callable[[Store, int], lists.Listed]] = {"progress": lists.progress, "days": lists.day_reports}
"""What an administrator may take away too."""
Answer = str | Response | tuple[str, int]


def install(app: Flask, settings: Settings, store: Store, contacts: Contacts) -> None:
    """Register the routes."""
    app.register_blueprint(blueprint(Dashboard(store, settings, contacts)))


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


def screen(dashboard: Dashboard, year: int, page: int) -> dict[str, Any]:
    """Return what `region/figures/show.html` lays out."""
    found = gathered(dashboard, year, page)
    return {
        "year": year,
        "at": format_datetime(found.at, TIME),
        "faces": found.faces,
        "faces_limit": format_decimal(found.faces.limit),
        "reached_on": format_datetime(found.faces.reached_at, "yyyy-MM-dd") if found.faces.reached_at else "",
        "summary": _summary(found),
        "whole": charts.whole_region(found.together),
        "venues": charts.by_venue(found.progress, found.shown),
        "today": charts.today(found.on_site, found.shown, found.today),
        "days": charts.days(found.happened, _days(found.today)),
        "lines": [_line(found, venue, name) for venue, name in found.shown.items()],
        "pages": _pages(year, found.page, found.last_page),
        "may_export_names": reviewer().role == Role.LEAD.value,
    }


def _summary(found: Gathered) -> list[tuple[str, str]]:
    """Return the numbers that stand on top, each with its word."""
    totals, today = found.together, found.today
    at_venue, at_region = found.oldest_of_all
    return [
        (_("Number of registrations"), str(sum(totals.values()))),
        (_("Wait for a venue"), str(totals.get(Stage.AT_VENUE, 0))),
        (_("Longest wait for a venue"), _age(at_venue, found.at)),
        (_("Wait for the region"), str(totals.get(Stage.AT_REGION, 0))),
        (_("Longest wait for the region"), _age(at_region, found.at)),
        (_("Expected on site today"), str(found.happened.get((today, Kind.EXPECTED), 0))),
        (_("Finished on site today"), str(found.happened.get((today, Kind.FINISHED), 0))),
        (_("Open conflicts"), str(sum(found.conflicts.values()))),
    ]


def _line(found: Gathered, venue: str, name: str) -> dict[str, object]:
    """Return what there is to see to at a venue."""
    at_venue, at_region = found.oldest[venue]
    captured = found.on_site[venue].ever if venue in found.on_site else {}
    return {
        "name": name,
        "waits_for_venue": _age(at_venue, found.at),
        "waits_for_region": _age(at_region, found.at),
        "heard": format_datetime(found.heard[venue], TIME) if venue in found.heard else _("Never"),
        "conflicts": found.conflicts.get(venue, 0),
        "faces": captured.get(Kind.PHOTO, 0),
        "prints": captured.get(Kind.FINGERPRINT, 0),
    }


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
