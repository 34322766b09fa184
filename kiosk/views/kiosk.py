"""What a candidate sees before and after the steps: who are you, your ticket, goodbye."""

from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from devices.errors import DeviceError
from kiosk import preferences
from kiosk.arriving import arrive, is_this_person, look_up
from kiosk.auth import paired
from kiosk.cards import with_card
from kiosk.overview import served_steps
from kiosk.step import Answers, StepRejectedError
from kiosk.views.here import actor, bench, browser, origin, station, today, venue
from kiosk.views.preferences import local_path
from local_db.day_gate import DayState
from local_db.search import Found
from local_db.tickets import is_ticket_number

blueprint = Blueprint("kiosk", __name__, url_prefix="/kiosk")

IDENTIFY_IDLE_S, READ_IDLE_S = 40, 90
ID_NO_LENGTH = 18


@blueprint.get("/")
@paired
def welcome() -> str:
    """The attract screen; whoever stood here before is gone."""
    venue().book.attend(browser(), None)
    venue().cards.forget(browser().token_hash)
    return render_template("kiosk/welcome.html", has_card=bench().has("card"), **_waiting())


@blueprint.get("/waiting")
@paired
def waiting() -> Response:
    """The part of the attract screen that changes by itself; 304 while nothing has changed."""
    response = make_response(render_template("kiosk/parts/waiting.html", **_waiting()))
    response.add_etag()
    return response.make_conditional(request)


@blueprint.route("/identify", methods=["GET", "POST"])
@paired
def identify() -> Response | tuple[str, int] | str:
    """Find the registration: `by` is id_no, reg_no, tail (last six and the name to choose), ticket or scan."""
    by = request.values.get("by", "tail")
    if request.method == "GET":
        return _identify_screen(by, {})
    if by == "scan":
        number = request.form.get("number", "").strip().upper()
        by = "card" if _is_typed_card(number) else _kind_of(number)
    if by == "ticket":
        return _resume()
    return _identified(by)


@blueprint.get("/card")
@paired
def card_read() -> Response | tuple[str, int] | str:
    """Find the registration of the card that was just read here."""
    if venue().cards.held(browser().token_hash) is None:
        return redirect(url_for("kiosk.welcome"), 303)
    return _identified("card")


def _identified(by: str) -> Response | tuple[str, int] | str:
    """Lead from a number to "is this you?", through a choice if it can mean several, with words if it means nobody."""
    found, problem = look_up(venue().search, by, _number(by))
    if problem and by == "card":
        flash(_("No registration with the number of this card. Please call the staff."), "attention")
        return redirect(url_for("kiosk.welcome"), 303)
    if problem:
        return _identify_screen(by, {"number": problem}), 422
    if len(found) > 1 and not request.form.get("reg_no"):
        return _choose_screen(found, by)
    chosen = [one for one in found if request.form.get("reg_no", one.registration.reg_no) == one.registration.reg_no]
    if not chosen:
        return _identify_screen(by, {"number": _("Please choose again.")}), 422
    return _confirm_screen(chosen[0], by)


@blueprint.route("/arrive", methods=["GET", "POST"])
@paired
def arrive_here() -> Response | tuple[str, int] | str:
    """The candidate says "that is me": note the arrival and show the ticket. A GET comes back from another button."""
    by = request.form.get("by", "")
    found, _problem = look_up(venue().search, by, _number(by))
    person = next((one for one in found if is_this_person(one, request.form.get("reg_no", ""))), None)
    if person is None:
        return redirect(url_for("kiosk.identify", by=by), 303)
    answers = Answers({**request.form, "found_by": "name" if by == "tail" else by}, actor())
    card = venue().cards.held(browser().token_hash)
    if card is not None and by == "card":
        answers = with_card(answers, card, person.registration, today())
    try:
        visit, _ticket = arrive(venue(), person, answers, bench(), origin())
    except StepRejectedError as error:
        return _confirm_screen(person, by, " ".join(error.problems.values())), 422
    venue().book.attend(browser(), visit.id)
    return redirect(url_for("kiosk.ticket"), 303)


@blueprint.get("/ticket")
@paired
def ticket() -> Response | str:
    """The ticket: its number, how many are before, and on to the next step if that is done here."""
    if browser().visit is None:
        return redirect(url_for("kiosk.welcome"), 303)
    visit = venue().store.visit(str(browser().visit))
    way = venue().journey.way(visit)
    steps = served_steps(station(), venue().journey.profile(visit))
    goes_on = way.current is not None and way.current.step.id in steps and not way.is_waiting
    return render_template(
        "kiosk/ticket.html",
        ticket=visit.ticket,
        way=way,
        goes_on=goes_on,
        ahead=venue().overview.ahead(visit.id, today(), venue().clock.now()),
        visit=visit,
        has_printer=bench().has("printer"),
        idle_s=READ_IDLE_S,
        idle_url=url_for("kiosk.leave"),
    )


