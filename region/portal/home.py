"""The candidate's first page: the registration, its status, and what is to be done."""

from flask import Blueprint, render_template

from region.payment.orders import link_of
from region.portal import presenting
from region.portal.desk import Desk
from region.portal.guard import candidate
from region.registry.status import Status


def blueprint(desk: Desk, payment_url: str) -> Blueprint:
    """Return the routes."""
    pages = Blueprint("home", __name__)

    @pages.get("/")
    def show() -> str:
        rules = desk.rules()
        key = candidate().key
        shown = presenting.registration(desk.case(key, rules), rules)
        return render_template(
            "region/portal/home.html",
            case=shown,
            books=rules.booking.offered or bool(shown["slot"]),
            pay_url=link_of(desk.store, payment_url, key) if shown["status_code"] == Status.PAYMENT_DUE else "",
        )

    return pages
