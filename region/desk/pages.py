"""The reviewers' worklists: what waits, the search, and the button that hands out the next one."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from region.desk import case_pages, list_screen
from region.desk.office import Office, asking
from region.desk.queue import claim_next
from region.desk.refusal_words import review_over
from region.errors import DamagedHereError
from region.registry.changing import Key
from region.registry.errors import ReviewOverError, UnknownRegistrationError
from region.registry.models import RegistrationRow
from region.registry.reading import find

Answer = str | Response | tuple[str, int]


def blueprint(office: Office) -> Blueprint:
    """Return the routes of the desks."""
    pages = Blueprint("desk", __name__, url_prefix="/desk")

    @pages.get("/")
    def worklist() -> Answer:
        sight = list_screen.sight_of(office, asking())
        wanted = list_screen.read_filter(office, request.args)
        return render_template("region/desk/worklist.html", **list_screen.screen(sight, wanted, request.args))

    @pages.post("/search")
    def search() -> Answer:
        return _search(office)

    @pages.post("/next")
    def take_next() -> Answer:
        return _take_next(office)

    @pages.errorhandler(UnknownRegistrationError)
    def unknown(_error: UnknownRegistrationError) -> Answer:
        text = _("There is no such registration here. It may have moved to another venue, or your account has.")
        return render_template("region/problem.html", text=text), 404

    @pages.errorhandler(DamagedHereError)
    def damaged(_error: DamagedHereError) -> Answer:
        text = _(
            "This does not open: it was changed or lost on the region's disk. Tell the administrator; do not decide."
        )
        return render_template("region/problem.html", text=text), 404

    case_pages.install(pages, office)
    return pages


def _search(office: Office) -> Answer:
    """Look somebody up. What is looked for stays out of the address, and so out of every log and history."""
    actor, text = asking(), request.form.get("text", "").strip()[:64]
    keys = _find(office, text, actor.venue) if text else []
    if len(keys) == 1:
        return redirect(url_for("desk.case", year=keys[0].year, id_=keys[0].id), 303)
    sight, wanted = list_screen.sight_of(office, actor), list_screen.read_filter(office, {})
    rows = _rows(office, keys)
    if not rows:
        words = _("Nobody found. The whole registration number, document number or name is needed.")
        summary = [{"field": "text", "text": words}]
        return render_template(
            "region/desk/worklist.html", **list_screen.found(sight, [], wanted), error_summary=summary
        )
    return render_template("region/desk/worklist.html", **list_screen.found(sight, rows, wanted))


def _find(office: Office, text: str, venue: str | None) -> list[Key]:
    for known in ({"reg_no": text}, {"id_no": text}, {"name": text}):
        if keys := find(office.store, **known, venue=venue):
            return keys
    return []


def _rows(office: Office, keys: list[Key]) -> list[RegistrationRow]:
    with office.store.read() as session:
        rows = [session.get(RegistrationRow, (key.year, key.id)) for key in keys]
    return [row for row in rows if row is not None]


def _take_next(office: Office) -> Answer:
    wanted = list_screen.read_filter(office, request.form)
    try:
        key = claim_next(office.store, office.review, asking(), wanted, _just_left(request.form))
    except ReviewOverError:
        flash(review_over(), "attention")
        return redirect(url_for("desk.worklist", **list_screen.as_query(wanted)), 303)
    if key is None:
        flash(_("Nothing of this kind waits at the moment."), "good")
        return redirect(url_for("desk.worklist", **list_screen.as_query(wanted)), 303)
    return redirect(url_for("desk.case", year=key.year, id_=key.id), 303)


def _just_left(form: Mapping[str, str]) -> Key | None:
    year, _slash, id_ = form.get("but", "").partition("/")
    return Key(int(year), id_[:32]) if year.isascii() and year.isdigit() and len(year) == 4 else None