@blueprint.post("/leave")
@paired
def leave() -> Response:
    """Wipe the screen: the next person must find nothing of this one. Finished steps stay with the ticket."""
    venue().book.attend(browser(), None)
    venue().cards.forget(browser().token_hash)
    response = redirect(url_for("kiosk.welcome"), 303)
    preferences.forget(response)
    response.headers["Clear-Site-Data"] = '"storage", "cache"'
    return response


@blueprint.post("/help")
@paired
def call_staff() -> Response:
    """Raise a card on the desks: somebody at this station asks for staff."""
    venue().queue.call_help(browser().station, browser().visit, actor().id)
    flash(_("Staff have been told. Please wait here."), "good")
    return redirect(local_path(request.form.get("next", url_for("kiosk.welcome"))), 303)


def _resume() -> Response | tuple[str, int] | str:
    """Come back with a ticket: the number, and at an unattended kiosk the last four of the document number too."""
    number, proof = request.form.get("number", "").strip(), request.form.get("proof", "").strip().upper()
    held = venue().queue.ticket(number, today()) if is_ticket_number(number) else None
    if held is None:
        words = _("There is no such ticket today. Check the number and type it again.")
        return _identify_screen("ticket", {"number": words}), 422
    visit = venue().store.visit(held.visit)
    if station().kind == "kiosk" and visit.registration.fields["id_no"][-4:] != proof:
        words = _("These are not the last four of the document number of this ticket. Type them again.")
        return _proof_screen(number, {"proof": words} if "proof" in request.form else {})
    venue().book.attend(browser(), held.visit)
    return redirect(url_for("journey.current", visit_id=held.visit), 303)


def _is_typed_card(line: str) -> bool:
    """Tell whether what a scanner typed is a document, read by a card reader of this station that types."""
    if len(line) != ID_NO_LENGTH or not bench().has("card"):
        return False
    try:
        with bench().card as reader:
            reader.take_line(line)
            card = reader.read(0)
    except DeviceError:
        return False  # then it is a number like any other
    venue().cards.hold(browser().token_hash, card)
    return True


def _kind_of(number: str) -> str:
    """Return what a scanner has read: an identity card's number, a ticket of today, or else a registration number."""
    if len(number) == ID_NO_LENGTH:
        return "id_no"
    return "ticket" if is_ticket_number(number) and venue().queue.ticket(number, today()) else "reg_no"


def _number(by: str) -> str:
    """Return the number to look for; a card's stays on this side and is in no form."""
    if by != "card":
        return request.form.get("number", "")
    card = venue().cards.held(browser().token_hash)
    return card.id_no if card else ""


def _waiting() -> dict[str, Any]:
    """Return how many wait, and at a booth which numbers it has called."""
    kind = station().kind
    return {
        "kind": kind,
        "is_over": venue().days.state() is not DayState.OPEN,
        "waiting": venue().overview.waiting(today(), venue().clock.now()),
        "called": venue().overview.called_to(browser().station, today()) if kind == "booth" else [],
    }


def _identify_screen(by: str, problems: dict[str, str]) -> str:
    return render_template(
        "kiosk/identify.html",
        by=by if by in ("id_no", "reg_no", "tail", "ticket") else "tail",
        problems=problems,
        number=request.form.get("number", ""),
        idle_s=IDENTIFY_IDLE_S,
        idle_url=url_for("kiosk.leave"),
    )


def _choose_screen(found: list[Found], by: str) -> str | tuple[str, int]:
    problems = {"reg_no": _("Choose your name, or go back if it is not there.")} if "asked" in request.form else {}
    page = render_template(
        "kiosk/choose.html",
        found=found,
        by=by,
        number=request.form.get("number", ""),
        problems=problems,
        idle_s=IDENTIFY_IDLE_S,
        idle_url=url_for("kiosk.leave"),
    )
    return (page, 422) if problems else page


def _proof_screen(number: str, problems: dict[str, str]) -> str | tuple[str, int]:
    page = render_template(
        "kiosk/proof.html",
        number=number,
        problems=problems,
        idle_s=IDENTIFY_IDLE_S,
        idle_url=url_for("kiosk.leave"),
    )
    return (page, 422) if problems else page


def _confirm_screen(found: Found, by: str, refused: str = "") -> str:
    return render_template(
        "kiosk/confirm.html",
        found=found,
        by=by,
        number=request.form.get("number", ""),
        refused=refused,
        idle_s=READ_IDLE_S,
        idle_url=url_for("kiosk.leave"),
    )
