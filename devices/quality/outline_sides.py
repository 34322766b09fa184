"""Asks how much of a shape's sides lies on edges of colour, and moves the sides onto them."""

import cv2
import numpy as np
import numpy.typing as npt

from devices.quality.outline_shapes import Corners

_SAMPLES = 60
_REACH_PX = 4
_EDGE_PX = 2.0
"""A side nearer than this to the picture's edge is where the picture ends, not where the page does."""

_FAR_PX = 6
_BAND_PX = 14
_PAPER_AROUND = 0.25
_BEND_PX = 2.0
_CONTRAST = 12.0
"""Least change of colour across a side, in the 0 to 255 units of 8-bit CIELAB."""

Lab = npt.NDArray[np.float32]
Point = npt.NDArray[np.float32]


def supports(corners: Corners, lab: Lab) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Return for each side the share of it that lies on an edge of colour, and whether it is the picture's own edge."""
    shares, at_edge = np.zeros(4), np.zeros(4, bool)
    for side in range(4):
        start, end = corners[side], corners[(side + 1) % 4]
        at_edge[side] = _is_at_edge(start, end, lab.shape)
        shares[side] = float(_Side(start, end, lab).is_edge.mean())
    return shares, at_edge


def stands_out(corners: Corners, lab: Lab) -> bool:
    """Tell whether hardly anything around a shape has the colour of most of what lies inside it.

    A certificate's printed frame has paper on both sides, however wide and ornate it is; a page has not.
    """
    inside, wider = np.zeros(lab.shape[:2], np.uint8), np.zeros(lab.shape[:2], np.uint8)
    middle = corners.mean(axis=0)
    share = 1 + 2 * _BAND_PX / max(1.0, float(np.ptp(corners, axis=0).min()))
    cv2.fillConvexPoly(inside, corners.astype(np.int32), 1)
    cv2.fillConvexPoly(wider, (middle + (corners - middle) * share).astype(np.int32), 1)
    inside_grown = cv2.dilate(inside, np.ones((5, 5), np.uint8))
    around = (wider > 0) & (inside_grown == 0)
    if not around.any():
        return False
    paper = np.median(lab[inside > 0], axis=0)
    is_paper = np.linalg.norm(lab[around] - paper, axis=1) < _CONTRAST
    return float(is_paper.mean()) < _PAPER_AROUND


def refined(corners: Corners, lab: Lab) -> Corners:
    """Return the corners with every side laid through the strongest edge next to it."""
    lines = [_Side(corners[side], corners[(side + 1) % 4], lab).line() for side in range(4)]
    moved = np.array([_crossing(lines[side - 1], lines[side]) for side in range(4)], np.float32)
    is_near = np.isfinite(moved).all() and float(np.abs(moved - corners).max()) < 4 * _REACH_PX
    height, width = lab.shape[:2]
    return np.clip(moved, 0, (width - 1, height - 1)).astype(np.float32) if is_near else corners


def _is_at_edge(start: Point, end: Point, shape: tuple[int, ...]) -> bool:
    far = np.array((shape[1] - 1, shape[0] - 1), np.float32)
    both = np.stack([start, end])
    return bool((both <= _EDGE_PX).all(axis=0).any() or (far - both <= _EDGE_PX).all(axis=0).any())


class _Side:
    """One side of a shape, and the strongest change of colour across it near each of 60 points.

    Only changes in the side's own direction of colour count, as from paper to wood: grain and print go to and fro.
    """

    def __init__(self, start: Point, end: Point, lab: Lab) -> None:
        along = np.linspace(0.03, 0.97, _SAMPLES, dtype=np.float32)[:, None]
        way = end - start
        outward = np.array((way[1], -way[0]), np.float32) / max(1e-6, float(np.hypot(*way)))
        self._points = start + along * way
        change = _change(self._points, outward, lab)
        common = np.median(change[np.argmax((change**2).sum(axis=2), axis=0), np.arange(_SAMPLES)], axis=0)
        self._colour = common / max(1e-6, float(np.linalg.norm(common)))
        strength = change @ self._colour
        place = np.argmax(strength, axis=0)
        self._edge = self._points + (place - _REACH_PX)[:, None].astype(np.float32) * outward
        self.is_edge = (strength.max(axis=0) > _CONTRAST) & self._parts(outward, lab) & self._is_straight()

    def _parts(self, outward: Point, lab: Lab) -> npt.NDArray[np.bool_]:
        """Tell where the colours farther away differ as well; beside a printed line they are the same."""
        inside, outside = (_colours((self._edge + step * outward)[None], lab)[0] for step in (-_FAR_PX, _FAR_PX))
        return np.asarray((outside - inside) @ self._colour > _CONTRAST / 2)

    def _is_straight(self) -> npt.NDArray[np.bool_]:
        """Tell which edge points lie on one line; the outline of a person does not."""
        x_way, y_way, x, y = cv2.fitLine(self._edge, cv2.DIST_HUBER, 0, 0.01, 0.01).reshape(4)
        away = (self._edge[:, 0] - x) * y_way - (self._edge[:, 1] - y) * x_way
        return np.asarray(np.abs(away) < _BEND_PX)

    def line(self) -> npt.NDArray[np.float32]:
        """Return direction and a point of the line through the edge."""
        seen = self._edge[self.is_edge] if self.is_edge.sum() >= _SAMPLES // 3 else self._points
        return cv2.fitLine(seen.astype(np.float32), cv2.DIST_HUBER, 0, 0.01, 0.01).reshape(4).astype(np.float32)


def _change(points: npt.NDArray[np.float32], outward: Point, lab: Lab) -> npt.NDArray[np.float32]:
    """Return the change of colour over 3 px for each offset from -4 to 4 px and each point."""
    steps = np.arange(-_REACH_PX - 1.5, _REACH_PX + 2, 1.0, dtype=np.float32)
    seen = _colours(points[None] + steps[:, None, None] * outward, lab)
    return (seen[3:] - seen[:-3]).astype(np.float32)


def _colours(grid: npt.NDArray[np.float32], lab: Lab) -> npt.NDArray[np.float32]:
    """Return the colours at rows of points, between pixels too."""
    across, down = np.ascontiguousarray(grid[..., 0]), np.ascontiguousarray(grid[..., 1])
    return np.asarray(cv2.remap(lab, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float32)


def _crossing(one: npt.NDArray[np.float32], other: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    ways = np.array([[one[0], -other[0]], [one[1], -other[1]]], np.float64)
    if abs(np.linalg.det(ways)) < 1e-6:
        return np.full(2, np.inf)
    far = np.linalg.solve(ways, (other[2:] - one[2:]).astype(np.float64))
    return np.asarray(one[2:] + far[0] * one[:2], np.float64)
