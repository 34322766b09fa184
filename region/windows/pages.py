"""Where an administrator sets until when what is open."""

from collections.abc import Mapping
from datetime import datetime

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from region.desk.office import asking
from region.desk.worklist import newest_year
from region.registry.errors import ChangedMeanwhileError
from region.registry.rules import Window
from region.registry.windows import Place
from region.registry.years import FIRST, LAST
from region.reviewers import reviewer_names
from region.settings import Settings
from region.store import Store
from region.venues import venue_names
from region.windows import screen
from region.windows.changing import Wish, change_window, changes_of, local, windows_of, years_with_windows
from region.windows.errors import ImpossibleWindowError, LocksOutError
from region.windows.kinds import KINDS
from region.windows.words import EFFECTS, NAMES, window_problems

Answer = str | Response | tuple[str, int]


def blueprint(store: Store, settings: Settings) -> Blueprint:
    """Return the routes; only administrators get here (`region.access`)."""
    pages = Blueprint("windows", __name__, url_prefix="/windows")

    @pages.get("/")
    def show() -> Answer:
        given = request.args.get("year", "")
        year = int(given) if given.isascii() and given.isdigit() and len(given) == 4 else newest_year(store)
        return _overview(store, settings, year)

    @pages.get("/<int:year>/<kind>")
    def edit(year: int, kind: str) -> Answer:
        place = _place(store, year, kind, request.args.get("venue", ""))
        held = windows_of(store, year).get((place.venue, kind))
        return _form(store, place, held, screen.typed_of(held, settings), {})

    @pages.post("/<int:year>/<kind>")
    def change(year: int, kind: str) -> Answer:
        return _change(store, settings, _place(store, year, kind, request.form.get("venue", "")))

    return pages


def _change(store: Store, settings: Settings, place: Place) -> Answer:
    form, held = request.form, windows_of(store, place.year).get((place.venue, place.kind))
    if form.get("step") == "back":
        return _form(store, place, held, form, {})
    try:
        new = None if form.get("act") == "remove" else _typed_window(form, place, settings)
        is_confirmed = form.get("step") == "confirm"
        wish = Wish(place, new, form.get("reason", ""), _read_seen(form.get("seen", "")), is_confirmed)
        change_window(store, asking(), wish)
    except (ValueError, OverflowError):
        problems = {"closes_at": _("Write day and time, like 2027-05-27 09:00.")}
        return _form(store, place, held, form, problems), 422
    except ImpossibleWindowError as error:
        return _form(store, place, held, form, window_problems(error, venue_names(store))), 422
    except ChangedMeanwhileError:
        problems = {
            "": _("Somebody else has changed this window meanwhile. What you typed is kept; look, then repeat.")
        }
        return _form(store, place, held, form, problems), 409
    except LocksOutError as error:
        wished = screen.span(new.opens_at, new.closes_at) if new else screen.span(None, None)
        return _form(store, place, held, form, {}, count=error.count, wished=wished), 200
    flash(_("Saved. It holds from now on: “%(name)s”.", name=str(NAMES[place.kind])), "good")
    return redirect(url_for("windows.show", year=place.year), 303)


def _overview(store: Store, settings: Settings, year: int) -> str:
    people = screen.People(reviewer_names(store), venue_names(store))
    newest = newest_year(store)
    years = sorted({year, newest, newest + 1, *years_with_windows(store)}, reverse=True)
    return render_template(
        "region/windows/show.html",
        year=year,
        pairs=[(str(one), str(one)) for one in years],
        zone=settings.timezone,
        lines=screen.overview(windows_of(store, year), year, store.now(), people),
        changes=screen.history(changes_of(store, year), people),
    )


def _form(
    store: Store,
    place: Place,
    held: Window | None,
    typed: Mapping[str, str],
    problems: Mapping[str, str],
    count: int = 0,
    wished: str = "",
) -> str:
    return render_template(
        "region/windows/edit.html",
        place=place,
        venue=venue_names(store).get(place.venue, ""),
        name=str(NAMES[place.kind]),
        effect=str(EFFECTS[place.kind]),
        starts=KINDS[place.kind].starts,
        held=screen.span(held.opens_at, held.closes_at) if held else "",
        seen=_seen(held),
        typed=typed,
        problems=problems,
        count=count,
        wished=wished,
    )


def _typed_window(form: Mapping[str, str], place: Place, settings: Settings) -> Window:
    here = datetime.now(settings.zone)
    opens = local(form.get("opens_at", ""), here) if KINDS[place.kind].starts else None
    return Window(opens, local(form.get("closes_at", ""), here))


def _place(store: Store, year: int, kind: str, venue: str) -> Place:
    if kind not in KINDS or not FIRST <= year <= LAST or (venue and venue not in venue_names(store)):
        abort(404)
    return Place(year, venue, kind)


def _seen(window: Window | None) -> str:
    if window is None:
        return ""
    return f"{window.opens_at.isoformat() if window.opens_at else ''}/{window.closes_at.isoformat()}"


def _read_seen(text: str) -> Window | None:
    if not text:
        return None
    opens, _slash, closes = text.partition("/")
    return Window(datetime.fromisoformat(opens) if opens else None, datetime.fromisoformat(closes))
