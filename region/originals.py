"""Pictures as they came in, for the few who are entitled; every look is written down, and so is every try."""

from flask import Blueprint, Response, abort

from region.guard import reviewer
from region.registry.box import open_box
from region.registry.changing import Key
from region.registry.errors import NotAllowedError, UnknownRegistrationError
from region.registry.pictures import Pictures
from region.registry.rules import rules_in_force
from region.settings import Settings
from region.store import Store


def blueprint(store: Store, settings: Settings) -> Blueprint:
    """Return the one route."""
    pages = Blueprint("originals", __name__)

    @pages.get("/originals/<int:year>/<registration>/<picture_id>")
    def show(year: int, registration: str, picture_id: str) -> Response:
        pictures = Pictures(store, open_box(store), rules_in_force(store), settings.timezone)
        try:
            content = pictures.original(Key(year, registration), picture_id, reviewer().id)
        except NotAllowedError:
            abort(403)
        except UnknownRegistrationError:
            abort(404)
        # Never a page of ours: what was uploaded is saved, and not shown by the browser.
        response = Response(content, mimetype="application/octet-stream")
        response.headers["Content-Disposition"] = f"attachment; filename=original-{picture_id[:32]}"
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return response

    return pages
