"""The start of the day: every device of every station tested, how it went, and what to do."""

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from kiosk.auth import staff
from kiosk.checkup import house
from kiosk.device_words import device_advice
from kiosk.finding import Finding
from kiosk.strips import desk_context
from kiosk.views.here import actor, venue
from kiosk.wording import device_label

blueprint = Blueprint("start_of_day", __name__, url_prefix="/start-of-day")

BADGES = {"works": "good", "nothing": "good", "trouble": "bad"}


@blueprint.get("/")
@staff("LEAD", "ADMIN")
def show() -> str:
    """What the house needs, and the newest round of device tests."""
    return render_template("kiosk/start_of_day.html", **desk_context(), findings=_house(), **_round())


@blueprint.get("/round")
@staff("LEAD", "ADMIN")
def round_part() -> Response:
    """The part of the page that grows while devices are being tested; 304 while nothing has changed."""
    response = make_response(render_template("kiosk/parts/check_round.html", **_round()))
    response.add_etag()
    return response.make_conditional(request)


@blueprint.post("/test")
@staff("LEAD", "ADMIN")
def test() -> Response:
    """Begin a round. Pressed twice, it is one round."""
    if not venue().checks.start(actor().id):
        flash(_("The devices are being tested already."), "attention")
    return redirect(url_for("start_of_day.show"), 303)


def _round() -> dict[str, object]:
    by, checks = venue().checks.book.newest_round()
    known = venue().settings.stations
    order = {name: number for number, name in enumerate(known)}
    rows = [
        {
            "station": known[one.station].label if one.station in known else None,
            "device": device_label(one.role),
            "state": "attention" if one.result == "works" and one.code else BADGES.get(one.result, "bad"),
            "words": device_advice(one.role, one.result, one.code),
            "at": one.at,
            "is_bad": one.result == "trouble",
        }
        for one in sorted(checks, key=lambda one: order.get(one.station, len(order)))
    ]
    bad = [row for row in rows if row["is_bad"]]
    person = venue().book.get(by)
    return {
        "rows": [*bad, *(row for row in rows if not row["is_bad"])],
        "bad_count": len(bad),
        "is_running": venue().checks.is_running,
        "by": person.name if person else by,
        "expected": sum(len(bench.status()) for bench in venue().benches.values()),
    }


def _house() -> list[Finding]:
    return house(venue())
