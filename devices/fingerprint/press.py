"""Presses a finger on the glass: the same ridges, never twice the same picture."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from devices.base import Pixels
from devices.fingerprint.synthesis import ridges, seed_of

WINDOW_WIDTH_PX, WINDOW_HEIGHT_PX = 256, 288

Field = npt.NDArray[np.float32]

DRAGGED_PX = 2.0


@dataclass(frozen=True, slots=True)
class Skin:
    """How a finger meets the glass.

    Attributes:
        thickness: of the inked ridges, -1 threads to 1 no valleys left.
        ink: grey levels between the glass and the middle of a ridge.
        gaps: share of the ridge that does not touch, 0 to 1.
        reach: size of the touching part, 1 fills the window.
        aside_px: how far beside the middle of the window it lies.
        blur_px: by how much it moved.
        mess: share of noise drowned over it.
    """

    thickness: float = 0.05
    ink: float = 165
    gaps: float = 0.08
    reach: float = 1.0
    aside_px: int = 0
    blur_px: float = 0.7
    mess: float = 0.0


SKINS = {
    "good": Skin(),
    "dry": Skin(thickness=-0.55, ink=95, gaps=0.62),
    "wet": Skin(thickness=0.85, ink=205, gaps=0.0, blur_px=1.6),
    "partial": Skin(reach=0.5),
    "off_centre": Skin(reach=0.85, aside_px=105),
    "blurred": Skin(ink=120, blur_px=3.4),
    "messy": Skin(thickness=0.4, gaps=0.3, blur_px=2.2, mess=0.75),
    "few": Skin(reach=0.24, gaps=0.3),
}
"""Ways to press, by the name the control file uses. The sensor itself refuses `messy` and `few`."""


def press(identity: str, quality: str = "good", number: int = 0) -> Pixels:
    """Return what the sensor sees, 288 × 256 grey, 0 black ridge to 255; the same for the same three.

    Args:
        identity: which finger, e.g. `A-11`.
        quality: one of SKINS.
        number: counts the presses of one finger.
    """
    random = np.random.default_rng(seed_of("press", identity, quality, number))
    skin = SKINS[quality]
    turn_deg, right_px, down_px = random.normal(0, [3.0, 5.0, 6.0])
    side = 1 if random.random() < 0.5 else -1
    shift = np.array([right_px + side * skin.aside_px, down_px])
    ridge = _laid(ridges(identity), float(turn_deg), shift, _stretch(identity, quality, number))
    touch = _touch(random, skin, shift)
    contrast = 1 / (1 + np.exp(-4.5 * (ridge + skin.thickness - _dryness(random, skin))))
    paper = 247 - 10 * _clouds(random, 5)
    picture = paper - touch * contrast * (skin.ink + 14 * _clouds(random, 4))
    picture += skin.mess * touch * _clouds(random, 60) * 110
    picture = cv2.GaussianBlur(picture.astype(np.float32), (0, 0), skin.blur_px)
    grain = 5 * random.standard_normal(picture.shape, dtype=np.float32)
    return np.asarray(np.clip(picture + grain, 0, 255), dtype=np.uint8)


def blank(number: int = 0) -> Pixels:
    """Return what the sensor sees with nothing on the glass."""
    random = np.random.default_rng(seed_of("blank", number))
    grey = random.normal(246, 3, (WINDOW_HEIGHT_PX, WINDOW_WIDTH_PX))
    return np.asarray(np.clip(grey, 0, 255), dtype=np.uint8)


def _laid(finger: Pixels, turn_deg: float, shift: npt.NDArray[np.float64], stretch: tuple[Field, Field]) -> Field:
    """Return the ridges in the window, 1 ridge to -1 valley, turned, moved and stretched."""
    height, width = finger.shape
    laid = np.asarray(cv2.getRotationMatrix2D((width / 2, height / 2), turn_deg, 1.0), dtype=np.float64)
    laid[:, 2] += shift + np.array([WINDOW_WIDTH_PX - width, WINDOW_HEIGHT_PX - height]) / 2
    back = cv2.invertAffineTransform(laid).astype(np.float32)
    rows, columns = np.mgrid[0:WINDOW_HEIGHT_PX, 0:WINDOW_WIDTH_PX].astype(np.float32)
    columns, rows = columns + stretch[0], rows + stretch[1]
    from_x = back[0, 0] * columns + back[0, 1] * rows + back[0, 2]
    from_y = back[1, 0] * columns + back[1, 1] * rows + back[1, 2]
    picture = cv2.remap(finger, from_x, from_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    return np.asarray(1 - picture / 127.5, dtype=np.float32)


def _stretch(identity: str, quality: str, number: int) -> tuple[Field, Field]:
    """Return by how many pixels the skin is dragged, across and down: it gives way under every press a little."""
    random = np.random.default_rng(seed_of("stretch", identity, quality, number))
    return DRAGGED_PX * _clouds(random, 3), DRAGGED_PX * _clouds(random, 3)


def _touch(random: np.random.Generator, skin: Skin, shift: npt.NDArray[np.float64]) -> Field:
    """Return where the finger touches, 0 to 1: an oval with an uneven edge."""
    rows, columns = np.mgrid[0:WINDOW_HEIGHT_PX, 0:WINDOW_WIDTH_PX].astype(np.float32)
    across = (columns - WINDOW_WIDTH_PX / 2 - shift[0]) / (124 * skin.reach)
    down = (rows - WINDOW_HEIGHT_PX / 2 - shift[1]) / (150 * skin.reach)
    edge = 1.0 - np.abs(across) ** 2.6 - np.abs(down) ** 2.6 + 0.05 * _clouds(random, 7)
    return np.asarray(np.clip(edge * 6, 0, 1), dtype=np.float32)


def _dryness(random: np.random.Generator, skin: Skin) -> Field:
    """Return how far each place is from touching: flakes and pores where the skin is dry."""
    flakes = np.clip(_clouds(random, 70) - 1.9 * (1 - skin.gaps), 0, None)
    return np.asarray(2.2 * flakes, dtype=np.float32)


def _clouds(random: np.random.Generator, cells: int) -> Field:
    """Return smooth noise with a standard deviation of about 1; more cells, finer noise."""
    coarse = random.standard_normal((cells + cells // 8, cells)).astype(np.float32)
    return cv2.resize(coarse, (WINDOW_WIDTH_PX, WINDOW_HEIGHT_PX), interpolation=cv2.INTER_CUBIC).astype(np.float32)
