"""A canvas for drawing people: soft shapes in units of the face, painted in layers."""

from collections.abc import Callable, Sequence

import cv2
import numpy as np
import numpy.typing as npt

from devices.base import Pixels
from devices.camera.looks import Colour

Floats = npt.NDArray[np.float32]
Point = tuple[float, float]
_Draw = Callable[[Pixels, npt.NDArray[np.int32]], object]

WIDTH_PX, HEIGHT_PX = 520, 720
FACE_PX = 196
"""Width of a usual face in the drawing."""

_FINE = 2
_CENTRE_X, _EYE_Y = 260.0, 300.0
_LIGHT = (-0.40, -0.45, 0.80)


class Painter:
    """A canvas in units of the face's width: 0, 0 is between the eyes, x to the right, y down."""

    def __init__(self, width: float) -> None:
        self._size = (HEIGHT_PX * _FINE, WIDTH_PX * _FINE)
        self._unit = (FACE_PX * _FINE * width, FACE_PX * _FINE)
        self.colour: Floats = np.zeros((*self._size, 3), np.float32)
        self.cover: Floats = np.zeros(self._size, np.float32)

    def _pixel(self, point: Point) -> Point:
        return _CENTRE_X * _FINE + point[0] * self._unit[0], _EYE_Y * _FINE + point[1] * self._unit[1]

    def shape(self, points: Sequence[Point], soft: float = 0.0) -> Floats:
        """Return a mask of the smooth closed line through `points`."""
        line = self._pixels(_smooth(points))
        return self._drawn(line, soft, lambda mask, line: cv2.fillPoly(mask, [line], 255, cv2.LINE_AA, 4))

    def oval(self, centre: Point, radii: Point, soft: float = 0.0) -> Floats:
        """Return a mask of an upright ellipse."""
        angles = np.linspace(0, 2 * np.pi, 24, endpoint=False)
        points = [(centre[0] + radii[0] * np.cos(a), centre[1] + radii[1] * np.sin(a)) for a in angles]
        return self.shape(points, soft)

    def line(self, points: Sequence[Point], width: float, soft: float = 0.004) -> Floats:
        """Return a mask of a smooth open stroke."""
        thick = max(1, round(width * self._unit[1]))
        line = self._pixels(_smooth(points, closed=False))
        return self._drawn(
            line, soft, lambda mask, line: cv2.polylines(mask, [line], False, 255, thick, cv2.LINE_AA, 4), thick
        )

    def _drawn(self, line: Floats, soft: float, draw: _Draw, thick: int = 0) -> Floats:
        """Draw and blur in the shape's own corner of the canvas only, since most shapes are small."""
        sigma = soft * self._unit[1]
        margin = 3 * sigma + thick + 3
        left, top = (max(0, int(v)) for v in line.min(axis=0) - margin)
        right, bottom = (max(0, int(v)) for v in line.max(axis=0) + margin)
        whole = np.zeros(self._size, np.float32)
        part = np.zeros_like(whole[top:bottom, left:right], np.uint8)
        if part.size:
            draw(part, np.round((line - (left, top)) * 16).astype(np.int32))
            size = 2 * round(2 * sigma) + 1
            soft_part = cv2.stackBlur(part, (size, size)) if size > 1 else part
            whole[top:bottom, left:right] = soft_part.astype(np.float32) / 255
        return whole

    def _pixels(self, points: Sequence[Point]) -> Floats:
        return np.array([self._pixel(point) for point in points], np.float32)

    def paint(self, mask: Floats, colour: Colour, strength: float = 1.0, solid: bool = False) -> None:
        """Lay a colour over the picture; `solid` things also cover what is behind the person."""
        part = _where(mask)
        alpha = (mask[part] * strength)[..., None]
        if solid:
            alpha = np.where(self.cover[part][..., None] < 0.02, np.float32(1), alpha)
            self.cover[part] = np.maximum(self.cover[part], mask[part])
        self.colour[part] += (np.array(colour[::-1], np.float32) - self.colour[part]) * alpha

    def shade(self, mask: Floats, factor: Floats) -> None:
        """Multiply brightness where the mask is."""
        part = _where(mask)
        self.colour[part] *= (1 + (factor[part] - 1) * mask[part])[..., None]

    def roundness(self, centre: Point, radii: Point) -> Floats:
        """Return how bright an egg of this size is, lit from the upper left, about 0.6 to 1.15."""
        rows, columns = np.mgrid[0 : self._size[0], 0 : self._size[1]].astype(np.float32)
        (x, y), (a, b) = self._pixel(centre), (radii[0] * self._unit[0], radii[1] * self._unit[1])
        u, v = (columns - x) / a, (rows - y) / b
        depth = np.sqrt(np.clip(1 - u * u - v * v, 0, None))
        bright: Floats = 0.70 + 0.48 * np.clip(u * _LIGHT[0] + v * _LIGHT[1] + depth * _LIGHT[2], -0.2, 1)
        return bright

    def result(self) -> tuple[Pixels, Pixels]:
        """Return colour and cover at final size."""
        size = (WIDTH_PX, HEIGHT_PX)
        colour = cv2.resize(np.clip(self.colour, 0, 255).astype(np.uint8), size, interpolation=cv2.INTER_AREA)
        cover = cv2.resize((self.cover * 255).astype(np.uint8), size, interpolation=cv2.INTER_AREA)
        return colour.astype(np.uint8), cover.astype(np.uint8)


def _where(mask: Floats) -> tuple[slice, slice]:
    """Return the smallest window that holds all of the mask."""
    rows, columns = np.flatnonzero(mask.max(axis=1)), np.flatnonzero(mask.max(axis=0))
    if not rows.size:
        return slice(0, 0), slice(0, 0)
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def _smooth(points: Sequence[Point], closed: bool = True, rounds: int = 4) -> list[Point]:
    """Cut corners (Chaikin) until the line is a curve; open lines keep their ends."""
    line = np.array(points, np.float64)
    for _ in range(rounds):
        following = np.roll(line, -1, axis=0)
        cut = np.stack([0.75 * line + 0.25 * following, 0.25 * line + 0.75 * following], axis=1).reshape(-1, 2)
        line = cut if closed else np.vstack([line[:1], cut[:-2], line[-1:]])
    return [(float(x), float(y)) for x, y in line]


def mirrored(points: Sequence[Point]) -> list[Point]:
    """Complete a right half, given from top to bottom, with its mirror image."""
    return [*points, *((-x, y) for x, y in reversed(points))]


def darker(colour: Colour, factor: float) -> Colour:
    return (min(255, int(colour[0] * factor)), min(255, int(colour[1] * factor)), min(255, int(colour[2] * factor)))
