"""Captured files, for those who may see them: staff, and the candidate before this very kiosk."""

from flask import Blueprint, current_app
from werkzeug import Response
from werkzeug.exceptions import NotFound

from kiosk.auth import SEES_PICTURES, paired, staff
from kiosk.views.here import actor, venue
from kiosk.views.journey import allowed_visit

blueprint = Blueprint("files", __name__, url_prefix="/visits/<visit_id>/files")

_SHOWN = ("image/jpeg", "image/png")


@blueprint.get("/<digest>")
@paired
def show(visit_id: str, digest: str) -> Response:
    """One picture of the visit: for the candidate before this kiosk, and for staff whose work needs it.

    One that was removed after sealing shows as a padlock.
    """
    visit = allowed_visit(visit_id)
    files = (file for entry in visit.entries for file in entry.evidence.attachments)
    found = next((file for file in files if file.digest == digest), None)
    is_barred = actor().is_staff and not actor().may(*SEES_PICTURES)
    if found is None or found.media_type not in _SHOWN or is_barred:
        raise NotFound
    if venue().removal.removed([digest]):
        return current_app.send_static_file("sealed.svg")
    return Response(venue().store.blobs.get(digest), mimetype=found.media_type)


@blueprint.get("/online/<picture_id>")
@staff(*SEES_PICTURES)
def online(visit_id: str, picture_id: str) -> Response:
    """One picture that the candidate uploaded at the region, for staff whose work needs it."""
    reg_no = allowed_visit(visit_id).registration.reg_no
    shown = venue().online.pictures(reg_no).get(picture_id)
    content = venue().online.content(shown) if shown and shown.media_type in _SHOWN else None
    if shown is None or content is None:
        raise NotFound
    return Response(content, mimetype=shown.media_type)
