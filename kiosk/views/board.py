"""The call screen on the wall: numbers and windows, never names."""

from datetime import timedelta

from flask import Blueprint, make_response, render_template, request, url_for
from werkzeug import Response

from kiosk.auth import paired
from kiosk.views.here import today, venue

blueprint = Blueprint("board", __name__, url_prefix="/board")

NEW_FOR = timedelta(seconds=6)
"""A call sounds and is framed for so long: longer than two fetches of the screen."""


@blueprint.get("/")
@paired
def show() -> str:
    """The screen; its middle is fetched every two seconds."""
    return render_template("kiosk/board.html", board_url=url_for("board.calls"), **_context())


@blueprint.get("/calls")
@paired
def calls() -> Response:
    """The newest calls; 304 while nothing has changed."""
    response = make_response(render_template("kiosk/parts/calls.html", **_context()))
    response.add_etag()
    return response.make_conditional(request)


def _context() -> dict[str, object]:
    newest = [call for call in reversed(venue().queue.calls(today())) if call.action in ("call", "recall")]
    shown, seen = [], set()
    for call in newest:
        if call.ticket not in seen:
            seen.add(call.ticket)
            shown.append(call)
    now = venue().clock.now()
    return {
        "last": shown[0] if shown else None,
        "is_new": bool(shown) and now - shown[0].at < NEW_FOR,
        "earlier": shown[1:5],
        "waiting": venue().overview.waiting(today(), now),
        "stations": venue().settings.stations,
    }
