"""Staff look somebody up. The words searched for go in the body, never in the address."""

from flask import Blueprint, render_template, request

from kiosk.auth import FLOOR, staff
from kiosk.strips import desk_context
from kiosk.views.here import today, venue
from local_db.search import Found
from local_db.tickets import is_ticket_number

blueprint = Blueprint("search", __name__, url_prefix="/search")


@blueprint.route("/", methods=["GET", "POST"])
@staff(*FLOOR)
def show() -> str:
    """Find by name, registration number, document number or its tail, or ticket."""
    text = request.form.get("text", "").strip()
    return render_template(
        "kiosk/search.html", **desk_context(), text=text, found=find(text), asked=request.method == "POST"
    )


def find(text: str) -> list[Found]:
    """Return what the text can mean."""
    if is_ticket_number(text) and (held := venue().queue.ticket(text, today())):
        visit = venue().store.visit(held.visit)
        return [Found(visit.registration, visit.id)]
    return venue().search.anything(text)
