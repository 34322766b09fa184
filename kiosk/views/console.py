"""The lead's overview: who is where, what is out of the ordinary, what the region has not got."""

from collections import Counter

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from devices.bench import Bench
from kiosk.auth import staff
from kiosk.conflict_words import counted
from kiosk.device_words import device_badge, device_word
from kiosk.exceptions import exceptions_of
from kiosk.overview import Place
from kiosk.strips import desk_context
from kiosk.views.here import origin, today, venue
from kiosk.wording import device_label
from local_db.roster_flags import settle_flag

blueprint = Blueprint("console", __name__, url_prefix="/lead")


@blueprint.get("/")
@staff("LEAD", "REVIEW2")
def show() -> str:
    """The venue at a glance."""
    return render_template("kiosk/console.html", **desk_context(), **_context())


@blueprint.get("/figures")
@staff("LEAD", "REVIEW2")
def figures() -> Response:
    """The part of the page that changes by itself; 304 while nothing has changed."""
    response = make_response(render_template("kiosk/parts/figures.html", **_context()))
    response.add_etag()
    return response.make_conditional(request)


@blueprint.post("/parked")
@staff("LEAD")
def retry() -> Response:
    """Have the objects that the region refused sent again."""
    parked = [parcel.digest for parcel, _error in venue().outbox.parked()]
    venue().outbox.send_again(parked)
    venue().store.note("outbox:again", "parked", origin(), count=len(parked))
    if worker := venue().worker:
        worker.wake()
    flash(_("They will be sent again."), "good")
    return redirect(url_for("console.show"), 303)


@blueprint.post("/flagged")
@staff("LEAD", "REVIEW2")
def flagged() -> Response:
    """Take or discard what a newer roster says of a candidate who has already confirmed."""
    takes = request.values.get("act") == "accept"
    settle_flag(venue().database, request.form.get("reg_no", ""), venue().clock, origin(), accept=takes)
    flash(_("Done. If details changed, the candidate has to confirm them again."), "good")
    return redirect(url_for("console.show"), 303)


def _context() -> dict[str, object]:
    places = venue().overview.places(today())
    open_digests = venue().outbox.not_accepted()
    open_places = [place for place in places if place.way.current and not place.way.is_waiting]
    return {
        "arrived": len(places),
        "expected": venue().search.count_expected(today()),
        "finished": sum(1 for place in places if place.way.is_finished and not place.way.is_refused),
        "pending": [place for place in places if place.way.is_waiting],
        "by_step": _by_step(open_places),
        "exceptions": [(place, lines) for place in places if (lines := exceptions_of(place.visit))],
        # Asked anew: a place is remembered until something is captured, and the region's answer captures nothing.
        "unsent": [
            place for place in places if place.visit.versions and place.visit.versions[-1].digest in open_digests
        ],
        "conflicts": counted(venue().conflicts.open()),
        "flagged": venue().search.flagged(),
        "parked": venue().outbox.parked(),
        "verdicts": venue().outbox.verdicts.counts(),
        "stations": venue().settings.stations,
        "benches": {name: _devices(bench) for name, bench in venue().benches.items()},
    }


def _devices(bench: Bench) -> list[tuple[str, str, str, str]]:
    return [
        (role, device_badge(status), device_label(role), device_word(status)) for role, status in bench.status().items()
    ]


def _by_step(places: list[Place]) -> list[tuple[str, int]]:
    counts = Counter(place.step for place in places)
    return [(step, counts.get(step, 0)) for step in venue().journey.profiles.today.order if step != "arrival"]
