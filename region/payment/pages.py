"""Where a lead of the region opens payment for many."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import format_datetime, get_timezone
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from region.desk.office import asking
from region.desk.words import LEVELS
from region.desk.worklist import MOST_COUNTED, newest_year
from region.payment.batches import Plan, approved, batches, cancel_batch, make_batch
from region.payment.orders import payment_times
from region.registry.review_models import BatchRow
from region.reviewers import reviewer_names
from region.store import Store
from region.venues import venue_names

Answer = str | Response | tuple[str, int]
TIME = "yyyy-MM-dd HH:mm"


def blueprint(store: Store) -> Blueprint:
    """Return the routes; only leads get here (`region.access`)."""
    pages = Blueprint("payment", __name__, url_prefix="/payment")

    @pages.get("/")
    def show() -> Answer:
        return _screen(store, {}, {})

    @pages.post("/batches")
    def make() -> Answer:
        return _make(store)

    @pages.post("/batches/<int:seq>/cancel")
    def cancel(seq: int) -> Answer:
        if cancel_batch(store, asking(), seq):
            flash(_("Cancelled. What it had opened before stays open."), "good")
        else:
            flash(_("It was done or cancelled before."), "attention")
        return redirect(url_for("payment.show"), 303)

    return pages


def _make(store: Store) -> Answer:
    plan, problems = _read(request.form, store)
    if plan is None:
        return _screen(store, request.form, problems), 422
    if outside := _outside(store, plan):
        return _screen(store, request.form, {"opens_at": outside}), 422
    if request.form.get("step") != "confirm":
        found = approved(store, plan, MOST_COUNTED + 1)
        count = f"{MOST_COUNTED}+" if found > MOST_COUNTED else str(found)
        return _screen(store, request.form, {}, count=count, at=format_datetime(plan.opens_at, TIME))
    make_batch(store, asking(), plan)
    flash(_("Set down. Payment opens at %(time)s by itself.", time=format_datetime(plan.opens_at, TIME)), "good")
    return redirect(url_for("payment.show"), 303)


def _outside(store: Store, plan: Plan) -> str:
    """Return what to do where nobody could pay at the time of the plan, "" otherwise."""
    times = payment_times(store, plan.year)
    if times is None or times.is_open(max(plan.opens_at, store.now())):
        return ""
    opens = format_datetime(times.opens_at, TIME) if times.opens_at else ""
    closes = format_datetime(times.closes_at, TIME)
    words = _("Candidates can pay from %(opens)s to %(closes)s only. Choose a time within.", opens=opens, closes=closes)
    return str(words)


def _read(form: Mapping[str, str], store: Store) -> tuple[Plan | None, dict[str, str]]:
    problems: dict[str, str] = {}
    year, venue, level = form.get("year", ""), form.get("venue", ""), form.get("level", "")
    if not (year.isascii() and year.isdigit() and len(year) == 4):
        problems["year"] = _("Write the year with four digits.")
    if venue and venue not in venue_names(store):
        problems["venue"] = _("Choose a venue of the list.")
    if level and level not in LEVELS:
        problems["level"] = _("Choose a level of the list.")
    try:
        local = datetime.fromisoformat(form.get("opens_at", ""))
        opens_at = local.replace(tzinfo=ZoneInfo(str(get_timezone()))) if local.tzinfo is None else local
    except ValueError:
        problems["opens_at"] = _("Write day and time, like 2027-05-27 09:00.")
        return None, problems
    return (None, problems) if problems else (Plan(int(year), venue, level, opens_at), {})


def _screen(store: Store, typed: Mapping[str, str], problems: Mapping[str, str], count: str = "", at: str = "") -> str:
    names, venues = reviewer_names(store), venue_names(store)
    return render_template(
        "region/payment/batches.html",
        typed={"year": str(newest_year(store)), **typed},
        venues=[("", _("All venues")), *venues.items()],
        levels=[("", _("All levels"))] + list(LEVELS.items()),
        batches=[_line(row, names, venues) for row in batches(store)],
        problems=problems,
        count=count,
        at=at,
    )


def _line(row: BatchRow, names: Mapping[str, str], venues: Mapping[str, str]) -> dict[str, Any]:
    if row.cancelled_at is not None:
        badge = ("off", _("Cancelled"))
    elif row.done_at is not None:
        badge = ("good", _("Done"))
    else:
        badge = ("attention", _("Planned"))
    return {
        "seq": row.seq,
        "year": row.exam_year,
        "venue": venues.get(row.venue, row.venue) or _("All venues"),
        "level": LEVELS.get(row.level, row.level) or _("All levels"),
        "opens_at": format_datetime(row.opens_at, TIME),
        "by": names.get(row.made_by, row.made_by),
        "opened": row.opened,
        "badge": badge,
        "may_cancel": row.done_at is None,
    }
