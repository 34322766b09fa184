"""What the payment system calls when somebody has paid."""

import json

from flask import Blueprint, Response, jsonify, request

from region.payment.orders import PaidOtherwiseError, UnknownOrderError, take_payment
from region.payment.signing import is_believed, payment_secret
from region.registry.errors import NotAllowedError
from region.store import Store

Answer = tuple[Response, int]
MAX_CHARS = 64


def blueprint(store: Store) -> Blueprint:
    """Return the route; it needs no session and no token of a form, for it is signed."""
    calls = Blueprint("callback", __name__)

    @calls.post("/payment/callback")
    def take() -> Answer:
        body = request.get_data()
        given = request.headers.get("X-Timestamp", ""), request.headers.get("X-Signature", "")
        return receive(store, body, *given)

    return calls


def receive(store: Store, body: bytes, timestamp: str, signature: str) -> Answer:
    """Take a call in and answer it; whoever cannot sign learns nothing."""
    if not is_believed(payment_secret(store.vault), timestamp, body, signature, store.now()):
        return _say("not_believed", 403)
    try:
        said = json.loads(body)
        order, transaction = said["order"], said["transaction"]
    except (ValueError, KeyError, TypeError):
        return _say("malformed", 400)
    if not (_is_word(order) and _is_word(transaction)) or said.get("result") != "paid":
        return _say("malformed", 400)
    try:
        is_new = take_payment(store, order, transaction)
    except UnknownOrderError:
        return _say("unknown_order", 404)
    except PaidOtherwiseError:
        return _say("paid_otherwise", 409)
    except NotAllowedError:
        return _say("not_open", 409)
    return _say("paid" if is_new else "known", 200)


def _is_word(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= MAX_CHARS and value.isascii() and value.isprintable()


def _say(code: str, status: int) -> Answer:
    return jsonify(result=code), status
