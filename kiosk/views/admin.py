"""The roster: what was imported when, and importing a newer one."""

import re
from io import BytesIO

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug import Response
from werkzeug.exceptions import NotFound

from kiosk.auth import staff
from kiosk.importing import import_upload, refusal_words
from kiosk.strips import desk_context
from kiosk.views.here import origin, venue
from rules.roster.errors import RosterError

blueprint = Blueprint("admin", __name__, url_prefix="/admin")


@blueprint.route("/roster", methods=["GET", "POST"])
@staff("LEAD", "ADMIN")
def roster() -> Response | tuple[str, int] | str:
    """Import a roster file, or look at what was imported."""
    if request.method == "GET":
        return _screen({})
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _screen({"file": _("Choose the roster file of the region (.xlsx or .csv).")}), 422
    try:
        import_upload(venue(), _plain(sent.filename), sent.read(), origin())
    except RosterError as error:
        return _screen({"file": refusal_words(error)}), 422
    flash(_("The roster was imported; see the report for every row that needs attention."), "good")
    return redirect(url_for("admin.roster"), 303)


@blueprint.get("/roster/reports/<name>")
@staff("LEAD", "ADMIN")
def report(name: str) -> Response:
    """The report of one import: every row that was refused or needs attention, and why."""
    known = {row.report_name for row in venue().search.imports()}
    if name not in known:
        raise NotFound
    return send_file(BytesIO(venue().reports.get(name)), "text/csv", as_attachment=True, download_name=name)


def _plain(name: str) -> str:
    """Return a file's name as it may be kept: letters of any script, digits, dots; never a path."""
    return re.sub(r"[^\w.-]+", "_", name).lstrip(".") or "roster"


def _screen(problems: dict[str, str]) -> str:
    return render_template("kiosk/roster.html", **desk_context(), imports=venue().search.imports(), problems=problems)
