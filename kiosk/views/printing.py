"""Printing at this station: a sheet once, a copy for staff, and the log of what was printed."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response
from werkzeug.exceptions import NotFound

from kiosk.auth import FLOOR, paired, staff
from kiosk.device_words import print_words
from kiosk.printing import MOST_COPIES, PrintResult, print_sheet
from kiosk.sheets import PAPERS
from kiosk.strips import desk_context
from kiosk.views.here import actor, bench, origin, venue
from kiosk.views.journey import allowed_visit
from kiosk.views.preferences import local_path

blueprint = Blueprint("printing", __name__)


@blueprint.post("/visits/<visit_id>/print/<kind>")
@paired
def sheet(visit_id: str, kind: str) -> Response | str:
    """Print a sheet. A candidate gets it once; staff name the number of the copy they want.

    A page that asks by script is told in a fragment; one that sent a form is led back to where it was.
    """
    visit = allowed_visit(visit_id)
    if kind not in PAPERS or not bench().has("printer"):
        raise NotFound
    copy = request.form.get("copy", 1, type=int) if actor().may(*FLOOR) else 1
    result = print_sheet(venue(), visit, kind, origin(), min(max(copy, 1), MOST_COPIES))
    state, words = result_words(result)
    if request.headers.get("X-Fragment"):
        return render_template("kiosk/parts/printed.html", state=state, words=words, again=result.state == "trouble")
    flash(words, state)
    return redirect(local_path(request.form.get("next", url_for("home.start"))), 303)


@blueprint.get("/prints")
@staff()
def log() -> str:
    """What was printed, newest first: who, when, what kind, where. No names: the ticket says enough to staff."""
    return render_template(
        "kiosk/prints.html",
        **desk_context(),
        prints=venue().prints.newest(),
        may_open=actor().may(*FLOOR),
        names={person.id: person.name for person in venue().book.everyone()},
    )


def result_words(result: PrintResult) -> tuple[str, str]:
    """Return the badge and the words for how a print went."""
    if result.state == "printed":
        low = _("Printed. Please take it. The paper is nearly used up.") if result.is_paper_low else ""
        return ("good", str(low or _("Printed. Please take it.")))
    if result.state == "trouble":
        return ("attention", print_words(result.code))
    words = {
        "before": _("This was printed before. If you need it once more, ask the staff."),
        "printing": _("It is being printed."),
        "unknown": _("The power went off while this was printed. If nothing came out, ask the staff for a copy."),
    }
    return ("attention", str(words[result.state]))
