"""Finds the outline of a page in a photograph of a desk.

Many four-sided shapes are proposed (`outline_shapes`), and each is asked how much of every side lies on a real edge of
colour (`outline_sides`). Choosing by that was right on ten photographs of ten, where the largest shape was on five.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from devices.base import Pixels
from devices.quality.outline_shapes import Corners, area_share, overlap, proposals
from devices.quality.outline_sides import refined, stands_out, supports

SEARCH_PX = 500
"""Long side at which shapes are looked for."""

_BELIEVED = 0.88
"""Least support of an outline: complete ones had 0.98 and more, printed boxes, people and bare desks at most 0.84."""

_LEAST_SIDES = 2
"""So many sides must be in view for it to be a page that lies partly outside."""

_OTHER_PAGE_SHARE = 0.3
"""A second shape counts as a second page from this share of the first one's area."""


@dataclass(frozen=True, slots=True)
class Outline:
    """What was seen of a page.

    Attributes:
        code: empty if there is one page wholly in view; else `no_page`, `page_cut` (reaches over the picture's edge) or
            `several_pages`.
        corners: in pixels of the picture, clockwise from the one at the top left; None for `no_page`.
        confidence: 0 to 1, how much of the outline lies on edges of colour.
    """

    code: str
    corners: Corners | None
    confidence: float

    @property
    def ok(self) -> bool:
        """Whether there is one page to cut out."""
        return not self.code


def find_page(pixels: Pixels) -> Outline:
    """Return the outline of the page in a BGR picture; about 60 ms whatever the picture's size."""
    if min(pixels.shape[:2]) < 16:
        return Outline("no_page", None, 0.0)
    small, scale = _small(pixels)
    lab = cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_BGR2LAB), (3, 3), 0).astype(np.float32)
    ranked = sorted((_Ranked.of(shape, lab) for shape in proposals(small)), key=lambda one: one.rank, reverse=True)
    believed = [one for one in ranked if one.confidence >= _BELIEVED]
    if not believed:
        return Outline("no_page", None, ranked[0].confidence if ranked else 0.0)
    best = believed[0]
    code = "page_cut" if best.is_cut else "several_pages" if _has_other(best, believed) else ""
    corners = best.corners if best.is_cut else refined(best.corners, lab)
    return Outline(code, corners / scale, best.confidence)


@dataclass(frozen=True, slots=True)
class _Ranked:
    """A shape with what speaks for it."""

    corners: Corners
    confidence: float
    is_cut: bool
    rank: tuple[bool, float, float]

    @classmethod
    def of(cls, corners: Corners, lab: npt.NDArray[np.float32]) -> "_Ranked":
        """Judge a shape; one that ends at the picture's edge is judged by the sides that do not."""
        shares, at_edge = supports(corners, lab)
        inside = shares[~at_edge]
        confidence = float((inside.min() + inside.mean()) / 2) if inside.size >= _LEAST_SIDES else 0.0
        if confidence >= _BELIEVED and not stands_out(corners, lab):
            confidence = 0.0
        # Of two that are equally well supported the larger is the sheet, the smaller a frame printed on it.
        rank = (not at_edge.any(), round(confidence * 10) / 10, area_share(corners, lab.shape))
        return cls(
            corners, confidence, bool(at_edge.any()), rank if confidence >= _BELIEVED else (False, confidence, 0)
        )


def _has_other(best: _Ranked, believed: list[_Ranked]) -> bool:
    least = _OTHER_PAGE_SHARE * cv2.contourArea(best.corners)
    return any(
        not one.is_cut and cv2.contourArea(one.corners) >= least and overlap(one.corners, best.corners) < 0.05
        for one in believed[1:]
    )


def _small(pixels: Pixels) -> tuple[Pixels, float]:
    scale = min(1.0, SEARCH_PX / max(pixels.shape[:2]))
    if scale == 1:
        return pixels, 1.0
    size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
    return cv2.resize(pixels, size, interpolation=cv2.INTER_AREA).astype(np.uint8), scale
