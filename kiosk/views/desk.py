"""The desk's queue: next, again, not here."""

from collections.abc import Mapping

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from kiosk.auth import FLOOR, staff
from kiosk.overview import Place, last_calls
from kiosk.strips import desk_context
from kiosk.views.here import actor, browser, today, venue
from local_db.queue import Call

blueprint = Blueprint("desk", __name__, url_prefix="/desk")


@blueprint.get("/")
@staff(*FLOOR)
def show() -> str:
    """The line for this desk, whom it has called, and who asks for help."""
    return render_template("kiosk/desk.html", **desk_context(), **_queue())


@blueprint.get("/line")
@staff(*FLOOR)
def line() -> Response:
    """The part of the page that changes by itself; 304 while nothing has changed."""
    return _fragment("kiosk/parts/line.html", **_queue())


@blueprint.get("/strip")
@staff(*FLOOR)
def strip() -> Response:
    """The strip of every staff page: who asks for help, how syncing is, how the devices are."""
    return _fragment("kiosk/parts/strip.html", **desk_context())


@blueprint.post("/next")
@staff(*FLOOR)
def call_next() -> Response:
    """Call the next candidate to this desk and open the visit."""
    seen = _seen()  # before the line: whoever is called in between is refused below, not called twice
    for place in _my_line():
        if _call(place, "call", seen):
            return redirect(url_for("journey.current", visit_id=place.visit.id), 303)
    flash(_("Nobody is waiting for this desk."), "attention")
    return redirect(url_for("desk.show"), 303)


@blueprint.post("/call/<visit_id>")
@staff(*FLOOR)
def call(visit_id: str) -> Response:
    """Call again, or note that nobody came (`absent`), or that the candidate reported again (`back`)."""
    action = request.form.get("action", "recall")
    seen = _seen()
    place = next((one for one in venue().overview.places(today()) if one.visit.id == visit_id), None)
    if place is None or action not in ("call", "recall", "absent", "back"):
        flash(_("This candidate has no ticket today."), "bad")
    elif (action == "call" and _is_elsewhere(place, seen)) or not _call(place, action, seen):
        flash(_("Another desk was quicker with this candidate. Here is the queue now."), "attention")
    elif action == "call":
        return redirect(url_for("journey.current", visit_id=visit_id), 303)
    return redirect(url_for("desk.show"), 303)


@blueprint.post("/help/<int:help_id>")
@staff(*FLOOR)
def answer(help_id: int) -> Response:
    """Say that somebody has gone to the candidate who asked."""
    venue().queue.answer_help(help_id, actor().id, browser().station)
    return redirect(url_for("desk.show"), 303)


def _fragment(template: str, **context: object) -> Response:
    response = make_response(render_template(template, **context))
    response.add_etag()
    return response.make_conditional(request)


def _call(place: Place, action: str, seen: Mapping[str, Call]) -> bool:
    """Write down a call unless somebody else has called this candidate since `seen` was read."""
    if place.visit.ticket is None:
        return False
    after = seen[place.visit.id].id if place.visit.id in seen else 0
    return venue().queue.note_call(place.visit.ticket, action, place.step, browser().station, actor().id, after=after)


def _is_elsewhere(place: Place, seen: Mapping[str, Call]) -> bool:
    """Whether another desk has called this candidate and still has a claim."""
    last = seen.get(place.visit.id)
    is_called = last is not None and last.action in ("call", "recall") and last.station != browser().station
    return is_called and all(one.visit.id != place.visit.id for one in _my_line())


def _seen() -> dict[str, Call]:
    return last_calls(venue().queue.calls(today()))


def _my_line() -> list[Place]:
    return venue().overview.line(browser().station, today(), venue().clock.now())


def _queue() -> dict[str, object]:
    station = browser().station
    calls = last_calls(venue().queue.calls(today()))
    places = {place.visit.id: place for place in venue().overview.places(today())}
    return {
        "line": venue().overview.line(station, today(), venue().clock.now()),
        "mine": [_with(call, places) for call in _newest(calls, station, ("call", "recall")) if call.visit in places][
            :5
        ],
        "absent": [_with(call, places) for call in calls.values() if call.action == "absent" and call.visit in places],
    }


def _newest(calls: dict[str, Call], station: str, actions: tuple[str, ...]) -> list[Call]:
    mine = [call for call in calls.values() if call.station == station and call.action in actions]
    return sorted(mine, key=lambda call: call.id, reverse=True)


def _with(call: Call, places: Mapping[str, Place]) -> dict[str, object]:
    return {"call": call, "place": places[call.visit]}
