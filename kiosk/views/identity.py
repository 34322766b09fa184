"""The comparison screen: the picture on the card beside the live one."""

from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from devices.base import Card
from devices.errors import DeviceError
from kiosk.auth import SEES_PICTURES, staff
from kiosk.cards import PHOTO_FIELD, findings, is_of
from kiosk.identity import compare, may_keep_face, result_choices
from kiosk.step import Answers, StepRejectedError, Upload
from kiosk.views.here import actor, bench, browser, origin, today, venue
from kiosk.views.journey import note_overtaken, second_actor
from kiosk.views.visit_side import visit_side
from kiosk.wording import device_trouble
from local_db.errors import StaleVisitError
from local_db.visits import Visit
from records.evidence import IDENTITY

blueprint = Blueprint("identity", __name__, url_prefix="/visits/<visit_id>/identity")


@blueprint.get("/")
@staff(*SEES_PICTURES)
def show(visit_id: str) -> str:
    """Both pictures, and what was decided before."""
    return _screen(venue().store.visit(visit_id), {})


@blueprint.post("/")
@staff(*SEES_PICTURES)
def decide(visit_id: str) -> Response | tuple[str, int]:
    """Keep what staff saw."""
    visit = venue().store.visit(visit_id)
    after = request.form.get("after", type=int, default=-1)
    card = _card_of(visit)
    files = {PHOTO_FIELD: (Upload("card", card.photo),)} if card and card.photo else {}
    try:
        answers = replace(Answers(request.form.to_dict(), actor(), files), second=second_actor())
        evidence = compare(
            venue().journey.case(visit),
            answers,
            bench(),
            has_card_photo=_picture_of_card(visit, card) is not None,
            keeps_card_photo=_keeps_card_photo(visit),
        )
        venue().journey.add(visit, evidence, after, origin())
    except StepRejectedError as error:
        return _screen(visit, error.problems), 422
    except DeviceError as error:
        return _screen(visit, {"": device_trouble(error)}), 422
    except StaleVisitError:
        words = _(
            "Something was saved for this candidate at another station meanwhile. Check the page and press again."
        )
        visit = venue().store.visit(visit_id)
        note_overtaken(visit, IDENTITY, after)
        return _screen(visit, {"": words}), 409
    flash(_("What you saw is kept."), "good")
    return redirect(url_for("visits.show", visit_id=visit_id), 303)


def _screen(visit: Visit, problems: dict[str, str]) -> str:
    case, card = venue().journey.case(visit), _card_of(visit)
    held = venue().cards.held(browser().token_hash)
    return render_template(
        "kiosk/identity.html",
        **visit_side(visit),
        problems=problems,
        chosen=request.form,
        results=result_choices(),
        people=venue().book.everyone(),
        card_picture=_picture_of_card(visit, card),
        card_words=findings(card, visit.registration, today()) if card else {},
        has_this_card=card is not None,
        is_other_card=held is not None and card is None,
        has_reader=bench().has("card"),
        has_camera=bench().has("camera"),
        keeps_face=may_keep_face(case),
        decided=case.standing.get(IDENTITY),
    )


def _card_of(visit: Visit) -> Card | None:
    """Return the card that was read at this station, if it is this candidate's."""
    card = venue().cards.held(browser().token_hash)
    return card if card and is_of(card, visit.registration) else None


def _picture_of_card(visit: Visit, card: Card | None) -> str | None:
    """Return the address of the picture on the card: just read here, or kept at arrival where the profile says so."""
    if card and card.photo:
        return url_for("card.photo")
    kept = [file for entry in visit.entries for file in entry.evidence.attachments if file.role == "card_photo"]
    return url_for("files.show", visit_id=visit.id, digest=kept[-1].digest) if kept else None


def _keeps_card_photo(visit: Visit) -> bool:
    arrival = venue().journey.profile(visit).steps[0]
    return bool(getattr(arrival.options, "keep_card_photo", False))
