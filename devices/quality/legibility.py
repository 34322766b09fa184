"""Says whether the print on a page can be read: sharpness where there is ink, and the glare of a lamp."""

from dataclasses import dataclass

import cv2
import numpy as np

from devices.base import Pixels
from devices.quality.measures import to_grey

_WIDTH_PX = 1240
"""A4 at 150 dpi; above that the number would depend on the camera, and the time too."""

_TILE_PX = 32
_LEAST_INK = 40
"""Grey values between paper and ink of a tile that counts."""

_LEAST_TILES = 6

BLURRED_BELOW = 0.07
GLARE_FROM = 0.015
"""Share of the page. A window's reflection that hides a line of print has more, white paper in even light less."""

_PAPER_TOO_WHITE = 240
"""On paper this bright, as scanners make it, a lamp cannot be told from the paper."""


@dataclass(frozen=True, slots=True)
class Legibility:
    """How readable a page is. Both only warn: an empty page is neither, and a seal may look like a lamp.

    Attributes:
        sharpness: of inked places, 0 upwards; 0.09 and more in focus, 0.05 out of it; None for too little ink.
        glare: share of the page under the largest burnt-out spot.
    """

    sharpness: float | None
    glare: float

    @property
    def warnings(self) -> tuple[str, ...]:
        """Codes of what staff should look at: `page_blurred`, `page_glare`."""
        is_blurred = self.sharpness is not None and self.sharpness < BLURRED_BELOW
        found = (("page_blurred", is_blurred), ("page_glare", self.glare >= GLARE_FROM))
        return tuple(code for code, is_so in found if is_so)


def legibility(page: Pixels) -> Legibility:
    """Measure a BGR or grey page that fills the picture."""
    scale = min(1.0, _WIDTH_PX / min(page.shape[:2]))
    size = (max(1, round(page.shape[1] * scale)), max(1, round(page.shape[0] * scale)))
    small = cv2.resize(page, size, interpolation=cv2.INTER_AREA).astype(np.uint8)
    return Legibility(page_sharpness(to_grey(small)), _glare(small))


def page_sharpness(grey: Pixels) -> float | None:
    """Return the median, over inked tiles, of the Laplacian's spread as a share of the tile's own contrast.

    A 3 x 3 Gaussian comes first, and the contrast is divided out: faint print in focus is as sharp as black print.
    """
    rows, columns = grey.shape[0] // _TILE_PX, grey.shape[1] // _TILE_PX
    if rows * columns < _LEAST_TILES:
        return None
    smooth = cv2.GaussianBlur(grey[: rows * _TILE_PX, : columns * _TILE_PX], (3, 3), 0)
    tiles = smooth.reshape(rows, _TILE_PX, columns, _TILE_PX)
    contrast = tiles.max(axis=(1, 3)).astype(np.float32) - tiles.min(axis=(1, 3))
    detail = cv2.Laplacian(smooth, cv2.CV_32F).reshape(tiles.shape).std(axis=(1, 3))
    inked = contrast > _LEAST_INK
    if inked.sum() < _LEAST_TILES:
        return None
    return float(np.median(detail[inked] / contrast[inked]))


def _glare(page: Pixels) -> float:
    """Return the share of the largest spot that is white, colourless and far brighter than the paper around."""
    if page.ndim == 2:
        return 0.0
    small = cv2.resize(page, (300, max(1, round(300 * page.shape[0] / page.shape[1]))), interpolation=cv2.INTER_AREA)
    value, low = small.max(axis=2), small.min(axis=2)
    paper = float(np.percentile(value, 60))
    if paper > _PAPER_TOO_WHITE:
        return 0.0
    burnt = ((value >= 250) & (value - low < 12) & (value > paper + 15)).astype(np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(burnt)
    return float(stats[1:, cv2.CC_STAT_AREA].max(initial=0)) / burnt.size if count > 1 else 0.0
