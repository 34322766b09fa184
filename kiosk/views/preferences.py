"""The buttons for language, size and contrast."""

from urllib.parse import urlsplit

from flask import Blueprint, redirect, request
from werkzeug import Response

from kiosk import preferences
from kiosk.auth import public

blueprint = Blueprint("preferences", __name__, url_prefix="/preferences")


@blueprint.post("/")
@public
def change() -> Response:
    """Keep the choice and go back to the page it was made on."""
    response = redirect(local_path(request.form.get("next", "/")), 303)
    preferences.change(response, request)
    return response


def local_path(target: str) -> str:
    """Return the path if it stays on this site, else the front page."""
    parts = urlsplit(target)
    is_local = not parts.scheme and not parts.netloc and target.startswith("/") and not target.startswith(("//", "/\\"))
    return target if is_local else "/"
