"""The candidate's first page: the registration, its status, and what is to be done."""

from flask import Blueprint, render_template
from flask_babel import format_datetime
from flask_babel import gettext as _

from region.payment.orders import link_of, payment_times
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
            pay_times=_pay_times(desk, key.year) if shown["status_code"] == Status.PAYMENT_DUE else "",
        )

    return pages


def _pay_times(desk: Desk, year: int) -> str:
    """Return from when until when this can be paid, in words; "" while that is not set."""
    times = payment_times(desk.store, year)
    if times is None or times.opens_at is None:
        return ""
    opens, closes = (format_datetime(at, "yyyy-MM-dd HH:mm") for at in (times.opens_at, times.closes_at))
    if times.is_past(desk.store.now()):
        return str(_("The time to pay was from %(opens)s to %(closes)s. It is over.", opens=opens, closes=closes))
    return str(_("You can pay from %(opens)s to %(closes)s.", opens=opens, closes=closes))
