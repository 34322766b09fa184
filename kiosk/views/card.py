"""The card reader of this station: asked in the background by the page, so that nobody has to touch anything."""

from flask import Blueprint, jsonify, request
from werkzeug import Response
from werkzeug.exceptions import NotFound

from devices.errors import BusyError, CaptureRejectedError, DeviceError
from kiosk.auth import SEES_PICTURES, paired
from kiosk.cards import photo_type
from kiosk.device_words import card_words
from kiosk.views.here import actor, bench, browser, venue
from kiosk.views.preferences import local_path

TROUBLE_MS = 4_000
"""How long a page leaves a reader in trouble alone: a silent one holds a thread of the server while it is asked."""

blueprint = Blueprint("card", __name__, url_prefix="/card")


@blueprint.post("/look")
@paired
def look() -> Response:
    """Say whether a card was laid on: 204 for none, where to go, or what to do about the reader.

    What is read stays here for this browser (kiosk/cards.py): neither the answer nor the address holds any of it.
    """
    try:
        with bench().card as reader:
            card = reader.read(0)
    except BusyError:
        return Response(status=204)
    except CaptureRejectedError as error:
        # Staff have the card before their eyes; a candidate is told to take it along.
        is_nothing = error.code == "no_card" or (error.code == "same_card" and actor().is_staff)
        return Response(status=204) if is_nothing else jsonify(words=card_words(error))
    except DeviceError as error:
        return jsonify(words=card_words(error), again_ms=TROUBLE_MS)
    venue().cards.hold(browser().token_hash, card)
    return jsonify(go=local_path(request.form.get("then", "/")))


@blueprint.get("/photo")
@paired
def photo() -> Response:
    """The picture on the card that this browser has read."""
    card = venue().cards.held(browser().token_hash)
    is_barred = actor().is_staff and not actor().may(*SEES_PICTURES)
    if card is None or card.photo is None or is_barred:
        raise NotFound
    return Response(card.photo, mimetype=photo_type(card.photo))
