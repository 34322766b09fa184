"""The candidate's first page: the registration, its status, and what is to be done."""

from flask import Blueprint, render_template

from region.portal import presenting
from region.portal.desk import Desk
from region.portal.guard import candidate


def blueprint(desk: Desk) -> Blueprint:
    """Return the routes."""
    pages = Blueprint("home", __name__)

    @pages.get("/")
    def show() -> str:
        rules = desk.rules()
        case = desk.case(candidate().key, rules)
        return render_template("region/portal/home.html", case=presenting.registration(case, rules))

    return pages
