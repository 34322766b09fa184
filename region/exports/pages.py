"""Where leads take lists with names away: what for is asked, and every export is written down."""

from collections.abc import Callable, Mapping

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from region.desk.list_screen import as_query, read_filter
from region.desk.office import Office, asking
from region.desk.words import VIEWS
from region.desk.worklist import views_for
from region.exports import lists
from region.exports.delivery import PURPOSES, delivered
from region.settings import Settings
from region.venues import venue_names

Answer = str | Response | tuple[str, int]
Make = Callable[[str], Response]


def blueprint(office: Office, settings: Settings) -> Blueprint:
    """Return the routes; only leads get here (`region.access`)."""
    pages = Blueprint("exports", __name__, url_prefix="/exports")

    @pages.get("/")
    def show() -> Answer:
        return _screen(office, request.args)

    @pages.post("/worklist")
    def worklist() -> Answer:
        return _given(office, "worklist", lambda purpose: _worklist(office, settings, purpose))

    @pages.post("/verdicts")
    def verdicts() -> Answer:
        return _given(office, "verdicts", lambda purpose: _verdicts(office, settings, purpose))

    return pages


def purpose_of(given: Mapping[str, str]) -> str:
    """Return what an export is for, "" where that is not said."""
    purpose = given.get("purpose", "")
    return purpose if purpose in PURPOSES else ""


def purposes() -> list[tuple[str, str]]:
    """Return what can be chosen."""
    return [("", _("Please choose")), *((code, str(word)) for code, word in PURPOSES.items())]


def _worklist(office: Office, settings: Settings, purpose: str) -> Response:
    wanted = read_filter(office, request.form)
    listed = lists.worklist(office.store, office.box, asking(), wanted, settings.zone)
    about = " ".join(f"{name}={value}" for name, value in as_query(wanted).items())
    return delivered(office.store, settings.zone, "worklist", listed, purpose, about)


def _verdicts(office: Office, settings: Settings, purpose: str) -> Response:
    venue = request.form.get("venue", "")[:64]
    listed = lists.verdicts(office.store, venue, settings.zone)
    return delivered(office.store, settings.zone, "verdicts", listed, purpose, f"venue={venue}" if venue else "")


def _given(office: Office, kind: str, make: Make) -> Answer:
    purpose = purpose_of(request.form)
    if not purpose:
        return _screen(office, request.form, {f"{kind}-purpose": _("Say what the list is for.")}), 422
    return make(purpose)


def _screen(office: Office, given: Mapping[str, str], problems: Mapping[str, str] | None = None) -> str:
    wanted = read_filter(office, given)
    return render_template(
        "region/exports/show.html",
        chosen=as_query(wanted),
        views=[(view.value, str(VIEWS[view])) for view in views_for(asking())],
        venues=[("", _("All venues")), *venue_names(office.store).items()],
        purposes=purposes(),
        problems=problems or {},
        list_url=url_for("desk.worklist", **as_query(wanted)),
    )
