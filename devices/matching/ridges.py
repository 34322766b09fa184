"""Makes the ridges of a print one pixel thin: what its minutiae are read from."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from devices.base import Pixels
from devices.quality.resolution import at_native

Field = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

RIDGE_PERIOD_PX = 9.0
"""Distance of ridges at 500 ppi in adults; the filters pass from about 6 to 12."""

DIRECTIONS = 16
TOUCHED_GREY_STD = 14.0
LOCAL_PX = 12.0
MAX_THINNING_ROUNDS = 40


@dataclass(frozen=True, slots=True)
class Ridges:
    """A print as lines.

    Attributes:
        skeleton: 1 on the middle line of a ridge, else 0.
        direction: of the ridges, radians 0 to π, y downwards.
        certainty: how sure the direction is, 0 to 1.
        inside: where the finger touched, without the seam along its edge.
    """

    skeleton: Pixels
    direction: Field
    certainty: Field
    inside: Mask


def ridges(pixels: Pixels, ppi: int) -> Ridges:
    """Return the ridges of a grey print; the picture is brought to 500 ppi first."""
    native = at_native(pixels, ppi)
    grey = native.astype(np.float32)
    mean = cv2.GaussianBlur(grey, (0, 0), LOCAL_PX)
    spread = np.sqrt(np.maximum(cv2.GaussianBlur(grey * grey, (0, 0), LOCAL_PX) - mean * mean, 0))
    even = ((mean - grey) / np.maximum(spread, TOUCHED_GREY_STD)).astype(np.float32)
    direction, certainty = _direction(even)
    clear = _along_ridges(even, direction)
    skeleton = thinned((clear > 0).astype(np.uint8))
    return Ridges(skeleton, direction, certainty, _inside(spread))


def _inside(spread: Field) -> Mask:
    touched = (spread > TOUCHED_GREY_STD).astype(np.uint8)
    touched = cv2.morphologyEx(touched, cv2.MORPH_CLOSE, np.ones((17, 17), np.uint8)).astype(np.uint8)
    framed = cv2.copyMakeBorder(touched, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    seam = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (33, 33))
    return np.asarray(cv2.erode(framed, seam, borderValue=0)[1:-1, 1:-1] > 0)


def _direction(even: Field) -> tuple[Field, Field]:
    """Return the direction of the ridges and its certainty, from the structure tensor."""
    soft = cv2.GaussianBlur(even, (0, 0), 1.0)
    across, down = cv2.Sobel(soft, cv2.CV_32F, 1, 0), cv2.Sobel(soft, cv2.CV_32F, 0, 1)
    xx, yy, xy = (cv2.GaussianBlur(part, (0, 0), 6.5) for part in (across * across, down * down, across * down))
    certainty = np.hypot(xx - yy, 2 * xy) / np.maximum(xx + yy, 1e-6)
    direction = (np.arctan2(2 * xy, xx - yy) / 2 + np.pi / 2) % np.pi
    return direction.astype(np.float32), certainty.astype(np.float32)


def _along_ridges(even: Field, direction: Field) -> Field:
    nearest = np.rint(direction / np.pi * DIRECTIONS).astype(np.int64) % DIRECTIONS
    clear = np.zeros_like(even)
    for step in range(DIRECTIONS):
        here = nearest == step
        if here.any():
            clear[here] = cv2.filter2D(even, cv2.CV_32F, _KERNELS[step], borderType=cv2.BORDER_REFLECT)[here]
    return clear


def _kernel(direction: float) -> Field:
    """Return a Gabor filter without mean for ridges of this direction, y downwards."""
    reach = 11
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    along, across = x * np.cos(direction) + y * np.sin(direction), -x * np.sin(direction) + y * np.cos(direction)
    kernel = np.exp(-(along**2) / (2 * 4.5**2) - across**2 / (2 * 3.2**2)) * np.cos(
        2 * np.pi * across / RIDGE_PERIOD_PX
    )
    return np.asarray(kernel - kernel.mean(), dtype=np.float32)


_KERNELS = tuple(_kernel(step * np.pi / DIRECTIONS) for step in range(DIRECTIONS))

NEIGHBOURS = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))
"""Rows and columns of a pixel's neighbours, clockwise from above; bit i of a code is neighbour i."""

_WEIGHTS = np.zeros((3, 3), np.float32)
for _bit, (_down, _across) in enumerate(NEIGHBOURS):
    _WEIGHTS[_down + 1, _across + 1] = 1 << _bit


def neighbour_codes(lines: Pixels) -> Pixels:
    """Return which neighbours of each pixel are set, as a number of eight bits."""
    return cv2.filter2D(lines, cv2.CV_8U, _WEIGHTS, borderType=cv2.BORDER_CONSTANT).astype(np.uint8)


def thinned(lines: Pixels) -> Pixels:
    """Return lines (1 on 0) one pixel thin, by Zhang and Suen's rule (CACM 27/3, 1984)."""
    lines = lines.copy()
    for _ in range(MAX_THINNING_ROUNDS):
        before = int(lines.sum())
        for removable in _REMOVABLE:
            lines[removable[neighbour_codes(lines)] & (lines > 0)] = 0
        if int(lines.sum()) == before:
            break
    return lines


def _removable(first: bool) -> Mask:
    """Return for each code of neighbours whether Zhang and Suen take the pixel away in this half of a round."""
    table = np.zeros(256, dtype=bool)
    for code in range(256):
        bits = [code >> bit & 1 for bit in range(8)]
        north, east, south, west = bits[0], bits[2], bits[4], bits[6]
        pairs = ((north, east, south), (east, south, west)) if first else ((north, east, west), (north, south, west))
        table[code] = 2 <= sum(bits) <= 6 and crossings(code) == 1 and not any(all(three) for three in pairs)
    return table


def crossings(code: int) -> int:
    """Return how often the neighbours change from unset to set on the way round: 1 at an end, 3 at a fork."""
    bits = [code >> bit & 1 for bit in range(8)]
    return sum(1 for bit in range(8) if not bits[bit] and bits[(bit + 1) % 8])


_REMOVABLE = (_removable(True), _removable(False))
