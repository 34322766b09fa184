"""Help from elsewhere: the diagnostic bundle as a file."""

import io

from flask import Blueprint, send_file
from werkzeug import Response

from kiosk.auth import staff
from kiosk.diagnosis import make_bundle
from kiosk.views.here import origin, venue

blueprint = Blueprint("support", __name__, url_prefix="/support")


@blueprint.post("/bundle")
@staff("LEAD", "ADMIN")
def bundle() -> Response:
    """Make the bundle and hand it over; nothing of any person is in it."""
    venue().store.note("diagnosis", "screen", origin())
    content = io.BytesIO(make_bundle(venue().settings, venue()))
    name = f"kaodian-diagnosis-{venue().clock.now():%Y%m%d-%H%M%S}.zip"
    return send_file(content, "application/zip", as_attachment=True, download_name=name)
