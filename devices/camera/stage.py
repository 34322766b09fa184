"""The demo camera's view: a drawn person before a white screen, or a paper on a desk, breathing and noisy."""

import math

import cv2
import numpy as np
import numpy.typing as npt

from devices.base import Pixels
from devices.camera.paper import paper_on_desk
from devices.camera.subjects import subject

WIDTH_PX, HEIGHT_PX = 1280, 720
SCENES = ("person", "page")

_MARGIN_PX = 24
_SCREEN_VALUE = 233
_NOISE = 2.2
"""Standard deviation of the noise a webcam has in room light."""


class Stage:
    """Makes one frame after the other."""

    may_hold = False

    def __init__(self, scene: str, number: int) -> None:
        """Show person or paper `number`."""
        self._scene, self._number = scene, number
        self._cast: tuple[str, int] | None = None
        self._view: Pixels = np.zeros((1, 1, 3), np.uint8)
        self._tick = 0
        self._chance = np.random.default_rng(number)
        self._noise: npt.NDArray[np.int8] = np.zeros((0, 0, 3), np.int8)

    def frame(self, fault: str, number: int | None) -> Pixels:
        """Return the next frame. `nobody`, `two_people` and `black` are shown; other faults are not the stage's."""
        self._tick += 1
        cast = (fault if fault in ("nobody", "two_people") else "", self._number if number is None else number)
        if cast != self._cast:
            self._cast, self._view = cast, self._set(*cast)
        if fault == "black":
            return self._noisy(np.zeros((HEIGHT_PX, WIDTH_PX, 3), np.uint8))
        if self._scene == "page":
            return self._noisy(self._view)
        sway = 5 * math.sin(self._tick / 19) + 2 * math.sin(self._tick / 7), 2.5 * math.sin(self._tick / 13)
        shift = np.array([[1, 0, sway[0] - _MARGIN_PX], [0, 1, sway[1] - _MARGIN_PX]], np.float32)
        return self._noisy(cv2.warpAffine(self._view, shift, (WIDTH_PX, HEIGHT_PX)).astype(np.uint8))

    def _set(self, fault: str, number: int) -> Pixels:
        if self._scene == "page":
            return _desk_only(number) if fault == "nobody" else paper_on_desk(number)
        view = _screen()
        if fault == "two_people":
            _put(view, number, 0.62, 0.36)
            _put(view, number + 1, 0.62, 0.66)
        elif fault != "nobody":
            _put(view, number, 1.0, 0.5)
        return view

    def _noisy(self, pixels: Pixels) -> Pixels:
        """Add the noise from another corner of a larger tile each time."""
        height, width = pixels.shape[:2]
        if self._noise.shape[0] < height + 64:
            size = (height + 64, width + 64, 3)
            self._noise = (_NOISE * self._chance.standard_normal(size, np.float32)).round().astype(np.int8)
        top, left = (int(value) for value in self._chance.integers(0, 64, 2))
        part: npt.NDArray[np.int8] = np.ascontiguousarray(self._noise[top : top + height, left : left + width])
        return cv2.add(pixels, part, dtype=cv2.CV_8U).astype(np.uint8, copy=False)


def _screen() -> Pixels:
    """Return a white screen that is a little darker towards its corners, with room for the sway around it."""
    height, width = HEIGHT_PX + 2 * _MARGIN_PX, WIDTH_PX + 2 * _MARGIN_PX
    rows, columns = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    value = _SCREEN_VALUE - 7 * (rows**2 + columns**2)
    tint = np.array((1.0, 0.998, 0.992))
    screen: Pixels = np.clip(value[..., None] * tint, 0, 255).astype(np.uint8)
    return screen


def _put(view: Pixels, number: int, scale: float, across: float) -> None:
    """Paint a person onto the view, standing on its lower edge."""
    colour, cover = (
        cv2.resize(part, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) for part in subject(number)
    )
    grow = (0, _MARGIN_PX * 2, 0, 0, cv2.BORDER_REPLICATE)
    colour, cover = cv2.copyMakeBorder(colour, *grow), cv2.copyMakeBorder(cover, *grow)
    left = round(across * view.shape[1] - colour.shape[1] / 2)
    top = view.shape[0] - colour.shape[0] + _MARGIN_PX
    colour, cover = colour[: view.shape[0] - top], cover[: view.shape[0] - top]
    part = view[top : top + colour.shape[0], left : left + colour.shape[1]]
    share = cover[..., None].astype(np.float32) / 255
    part[:] = (part * (1 - share) + colour * share).astype(np.uint8)


def _desk_only(number: int) -> Pixels:
    corner = paper_on_desk(number)[:, :200]
    return np.tile(corner, (1, 8, 1))
