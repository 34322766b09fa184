"""Where the national list is taken over, and where the review of a year is declared over."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import format_datetime
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from region.desk.office import Office, asking
from region.desk.words import STATUSES
from region.desk.worklist import newest_year
from region.errors import DamagedHereError
from region.registry.changing import Actor
from region.registry.ending import end_review, ended_at, reopen_review
from region.registry.status import RULES, Act, Status
from region.results.applying import Doubt, Preview, apply, preview
from region.results.reading import ListUnreadableError, read_list

Answer = str | Response | tuple[str, int]
MOST_DOUBTS = 100


def blueprint(office: Office) -> Blueprint:
    """Return the routes; leads and administrators get here (`region.access`)."""
    pages = Blueprint("results", __name__, url_prefix="/results")

    @pages.get("/")
    def show() -> Answer:
        return _screen(office, _year(office, request.args))

    @pages.post("/preview")
    def look() -> Answer:
        return _look(office)

    @pages.post("/apply")
    def take_over() -> Answer:
        return _take_over(office)

    @pages.post("/review")
    def review() -> Answer:
        year = _year(office, request.form)
        if request.form.get("act") == "reopen":
            reopen_review(office.store, year, asking())
            flash(_("The review goes on. Candidates no longer see what was decided."), "good")
        else:
            end_review(office.store, year, asking())
            flash(_("The review is over. Candidates now see what was decided."), "good")
        return redirect(url_for("results.show", year=year), 303)

    return pages


def _look(office: Office) -> Answer:
    """Read the list and say what it would change. It is kept sealed until it is confirmed, for this person only."""
    year, file = _year(office, request.form), request.files.get("list")
    content = file.read() if file else b""
    try:
        found = preview(office.store, year, read_list(content))
    except ListUnreadableError as error:
        return _screen(office, year, problems={"list": _problem(error)}), 422
    token = office.box.put(office.store, content, _belongs_to(asking(), year))
    return _screen(office, year, found, token)


def _take_over(office: Office) -> Answer:
    year, token = _year(office, request.form), request.form.get("token", "")
    try:
        content = _kept(office, token, year)
    except DamagedHereError:
        return _screen(office, year, problems={"list": _("Choose the list again; it is no longer here.")}), 422
    moved = apply(office.store, asking(), preview(office.store, year, read_list(content)).moves)
    office.store.files.drop(token)
    flash(_("Taken over: %(count)s registrations.", count=moved), "good")
    return redirect(url_for("results.show", year=year), 303)


def _kept(office: Office, token: str, year: int) -> bytes:
    if len(token) != 64 or not token.isascii() or not token.isalnum():
        raise DamagedHereError("no digest")
    return office.box.get(office.store, token, _belongs_to(asking(), year))


def _screen(
    office: Office, year: int, found: Preview | None = None, token: str = "", problems: Mapping[str, str] | None = None
) -> str:
    over = ended_at(office.store, year)
    return render_template(
        "region/results/show.html",
        year=year,
        over=format_datetime(over, "yyyy-MM-dd HH:mm") if over else "",
        shows_at_once=office.rules.online.shown == "at_once",
        found=found,
        moves=[_move(found, change) for change in found.counts] if found else [],
        doubts=[(doubt.entry.line, doubt.entry.reg_no, _why(doubt)) for doubt in found.doubts[:MOST_DOUBTS]]
        if found
        else [],
        token=token,
        problems=problems or {},
    )


def _move(found: Preview, change: tuple[Status, Act]) -> tuple[str, str, int]:
    before, act = change
    return str(STATUSES[before][1]), str(STATUSES[RULES[act].target][1]), found.counts[change]


def _why(doubt: Doubt) -> str:
    if doubt.why == "word":
        return str(_("The word “%(word)s” is no status.", word=doubt.entry.word))
    if doubt.why == "nobody":
        return str(_("Nobody of this year has this number."))
    if doubt.why == "twice":
        return str(_("Stands in the list more than once."))
    status = STATUSES[doubt.status][1] if doubt.status else ""
    return str(_("Stands at “%(status)s”, from where this is not possible.", status=status))


def _problem(error: ListUnreadableError) -> str:
    words = {
        "empty": _("Choose a list with at least one row."),
        "columns": _(
            "The list needs a column headed %(number)s and a column headed %(status)s.", number="报名号", status="状态"
        ),
        "too_large": _("The list is too large; split it."),
    }
    return str(words.get(error.code, _("This is no .csv or .xlsx that can be read. Save it anew and try again.")))


def _year(office: Office, given: Mapping[str, str]) -> int:
    year = given.get("year", "")
    return int(year) if year.isascii() and year.isdigit() and len(year) == 4 else newest_year(office.store)


def _belongs_to(actor: Actor, year: int) -> str:
    return f"list {actor.id} {year}"
