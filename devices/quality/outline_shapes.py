"""Proposes four-sided shapes that might be a page; each way of parting a picture misses some pages."""

from collections.abc import Iterator

import cv2
import numpy as np
import numpy.typing as npt

from devices.base import Pixels

Corners = npt.NDArray[np.float32]
"""Four rows of x, y: clockwise from the top left."""

_LEAST_AREA = 0.06
"""Share of the picture; a smaller sheet leaves too few pixels to be read."""

_CLOSE_PX = 7


def proposals(pixels: Pixels) -> list[Corners]:
    """Return shapes of a small BGR picture, each once."""
    found: list[Corners] = []
    for mask in _masks(pixels):
        for corners in _quads(mask):
            if all(float(np.abs(corners - known).max()) > 3 for known in found):
                found.append(corners)
    return found


def _masks(pixels: Pixels) -> Iterator[Pixels]:
    lab = cv2.cvtColor(cv2.bilateralFilter(pixels, 7, 40, 7), cv2.COLOR_BGR2LAB)
    hsv = cv2.cvtColor(pixels, cv2.COLOR_BGR2HSV)
    kernel = np.ones((_CLOSE_PX, _CLOSE_PX), np.uint8)
    for channel in (*cv2.split(lab), hsv[..., 1], hsv[..., 2]):
        _level, mask = cv2.threshold(channel, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
        mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, kernel)
        yield mask.astype(np.uint8)
        yield (255 - mask).astype(np.uint8)
    light = lab[..., 0]
    for low in (20, 50, 90):
        yield cv2.dilate(cv2.Canny(light, low, low * 3), np.ones((3, 3), np.uint8)).astype(np.uint8)
    edges = np.max([cv2.Canny(channel, 15, 45) for channel in cv2.split(lab)], axis=0)
    yield cv2.morphologyEx(edges, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8)).astype(np.uint8)


def _quads(mask: Pixels) -> Iterator[Corners]:
    # The hem around the picture keeps shapes that reach over its edge from falling apart.
    contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    least = _LEAST_AREA * mask.shape[0] * mask.shape[1]
    for contour in sorted(contours, key=cv2.contourArea, reverse=True)[:6]:
        hull = cv2.convexHull(contour)
        if cv2.contourArea(hull) < least:
            continue
        corners = _four(hull)
        if corners is not None and cv2.contourArea(corners) >= least:
            yield corners


def _four(hull: cv2.typing.MatLike) -> Corners | None:
    """Return the four-sided shape nearest to a hull, None if it is something else."""
    around = cv2.arcLength(hull, closed=True)
    for share in (0.01, 0.02, 0.03, 0.05, 0.08):
        shape = cv2.approxPolyDP(hull, share * around, closed=True)
        if len(shape) == 4:
            return ordered(shape.reshape(4, 2).astype(np.float32))
        if len(shape) < 4:
            return None
    return None


def ordered(points: npt.NDArray[np.float32]) -> Corners:
    """Return the corners clockwise as seen, from the one nearest the top left."""
    middle = points.mean(axis=0)
    around = points[np.argsort(np.arctan2(points[:, 1] - middle[1], points[:, 0] - middle[0]))]
    return np.roll(around, -int(np.argmin(around.sum(axis=1))), axis=0).astype(np.float32)


def area_share(corners: Corners, shape: tuple[int, ...]) -> float:
    """Return the share of the picture that lies inside."""
    return float(cv2.contourArea(corners)) / (shape[0] * shape[1])


def overlap(one: Corners, other: Corners) -> float:
    """Return the common area as a share of the smaller one's."""
    common, _ = cv2.intersectConvexConvex(one, other)
    return float(common) / max(1.0, min(cv2.contourArea(one), cv2.contourArea(other)))
