"""A lead's page that takes files in: rosters, appointments offered, appointments booked elsewhere."""

import base64
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFProtect

from region.guard import reviewer
from region.rostering import take_roster
from region.settings import Settings
from region.slots.importing import offer_slots, take_bookings
from region.slots.reading import read_bookings, read_slots
from region.store import Store
from region.venues import open_venues
from rules.roster.errors import RosterError
from rules.roster.words import Language, describe_fault

MAX_FILE_BYTES = 64 * 1024 * 1024
KINDS = {
    "roster": _l("Roster of the national system"),
    "slots": _l("Appointments that are offered (day, hours, places)"),
    "bookings": _l("Appointments booked in the city's own system"),
}
WHY = {
    "no_day": _l("Day or hours cannot be read."),
    "no_quota": _l("The number of places cannot be read."),
    "nobody": _l("Neither registration number nor document number."),
    "unknown": _l("No registration of this venue and year has this number."),
    "below_taken": _l("More places are taken already than this row offers."),
}
COUNTS = {
    "new": _l("new"),
    "changed": _l("changed"),
    "same": _l("unchanged"),
    "warned": _l("to look at"),
    "refused": _l("refused"),
    "skipped": _l("skipped"),
}
SHOWN_ROWS = 200

Answer = str | tuple[str, int]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the page says of a file."""

    counts: dict[str, int]
    rows: dict[int, str] = field(default_factory=dict)
    report: str = ""


def blueprint(store: Store, settings: Settings, protection: CSRFProtect) -> Blueprint:
    """Return the pages. They check the form's token themselves, after the limit for a file of this size is raised."""
    pages = Blueprint("taking", __name__)

    @pages.get("/files")
    def show() -> Answer:
        return _screen(store, settings, None, {})

    @pages.post("/files")
    def take() -> Answer:
        request.max_content_length = MAX_FILE_BYTES
        protection.protect()
        problems = _problems(store)
        if problems:
            return _screen(store, settings, None, problems), 422
        try:
            return _screen(store, settings, _take(store, settings), {})
        except RosterError as error:
            language = Language.EN if str(get_locale()) == "en" else Language.ZH
            return _screen(store, settings, None, {"file": describe_fault(error.fault, error.missing, language)}), 422

    protection.exempt(pages)
    return pages


def _problems(store: Store) -> dict[str, str]:
    problems: dict[str, str] = {}
    if request.form.get("venue") not in open_venues(store):
        problems["venue"] = str(_("Choose the venue."))
    year = request.form.get("year", "")
    if not (year.isascii() and year.isdigit() and 2000 <= int(year) <= 2100):
        problems["year"] = str(_("Type the year of the exam, four digits."))
    if request.form.get("kind") not in KINDS:
        problems["kind"] = str(_("Choose what the file holds."))
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        problems["file"] = str(_("Choose the file (.xlsx or .csv)."))
    return problems


def _take(store: Store, settings: Settings) -> Outcome:
    kind, venue, year = request.form["kind"], request.form["venue"], int(request.form["year"])
    content = request.files["file"].read()
    if kind == "roster":
        today = store.now().astimezone(settings.zone).date()
        done = take_roster(store, year, venue, content, today, reviewer().id)
        return Outcome(dict(done.counts), report=base64.b64encode(done.report).decode("ascii"))
    lines = offer_slots(store, year, venue, read_slots(content)) if kind == "slots" else None
    taken = lines or take_bookings(store, year, venue, read_bookings(content))
    return Outcome(dict(taken.counts), dict(taken.refused))


def _screen(store: Store, settings: Settings, outcome: Outcome | None, problems: dict[str, str]) -> str:
    context: dict[str, Any] = {
        "venues": list(open_venues(store).items()),
        "kinds": list(KINDS.items()),
        "year": request.form.get("year") or str(store.now().astimezone(settings.zone).year),
        "chosen": request.form,
        "outcome": outcome,
        "counts": COUNTS,
        "why": WHY,
        "shown_rows": SHOWN_ROWS,
        "problems": problems,
    }
    return render_template("region/files.html", **context)
