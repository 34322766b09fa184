"""Stands in for the payment system in the demonstration: a page with one button that calls back as a real one."""

import json
import secrets

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from region.payment.callback import receive
from region.payment.signing import call_signature, is_our_link, payment_secret
from region.store import Store

ADDRESS = "/stand-in/pay"
Answer = str | Response | tuple[str, int]


def blueprint(store: Store) -> Blueprint:
    """Return the stand-in's routes."""
    pages = Blueprint("stand_in", __name__)

    @pages.get(ADDRESS)
    def show() -> Answer:
        order, signature = request.args.get("order", ""), request.args.get("signature", "")
        is_ours = is_our_link(payment_secret(store.vault), order, signature)
        page = render_template("region/payment/stand_in.html", order=order, signature=signature, is_ours=is_ours)
        return page, 200 if is_ours else 403

    @pages.post(ADDRESS)
    def pay() -> Answer:
        order, signature = request.form.get("order", ""), request.form.get("signature", "")
        secret = payment_secret(store.vault)
        if not is_our_link(secret, order, signature):
            return render_template("region/payment/stand_in.html", order=order, is_ours=False), 403
        said = {"order": order, "transaction": secrets.token_hex(8), "result": "paid"}
        body, timestamp = json.dumps(said).encode(), str(int(store.now().timestamp()))
        answer, status = receive(store, body, timestamp, call_signature(secret, timestamp, body))
        result = (answer.get_json() or {}).get("result", "")
        page = render_template("region/payment/stand_in.html", order=order, is_ours=True, result=result)
        return page, status

    return pages
