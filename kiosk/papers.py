"""Pages as a desk takes them: looked at live, cut out of what the document camera sees, straightened, turned."""

from collections.abc import Mapping
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from devices.base import Camera, Frame
from devices.errors import CaptureRejectedError
from devices.quality.legibility import legibility
from devices.quality.measures import sharpness
from devices.quality.outline import find_page
from devices.quality.page import Picture, picture_from
from devices.quality.page_cut import cut_page, turned
from devices.quality.page_look import page_look
from devices.quality.perspective import flattened
from devices.quality.upright import quarters_to_upright

_FRAMES = 3
"""Around the press; the sharpest is kept. A document camera gives 5 to 15 a second."""

_READ_PX = 1754
"""Long side at which a live page is read: A4 at 150 dpi, enough to see whether print is in focus."""

_WORDS: Mapping[str, LazyString] = {
    "": _l("One page in view"),
    "no_page": _l("No page in view. Lay it flat on a darker ground, all four edges visible."),
    "page_cut": _l("The page is not wholly in view. Move it until all four edges can be seen."),
    "several_pages": _l("More than one page in view. Leave only one."),
    "page_blurred": _l("The print is blurred. Wait for the focus, or clean the lens."),
    "page_glare": _l("A lamp is mirrored on the page. Tilt the page or turn the lamp away."),
}


def page_words(code: str) -> str:
    """Return what a page's code says, and what to do, in the language of the request."""
    return str(_WORDS.get(code, code))


def live_page(frame: Frame, *, read: bool) -> dict[str, Any]:
    """Return what the screen draws over the live picture: the outline in shares of width and height, and words.

    Args:
        read: whether the print is looked at too, for hints and to tell the page from the last one (`look`); worth its
            time only once the page lies still.
    """
    outline = find_page(frame.pixels)
    height, width = frame.pixels.shape[:2]
    corners = [] if outline.corners is None else (outline.corners / (width, height)).round(4).tolist()
    seen = {
        "seq": frame.seq,
        "width": width,
        "height": height,
        "ok": outline.ok,
        "code": outline.code,
        "confidence": round(outline.confidence, 2),
        "corners": corners,
        "label": page_words(outline.code),
        "warnings": [],
    }
    if read and outline.ok and outline.corners is not None:
        page = flattened(frame.pixels, outline.corners, _READ_PX)
        seen["look"] = page_look(page)
        seen["warnings"] = [page_words(code) for code in legibility(page).warnings]
    return seen


def shot_page(camera: Camera, *, whole: bool, upright: bool) -> Picture:
    """Return the page that the camera sees, cut out and flat, from the sharpest of a few frames.

    Args:
        whole: keep the whole picture, whatever is in it: a booklet, or a page as light as the desk.
        upright: turn it the right way up, where a program for that is installed.

    Raises:
        CaptureRejectedError: `no_page`, `page_cut` or `several_pages`.
        devices.errors.DeviceError: the camera has no picture to give.
    """
    with camera:
        frames = camera.around(1, _FRAMES - 1)
    best = max((frame.pixels for frame in frames), key=sharpness)
    if whole:
        return picture_from(best)
    outline = find_page(best)
    if not outline.ok:
        raise CaptureRejectedError("the page cannot be cut out", outline.code)
    picture = picture_from(cut_page(best, outline).pixels)
    return turned(picture, quarters_to_upright(picture.pixels)) if upright else picture


def refused_page(code: str) -> str:
    """Return why no page was taken, and the way out."""
    way_out = _("If it cannot be done, take the whole picture.")
    return f"{page_words(code)} {way_out}"
