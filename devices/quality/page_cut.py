"""Cuts a page out of a picture and puts it straight, for the document camera and for files that are uploaded."""

from dataclasses import dataclass, replace

import numpy as np

from devices.base import Pixels
from devices.quality.legibility import legibility
from devices.quality.measures import to_grey
from devices.quality.outline import Outline, find_page
from devices.quality.outline_shapes import area_share
from devices.quality.page import LONG_SIDE_PX, Picture
from devices.quality.perspective import flattened
from devices.quality.skew import skew_deg, straightened

_LEAST_SKEW_DEG = 0.3
"""Less cannot be seen, and turning costs sharpness."""

_LEAST_SHARE_OF_UPLOAD = 0.3
"""A smaller sheet in an uploaded picture may be shown by somebody on purpose: it is not cut out unasked."""


@dataclass(frozen=True, slots=True)
class CutPage:
    """A page ready to be kept.

    Attributes:
        code: why it was not cut out, as `Outline.code`; empty if it was.
        skew_deg: by how much its lines were turned, 0 if not.
        warnings: `page_blurred`, `page_glare`.
    """

    pixels: Pixels
    code: str
    skew_deg: float
    warnings: tuple[str, ...]


def cut_page(pixels: Pixels, outline: Outline | None = None) -> CutPage:
    """Return the page of a camera's frame, cut out and flat; the whole frame, straightened, where there is none.

    Args:
        outline: where it is known already.
    """
    found = outline or find_page(pixels)
    if found.ok and found.corners is not None:
        page = flattened(pixels, found.corners, LONG_SIDE_PX)
        return CutPage(page, "", 0.0, legibility(page).warnings)
    level, angle = _level(pixels)
    return CutPage(level, found.code, angle, legibility(level).warnings)


def straight_upload(picture: Picture) -> Picture:
    """Return an uploaded picture with its page cut out, or with its lines level; the same if nothing is to be done.

    A page that does not fill much of the picture is left in it: who uploads a picture of a room means the room.
    """
    found = find_page(picture.pixels)
    if found.ok and found.corners is not None:
        if area_share(found.corners, picture.pixels.shape) < _LEAST_SHARE_OF_UPLOAD:
            return picture
        return replace(picture, pixels=flattened(picture.pixels, found.corners, LONG_SIDE_PX), is_as_coded=False)
    level, angle = _level(picture.pixels)
    return replace(picture, pixels=level, is_as_coded=False) if angle else picture


def turned(picture: Picture, quarters: int) -> Picture:
    """Return the picture turned clockwise by quarters of a circle."""
    if not quarters % 4:
        return picture
    pixels = np.ascontiguousarray(np.rot90(picture.pixels, -quarters))
    return replace(picture, pixels=pixels, is_as_coded=False)


def _level(pixels: Pixels) -> tuple[Pixels, float]:
    angle = skew_deg(to_grey(pixels))
    return (straightened(pixels, angle), angle) if abs(angle) >= _LEAST_SKEW_DEG else (pixels, 0.0)
