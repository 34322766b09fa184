"""Finds where ridges end and fork."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from devices.base import Pixels
from devices.matching.ridges import NEIGHBOURS, Ridges, crossings, neighbour_codes, ridges

Numbers = npt.NDArray[np.float64]

ENDING, FORK = 1, 2
TRACE_PX = 12
CLOSE_PX = 6.0
BREAK_PX = 14.0
CERTAIN_ENOUGH = 0.35
MOST = 60


@dataclass(frozen=True, slots=True)
class Minutiae:
    """The minutiae of one print at 500 ppi, the surest first.

    Attributes:
        x, y: pixels from the picture's left and top.
        angle: radians 0 to 2π, y upwards, from the tip of a ridge into it, or into a fork's valley.
        kind: ENDING or FORK.
        quality: 1 to 100.
    """

    x: Numbers
    y: Numbers
    angle: Numbers
    kind: npt.NDArray[np.uint8]
    quality: npt.NDArray[np.uint8]
    width_px: int
    height_px: int

    def __len__(self) -> int:
        return len(self.x)


def find_minutiae(pixels: Pixels, ppi: int) -> Minutiae:
    """Return the minutiae of a grey print, at most 60; about 60 ms for a sensor's window."""
    found = ridges(pixels, ppi)
    codes = neighbour_codes(found.skeleton)
    traced = []
    for count, kind in ((1, ENDING), (3, FORK)):
        rows, columns = np.nonzero((_CROSSINGS[codes] == count) & (found.skeleton > 0) & found.inside)
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
            angle = _angle(found, codes, row, column, kind)
            if angle is not None and found.certainty[row, column] >= CERTAIN_ENOUGH:
                traced.append((column, row, angle, kind, found.certainty[row, column]))
    return _sorted_out(np.array(traced, dtype=np.float64).reshape(-1, 5), found.skeleton.shape)


_CROSSINGS = np.array([crossings(code) for code in range(256)], dtype=np.uint8)


def _angle(found: Ridges, codes: Pixels, row: int, column: int, kind: int) -> float | None:
    """Return the direction of a minutia, None if its ridge is too short to be one."""
    branches = [_walk(found.skeleton, row, column, bit) for bit in _starts(int(codes[row, column]))]
    if len(branches) != (1 if kind == ENDING else 3) or any(branch is None for branch in branches):
        return None
    ways = np.array([branch for branch in branches if branch is not None])
    if kind == FORK:
        units = ways / np.abs(ways)
        closeness = [(float(np.abs(units[one] + units[two])), units[one] + units[two]) for one, two in _PAIRS]
        way = max(closeness, key=lambda pair: pair[0])[1]
    else:
        way = ways[0]
    ridge = np.exp(-1j * float(found.direction[row, column]))  # the field has y downwards
    return float(np.angle(ridge if (way * ridge.conjugate()).real >= 0 else -ridge)) % (2 * np.pi)


_PAIRS = ((0, 1), (1, 2), (2, 0))


def _starts(code: int) -> list[int]:
    """Return one neighbour of each branch that leaves a pixel, straight neighbours before slanting ones."""
    bits = [bit for bit in range(8) if code >> bit & 1]
    straight = [bit for bit in bits if bit % 2 == 0]
    slanting = [bit for bit in bits if bit % 2 and not {(bit - 1) % 8, (bit + 1) % 8} & set(straight)]
    return sorted(straight + slanting)


def _walk(skeleton: Pixels, row: int, column: int, bit: int) -> complex | None:
    """Return the way along a ridge from a pixel through one neighbour, y upwards; None if it ends within 12 pixels."""
    height, width = skeleton.shape
    seen = {(row, column)}
    here = (row + NEIGHBOURS[bit][0], column + NEIGHBOURS[bit][1])
    first = {(row + down, column + across) for down, across in NEIGHBOURS}
    for step in range(TRACE_PX):
        seen.add(here)
        ahead = [
            (here[0] + down, here[1] + across)
            for down, across in _STRAIGHT_FIRST
            if 0 <= here[0] + down < height
            and 0 <= here[1] + across < width
            and skeleton[here[0] + down, here[1] + across]
            and (here[0] + down, here[1] + across) not in seen
        ]
        if step == 0:
            ahead = [place for place in ahead if place not in first] or ahead
        if not ahead:
            return None
        here = ahead[0]
    return complex(here[1] - column, row - here[0])


_STRAIGHT_FIRST = tuple(sorted(NEIGHBOURS, key=lambda way: abs(way[0]) + abs(way[1])))


def _sorted_out(traced: Numbers, shape: tuple[int, ...]) -> Minutiae:
    """Return the surest ones, without what a scar, a pore or a cut ridge leaves: minutiae that lie together."""
    place = traced[:, 0] - 1j * traced[:, 1]
    apart = np.abs(place[:, None] - place[None, :])
    np.fill_diagonal(apart, np.inf)
    facing = np.cos(traced[:, 2][:, None] - traced[:, 2][None, :]) < -0.7
    ends = traced[:, 3] == ENDING
    is_noise = (apart < CLOSE_PX) | ((apart < BREAK_PX) & facing & ends[:, None] & ends[None, :])
    kept = traced[~is_noise.any(axis=1)]
    kept = kept[np.argsort(-kept[:, 4], kind="stable")][:MOST]
    return Minutiae(
        x=kept[:, 0],
        y=kept[:, 1],
        angle=kept[:, 2],
        kind=kept[:, 3].astype(np.uint8),
        quality=np.clip(np.rint(kept[:, 4] * 100), 1, 100).astype(np.uint8),
        width_px=int(shape[1]),
        height_px=int(shape[0]),
    )
