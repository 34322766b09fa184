"""The devices of this station: how they are, and what the camera sees now."""

from typing import Any

from flask import Blueprint, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response
from werkzeug.exceptions import NotFound

from devices.base import PushedCamera
from devices.errors import DeviceError, NotRespondingError
from devices.quality.preview import preview_jpeg, print_jpeg
from kiosk.auth import paired, staff
from kiosk.check_rounds import check_device
from kiosk.device_words import device_advice, device_badge, device_word
from kiosk.papers import live_page
from kiosk.strips import desk_context
from kiosk.views.here import actor, bench, browser, origin, station_label, venue
from kiosk.views.journey import allowed_visit
from kiosk.wording import device_label
from local_db.device_checks import ALONE

blueprint = Blueprint("devices", __name__, url_prefix="/devices")

PREVIEW_WAIT_S = 1.0
CHANGES_DEVICES = ("CAPTURE", "REVIEW1", "REVIEW2", "LEAD", "ADMIN")


@blueprint.get("/")
@staff()
def show() -> str:
    """Every station's devices, with what to do, and what this station may borrow."""
    here = browser().station
    return render_template(
        "kiosk/devices.html",
        **desk_context(),
        rows=_rows(),
        stations=venue().settings.stations,
        lent={role: station_label(other) for role, other in venue().lending.to(here).items()},
        lenders=_lenders(here),
        device_label=device_label,
        has_own_camera=any(isinstance(bench().device(role), PushedCamera) for role in bench().status()),
    )


@blueprint.get("/list")
@staff()
def listed() -> Response:
    """The part of the page that changes by itself; 304 while nothing has changed."""
    page = render_template("kiosk/parts/devices.html", rows=_rows(), stations=venue().settings.stations)
    response = make_response(page)
    response.add_etag()
    return response.make_conditional(request)


@blueprint.post("/borrow")
@staff(*CHANGES_DEVICES)
def borrow() -> Response:
    """Work with another station's device from now on, or with the own one again (`role` alone)."""
    other, _colon, role = request.form.get("device", "").rpartition(":")
    here = browser().station
    if other and not venue().lending.lend(here, role, other):
        flash(_("That device is not there any more. Choose again."), "bad")
        return redirect(url_for("devices.show"), 303)
    venue().store.note("borrow", role, origin(), of=other)
    if other:
        told = {"device": device_label(role), "station": station_label(other)}
        flash(_("From now on this station works with the device of %(station)s: %(device)s.", **told), "good")
    else:
        venue().lending.give_back(here, role)
        flash(_("This station works with its own device again."), "good")
    return redirect(url_for("devices.show"), 303)


@blueprint.post("/test")
@staff()
def test() -> Response:
    """Take a sample with a device and say how it went. That is kept, the sample is not."""
    station, _colon, role = request.form.get("device", "").rpartition(":")
    found = venue().benches.get(station)
    if found is None or not found.has(role):
        raise NotFound
    check = check_device(found, role, found.drivers()[role])
    venue().checks.book.add(ALONE, check, actor().id)
    words = " · ".join((device_label(role), device_advice(role, check.result, check.code)))
    flash(words, {"works": "good", "nothing": "attention"}.get(check.result, "bad"))
    return redirect(url_for("devices.show"), 303)


@blueprint.get("/preview.jpg")
@paired
def preview() -> Response:
    """The newest picture of this station's camera; 204 if there is none newer than `after`.

    One picture a request: a multipart stream would hold one of waitress' threads for every viewer.
    """
    role = "document_camera" if request.args.get("role") == "document_camera" else "camera"
    try:
        camera = bench().document_camera if role == "document_camera" else bench().camera
        with camera:
            frame = camera.frame(request.args.get("after", -1, type=int), PREVIEW_WAIT_S)
    except NotRespondingError:
        return Response(status=204)
    except DeviceError:
        return Response(status=503)
    return Response(preview_jpeg(frame.pixels), mimetype="image/jpeg", headers={"X-Frame-Seq": str(frame.seq)})


@blueprint.get("/print.jpg")
@paired
def live_print() -> Response:
    """The print that this station's reader is reading, as far as it has come; 204 if there is none or nothing newer.

    It is held in memory while it is read, shown only on the station it is read at, and kept nowhere.
    """
    state = bench().live_print.newest(request.args.get("after", -1, type=int), PREVIEW_WAIT_S)
    if state is None:
        return Response(status=204)
    headers = {"X-Frame-Seq": str(state.seq)}
    if state.progress is None:
        return Response(status=204, headers=headers)
    headers["X-Print-State"] = "reading" if state.progress.is_pressed else "waiting"
    headers["X-Print-Share"] = str(100 * state.progress.rows_done // max(1, state.progress.rows))
    return Response(print_jpeg(state.progress.pixels), mimetype="image/jpeg", headers=headers)


@blueprint.get("/page.json")
@staff()
def page() -> Response:
    """Where the document camera sees a page, in shares of the picture; 204 if there is no newer picture."""
    try:
        with bench().document_camera as camera:
            frame = camera.frame(request.args.get("after", -1, type=int), PREVIEW_WAIT_S)
    except NotRespondingError:
        return Response(status=204)
    except DeviceError:
        return Response(status=503)
    return jsonify(live_page(frame, read=request.args.get("read") == "yes"))


@blueprint.get("/checks/<visit_id>")
@paired
def checks(visit_id: str) -> Response:
    """What the profile's photo checks say of the picture that the camera sees now."""
    visit = allowed_visit(visit_id)
    step = venue().journey.profile(visit).step("photo")
    live = getattr(step, "live_checks", None)
    if live is None:
        raise NotFound
    try:
        with bench().camera as camera:
            frame = camera.frame(timeout_s=PREVIEW_WAIT_S)
            status = camera.status()
    except DeviceError:
        return jsonify([{"code": "camera", "label": _("No picture from the camera"), "ok": False}])
    if status.state == "trouble":  # it gives pictures, but black or green ones
        return jsonify([{"code": "camera", "label": device_word(status), "ok": False}])
    return jsonify(live(frame.pixels))


def _lenders(here: str) -> list[tuple[str, str]]:
    """Return what could be used here: first what would stand in for something broken, and is well itself."""
    own, benches = venue().benches[here].status(), venue().benches

    def worth(found: tuple[str, str]) -> tuple[bool, bool]:
        role, other = found
        return role in own and own[role].state != "trouble", benches[other].status()[role].state == "trouble"

    found = sorted(venue().lending.lenders(here), key=worth)
    return [(f"{other}:{role}", f"{device_label(role)}: {station_label(other)}") for role, other in found]


def _rows() -> list[dict[str, Any]]:
    """Return a line for every device of the venue: this station's first, then those in trouble."""
    rows = [
        {
            "station": name,
            "role": role,
            "label": device_label(role),
            "badge": device_badge(report.status),
            "word": device_word(report.status),
            "rivals": [station_label(rival) for rival in report.held_up_by],
            "since": report.since,
            "last_good_at": report.status.last_good_at,
            "reads": report.reads,
            "failures": report.failures,
            "attempts": report.attempts,
            "restarts": report.restarts,
            "is_well": report.status.state in ("ready", "standby"),
        }
        for name, one in venue().benches.items()
        for role, report in one.reports().items()
    ]
    here = browser().station
    return sorted(rows, key=lambda row: (row["station"] != here, row["is_well"]))
