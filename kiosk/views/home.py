"""Where a browser begins: paired with a station, and at a desk with somebody signed in."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import format_time
from flask_babel import gettext as _
from werkzeug import Response

from kiosk import auth
from kiosk.auth import paired, public
from kiosk.errors import LockedOutError, WrongPinError
from kiosk.step import Actor
from kiosk.views.here import browser, first_unclosed, origin, venue
from local_db.store import Origin

blueprint = Blueprint("home", __name__)

_START = {"kiosk": "kiosk.welcome", "booth": "kiosk.welcome", "desk": "desk.show", "board": "board.show"}


@blueprint.get("/")
@public
def start() -> Response:
    """Lead a browser to where its station works."""
    station = venue().settings.stations.get(g.browser.station) if g.browser else None
    if station is None:
        return redirect(url_for("home.pair"), 303)
    if station.kind == "desk" and not g.actor.is_staff:
        return redirect(url_for("home.sign_in"), 303)
    if g.actor.may("LEAD") and station.kind == "desk" and (day := first_unclosed()):
        flash(_("This day was not closed. Close it before the new one begins."), "attention")
        return redirect(url_for("closing.show", day=day), 303)
    if g.actor.is_staff and station.kind != "board":  # staff at a kiosk or booth work there as at a desk
        elsewhere = "audit.show" if auth.is_auditor(g.actor) else "devices.show"
        return redirect(url_for("desk.show" if g.actor.may(*auth.FLOOR) else elsewhere), 303)
    return redirect(url_for(_START[station.kind]), 303)


@blueprint.route("/pair", methods=["GET", "POST"])
@public
def pair() -> Response | tuple[str, int] | str:
    """Say which station this browser is; a member of staff confirms it with a PIN."""
    if request.method == "GET":
        return _pair_screen({})
    station_id = request.form.get("station", "")
    station = venue().settings.stations.get(station_id)
    problems = {} if station else {"station": _("Choose which screen this is.")}
    who = _checked_pin(problems)
    if station is None or who is None:
        return _pair_screen(problems), 422
    token = venue().book.pair(station_id, who.id if station.kind == "desk" else None)
    venue().store.note("pair", station_id, Origin(who.id, station_id))
    response = redirect(url_for("home.start"), 303)
    auth.set_cookie(response, token, request.is_secure)
    return response


@blueprint.route("/sign-in", methods=["GET", "POST"])
@paired
def sign_in() -> Response | tuple[str, int] | str:
    """Sign a member of staff in at this station."""
    if request.method == "GET":
        return _sign_in_screen({})
    problems: dict[str, str] = {}
    who = _checked_pin(problems)
    if who is None:
        return _sign_in_screen(problems), 422
    venue().book.sign_in(browser(), who.id)
    venue().store.note("sign-in", browser().station, Origin(who.id, browser().station))
    return redirect(url_for("home.start"), 303)


@blueprint.post("/sign-out")
@paired
def sign_out() -> Response:
    """Sign whoever is signed in off; the browser stays paired."""
    venue().book.sign_in(browser(), None)
    venue().store.note("sign-out", browser().station, origin())
    venue().cards.forget(browser().token_hash)
    flash(_("You are signed out. Nothing was lost."), "good")
    return redirect(url_for("home.start"), 303)


@blueprint.post("/unpair")
@paired
def unpair() -> Response:
    """Make this browser nobody's, to be paired anew."""
    venue().book.unpair(browser())
    venue().store.note("unpair", browser().station, origin())
    response = redirect(url_for("home.pair"), 303)
    response.delete_cookie(auth.COOKIE)
    return response


def _checked_pin(problems: dict[str, str]) -> Actor | None:
    staff_id = request.form.get("staff", "")
    try:
        return venue().doorkeeper.check(staff_id, request.form.get("pin", ""))
    except WrongPinError:
        _note_refusal(staff_id)
        problems["pin"] = _("Name or PIN is wrong. Try again; after 5 wrong PINs the name is locked for 5 minutes.")
    except LockedOutError as error:
        until = format_time(error.until, "HH:mm")
        problems["pin"] = _("Too many wrong PINs. Try again after %(time)s, or ask the venue lead.", time=until)
    return None


def _note_refusal(staff_id: str) -> None:
    """Write down whose PIN was wrong, and where; a name that is nobody's may be anything and is left out."""
    subject = staff_id if venue().book.get(staff_id) else "unknown"
    station = g.browser.station if g.browser else ""
    venue().store.note("sign-in-refused", subject, Origin("nobody", station))


def _pair_screen(problems: dict[str, str]) -> str:
    return render_template(
        "kiosk/pair.html",
        stations=venue().settings.stations,
        people=venue().book.everyone(),
        problems=problems,
        chosen=request.form,
    )


def _sign_in_screen(problems: dict[str, str]) -> str:
    return render_template("kiosk/sign_in.html", people=venue().book.everyone(), problems=problems, chosen=request.form)
