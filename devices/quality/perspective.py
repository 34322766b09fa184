"""Makes a rectangle of a page seen from the side, with the proportions the sheet has in truth."""

import cv2
import numpy as np
import numpy.typing as npt

from devices.base import Pixels
from devices.quality.outline_shapes import Corners

_USUAL_FOCAL = 0.9
"""Focal length of phones and document cameras as a share of the picture's long side, where the page does not tell."""

_FOCAL_RANGE = (0.5, 3.0)
_STRAIGHT_DOWN = 0.03
"""A page whose opposite sides shrink less than this is seen from above: its sides are its proportions."""


def flattened(pixels: Pixels, corners: Corners, most_px: int) -> Pixels:
    """Return what lies within four corners as a rectangle, as large as it was seen, its long side at most `most_px`."""
    width, height = _size(corners, pixels.shape)
    scale = min(1.0, most_px / max(width, height))
    wide, high = max(1, round(width * scale)), max(1, round(height * scale))
    flat = np.array([[0, 0], [wide - 1, 0], [wide - 1, high - 1], [0, high - 1]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), flat)
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    page = cv2.warpPerspective(pixels, matrix, (wide, high), flags=method, borderMode=cv2.BORDER_REPLICATE)
    return page.astype(np.uint8)


def proportion(corners: Corners, shape: tuple[int, ...]) -> float:
    """Return the sheet's true width as a share of its height.

    Source: Zhang and He, "Whiteboard scanning and image enhancement" (2007), section 3.3: the middle of the picture is
    where the lens looks, and the four corners then give the focal length and the proportion.
    """
    sides = [float(np.hypot(*(corners[side] - corners[(side + 1) % 4]))) for side in range(4)]
    seen = max(sides[0], sides[2]) / max(1.0, sides[1], sides[3])
    middle = np.array((shape[1] / 2, shape[0] / 2))
    top_left, top_right, low_right, low_left = (
        np.append(corner - middle, 1.0) for corner in corners.astype(np.float64)
    )
    across = top_right * _share(top_left, low_right, low_left, top_right) - top_left
    down = low_left * _share(top_left, low_right, top_right, low_left) - top_left
    if max(abs(across[2]), abs(down[2])) < _STRAIGHT_DOWN:
        return seen
    focal = _focal(across, down, max(shape[:2]))
    true = float(np.hypot(np.hypot(*across[:2]) / focal, across[2]) / np.hypot(np.hypot(*down[:2]) / focal, down[2]))
    return true if 0.4 < true / seen < 2.5 else seen


def _share(one: npt.NDArray[np.float64], far: npt.NDArray[np.float64], *others: npt.NDArray[np.float64]) -> float:
    third, own = others
    return float(np.dot(np.cross(one, far), third) / np.dot(np.cross(own, far), third))


def _focal(across: npt.NDArray[np.float64], down: npt.NDArray[np.float64], long_side: int) -> float:
    """Return the focal length in pixels; one from two sides of which one does not shrink would be a guess."""
    usual = _USUAL_FOCAL * long_side
    if min(abs(across[2]), abs(down[2])) < _STRAIGHT_DOWN:
        return usual
    square = -float(np.dot(across[:2], down[:2]) / (across[2] * down[2]))
    low, high = (share * long_side for share in _FOCAL_RANGE)
    return square**0.5 if low**2 < square < high**2 else usual


def _size(corners: Corners, shape: tuple[int, ...]) -> tuple[float, float]:
    width = max(float(np.hypot(*(corners[0] - corners[1]))), float(np.hypot(*(corners[2] - corners[3]))))
    height = max(float(np.hypot(*(corners[1] - corners[2]))), float(np.hypot(*(corners[3] - corners[0]))))
    true = proportion(corners, shape)
    width = max(width, height * true)
    return width, width / true
