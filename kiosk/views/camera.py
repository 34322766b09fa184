"""The camera of the station's own browser: takes the pictures that its page brings."""

from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug import Response
from werkzeug.exceptions import NotFound

from devices.base import PushedCamera
from devices.errors import BusyError, CaptureRejectedError, ConfigurationError
from devices.quality.received import read_picture
from kiosk.auth import paired
from kiosk.strips import desk_context
from kiosk.views.here import actor, bench

blueprint = Blueprint("camera", __name__, url_prefix="/camera")

CODES = {
    "NotFoundError": "not_connected",
    "OverconstrainedError": "not_connected",
    "NotReadableError": "busy",
    "AbortError": "busy",
    "NotAllowedError": "not_allowed",
    "SecurityError": "not_allowed",
    "insecure": "insecure",
}
"""What the browser calls its refusals (W3C Media Capture and Streams), and what a status calls them."""
WORDS = {
    "insecure": _l(
        "The browser gives its camera only to a secure page. Open this page on the camera's own computer as "
        "http://127.0.0.1, or over https; the manual says how."
    ),
    "not-found-error": _l("No camera is connected to this computer. Plug it in; the picture comes by itself."),
    "not-readable-error": _l("Another program is using the camera. Close it; the picture comes by itself."),
    "abort-error": _l("Another program is using the camera. Close it; the picture comes by itself."),
    "not-allowed-error": _l("The browser may not use the camera. Click the camera beside the address and allow it."),
    "security-error": _l("The browser may not use the camera. Click the camera beside the address and allow it."),
    "overconstrained-error": _l("The chosen camera is not there. Another one is tried."),
    "other-window": _l("Another window of this station shows the camera. Close one of the two."),
}
"""What the page says and what to do, by the same names as they stand in its attributes."""


@blueprint.get("/")
@paired
def show() -> Response | str:
    """Choose which of this computer's cameras the browser uses, and see what it sees."""
    if not _roles():
        flash(_("This station has no camera in its browser."), "attention")
        return redirect(url_for("home.start"), 303)
    layout = "kiosk/layout_desk.html" if actor().is_staff else "kiosk/layout_kiosk.html"
    context = desk_context() if actor().is_staff else {}
    return render_template("kiosk/camera.html", layout=layout, roles=_roles(), **context)


@blueprint.post("/<role>/frames")
@paired
def frames(role: str) -> Response:
    """Take one picture of the page; the answer says how many stills are wanted."""
    camera = _camera(role)
    try:
        picture = read_picture(request.get_data())
        wanted = camera.push(picture, request.args.get("window", ""), is_still="still" in request.args)
    except CaptureRejectedError:
        return Response(status=415)
    except BusyError:
        return Response(status=409)
    return jsonify({"want": wanted})


@blueprint.post("/<role>/trouble")
@paired
def trouble(role: str) -> Response:
    """Take that the browser has no camera, by the name the browser gives it."""
    code = CODES.get(request.args.get("name", ""), "not_connected")
    _camera(role).note_trouble(code, request.args.get("window", ""))
    return Response(status=204)


def browser_camera(preview_url: str) -> dict[str, Any] | None:
    """Return where a page brings its pictures and what it says, if the camera of this preview is the browser's own."""
    role = "document_camera" if "document_camera" in preview_url else "camera"
    if role not in _roles():
        return None
    return {
        "role": role,
        "frames": url_for("camera.frames", role=role),
        "trouble": url_for("camera.trouble", role=role),
        "words": WORDS,
    }


def _roles() -> list[str]:
    return [role for role in ("camera", "document_camera") if bench().has(role) and _is_pushed(role)]


def _is_pushed(role: str) -> bool:
    return isinstance(bench().device(role), PushedCamera)


def _camera(role: str) -> PushedCamera:
    try:
        device = bench().device(role)
    except ConfigurationError:
        raise NotFound from None
    if not isinstance(device, PushedCamera):
        raise NotFound
    return device
