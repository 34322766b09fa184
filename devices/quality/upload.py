"""The rules of pictures that people upload, one place for the venue's desk and for candidates at home.

What cannot be kept is refused with a code. What can be kept and may be hard to read is kept, and named in `warnings`:
no measure is sure enough to turn a person away, and whoever sees the picture knows better.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from devices.base import Pixels
from devices.errors import CaptureRejectedError
from devices.quality.legibility import legibility
from devices.quality.measures import to_grey
from devices.quality.outline import find_page
from devices.quality.page import FittedPicture, Picture, PictureLimits, fit_jpeg, load_picture
from devices.quality.page_cut import straight_upload, turned
from devices.quality.skew import lines_run_upwards
from devices.quality.upright import quarters_to_upright

MOST_BYTES = 15_000_000
"""A phone's largest JPEG is about 12 MB."""

DARK_BELOW = 85
"""Grey value of the brightest tenth. Paper in a dim room has 110 and more, print on it cannot be read below 70."""

SMALL_BELOW_PX = 600
"""Of the shorter side as it came: on an A4 page 73 dpi, where a character of ordinary print has ten pixels."""

REFUSALS = (
    "too_big",
    "wrong_type",
    "not_a_picture",
    "truncated",
    "too_many_pixels",
    "too_small",
    "animated",
    "unreadable",
)
WARNINGS = ("page_sideways", "page_blurred", "page_dark", "page_cut", "page_small", "page_glare")
"""Every code there is, in the order in which they are worth saying."""


@dataclass(frozen=True, slots=True)
class PictureRule:
    """What a picture of one material has to be.

    Attributes:
        min_kb, max_kb: as the region's profile has them.
        is_paper: whether it is of a paper, which is cut out of its desk and straightened; a person who holds up a
            card is wanted with the card.
        is_looked_at: whether warnings are looked for; takes half a second, with Tesseract two.
    """

    min_kb: int
    max_kb: int
    is_paper: bool = True
    is_looked_at: bool = True


@dataclass(frozen=True, slots=True)
class TakenUpload:
    """A picture that is let in.

    Attributes:
        warnings: codes of `WARNINGS`.
        advised: by how many quarters clockwise it should be turned, 0 also where no program can tell.
    """

    fitted: FittedPicture
    warnings: tuple[str, ...]
    advised: int = 0


def take_upload(
    content: bytes,
    rule: PictureRule,
    limits: PictureLimits | None = None,
    upright: Callable[[Pixels], int] = quarters_to_upright,
    quarters: int = 0,
) -> TakenUpload:
    """Return an uploaded file as it is kept: upright by its EXIF, within the size, without metadata.

    Args:
        quarters: by how many quarters clockwise a person has turned it.
        upright: by how many quarters a page has to be turned, as far as a program can tell.

    Raises:
        CaptureRejectedError: with a code of `REFUSALS`.
    """
    if len(content) > MOST_BYTES:
        raise CaptureRejectedError(f"the file has {len(content)} bytes", "too_big")
    picture = load_picture(content, limits)
    kept = turned(straight_upload(picture) if rule.is_paper else picture, quarters)
    fitted = fit_jpeg(kept, rule.min_kb, rule.max_kb)
    if not rule.is_looked_at:
        return TakenUpload(fitted, ())
    advised = upright(kept.pixels) if rule.is_paper else 0
    return TakenUpload(fitted, _warnings(picture, kept, rule, advised), advised)


def _warnings(came: Picture, kept: Picture, rule: PictureRule, advised: int) -> tuple[str, ...]:
    grey = to_grey(kept.pixels)
    found = {"page_dark"} if float(np.percentile(grey, 90)) < DARK_BELOW else set()
    if rule.is_paper:
        found |= set(legibility(kept.pixels).warnings)
        if find_page(came.pixels).code == "page_cut":
            found.add("page_cut")
        if min(came.pixels.shape[:2]) < SMALL_BELOW_PX:
            found.add("page_small")
        if advised or lines_run_upwards(grey):
            found.add("page_sideways")
    return tuple(code for code in WARNINGS if code in found)
