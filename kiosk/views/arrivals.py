"""The door as staff work it: find, judge the appointment, override with a reason, give a ticket."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from devices.base import Card
from kiosk.arriving import arrive, at_the_door
from kiosk.auth import FLOOR, SEES_PICTURES, staff
from kiosk.cards import findings, is_of, with_card
from kiosk.device_words import print_words
from kiosk.overview import Place
from kiosk.printing import print_sheet
from kiosk.step import Answers, StepRejectedError
from kiosk.strips import desk_context
from kiosk.views.here import actor, bench, browser, origin, today, venue
from kiosk.views.journey import second_actor
from kiosk.views.search import find
from local_db.search import Found

blueprint = Blueprint("arrivals", __name__, url_prefix="/arrivals")


@blueprint.route("/", methods=["GET", "POST"])
@staff(*FLOOR)
def show() -> str:
    """Search for who stands at the door; below it, who has arrived."""
    text = request.form.get("text", "").strip()
    return _screen(text, find(text), {})


@blueprint.get("/card")
@staff(*FLOOR)
def card() -> Response | str:
    """Show the registration of the card that was just read here."""
    held = venue().cards.held(browser().token_hash)
    if held is None:
        return redirect(url_for("arrivals.show"), 303)
    found = venue().search.by_id_no(held.id_no)
    if not found:
        flash(_("No registration with the number of this card. Search by name or registration number."), "attention")
    return _screen("", found, {}, held)


@blueprint.post("/admit")
@staff(*FLOOR)
def admit() -> Response | tuple[str, int]:
    """Note the arrival of a registration that was found."""
    found = venue().search.by_reg_no(request.form.get("reg_no", ""))
    if found is None:
        flash(_("There is no such registration. Search again."), "bad")
        return redirect(url_for("arrivals.show"), 303)
    try:
        answers = Answers({**request.form, "found_by": "staff"}, actor(), second=second_actor())
        held = venue().cards.held(browser().token_hash)
        if held is not None and is_of(held, found.registration):
            answers = with_card(answers, held, found.registration, today())
        visit, ticket = arrive(venue(), found, answers, bench(), origin())
    except StepRejectedError as error:
        return _screen("", [found], error.problems), 422
    flash(_("Ticket %(number)s.", number=ticket.number), "good")
    if bench().has("printer"):
        result = print_sheet(venue(), visit, "ticket", origin())
        if result.state == "trouble":
            flash(print_words(result.code), "attention")
    return redirect(url_for("visits.show", visit_id=visit.id), 303)


def _screen(text: str, found: list[Found], problems: dict[str, str], held: Card | None = None) -> str:
    places = sorted(venue().overview.places(today()), key=lambda place: -_ticket_id(place))
    return render_template(
        "kiosk/arrivals.html",
        **desk_context(),
        text=text,
        found=[(one, at_the_door(venue(), one)) for one in found],
        problems=problems,
        arrived=places[:30],
        arrived_count=len(places),
        people=venue().book.everyone(),
        asked=request.method == "POST",
        chosen=request.form,
        has_card=bench().has("card"),
        card_words=findings(held, found[0].registration, today()) if held and found else None,
        card_picture=held is not None and held.photo is not None and actor().may(*SEES_PICTURES),
    )


def _ticket_id(place: Place) -> int:
    return place.visit.ticket.id if place.visit.ticket else 0
