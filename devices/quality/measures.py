"""Numbers that say how good a picture of a face is: sharpness, light, background."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from devices.base import Pixels
from devices.quality.faces import Box, Eyes
from devices.quality.portrait_spec import Colour

_FACE_WIDTH_PX = 200


def to_grey(pixels: Pixels) -> Pixels:
    """Return a BGR picture as grey; a grey one as it is."""
    return pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY).astype(np.uint8)


def cut(pixels: Pixels, box: Box) -> Pixels:
    """Return what of the box lies inside the picture, at least one pixel."""
    top, left = min(max(0, round(box.y)), pixels.shape[0] - 1), min(max(0, round(box.x)), pixels.shape[1] - 1)
    bottom, right = max(top + 1, round(box.y + box.height)), max(left + 1, round(box.x + box.width))
    return pixels[top:bottom, left:right]


def sharpness(pixels: Pixels, box: Box | None = None) -> float:
    """Return the variance of the Laplacian, 0 (flat) upwards; a face in focus has about 40, a blurred one 8.

    A 3 x 3 Gaussian comes first: without it the sensor's noise is taken for detail (AUC 0.56 instead of 0.98).

    Args:
        box: where to look, e.g. the face; the whole picture otherwise. Measured at 200 px width, so that the number
            does not depend on the distance.
    """
    part = to_grey(cut(pixels, box) if box else pixels)
    scale = _FACE_WIDTH_PX / part.shape[1]
    if scale < 1:
        size = (_FACE_WIDTH_PX, max(1, round(part.shape[0] * scale)))
        part = cv2.resize(part, size, interpolation=cv2.INTER_AREA).astype(np.uint8)
    return float(cv2.Laplacian(cv2.GaussianBlur(part, (3, 3), 0), cv2.CV_32F).var())


@dataclass(frozen=True, slots=True)
class Light:
    """How a face is lit.

    Attributes:
        mean: 0 black to 1 white.
        dark_share: part of the face that is nearly black (grey value up to 25).
        bright_share: part that is burnt out (grey value from 247).
        side_difference: brightness of the picture's left half less the right's, -1 to 1.
    """

    mean: float
    dark_share: float
    bright_share: float
    side_difference: float


def light(grey: Pixels, face: Box) -> Light:
    """Measure the inner part of the face, where there is neither hair nor background."""
    inner = cut(
        grey, Box(face.x + 0.18 * face.width, face.y + 0.2 * face.height, 0.64 * face.width, 0.68 * face.height)
    )
    middle = max(1, inner.shape[1] // 2)
    return Light(
        mean=float(inner.mean()) / 255,
        dark_share=float((inner <= 25).mean()),
        bright_share=float((inner >= 247).mean()),
        side_difference=(float(inner[:, :middle].mean()) - float(inner[:, -middle:].mean())) / 255,
    )


def glare(pixels: Pixels, eyes: Eyes, face: Box) -> float:
    """Return the largest burnt-out spot before an eye, as a share of the eye's surroundings.

    A lamp mirrored in the eye itself is smaller than one in a lens of glasses: of 57 portraits one has 0.02, others 0.
    """
    colour = pixels if pixels.ndim == 3 else cv2.cvtColor(pixels, cv2.COLOR_GRAY2BGR).astype(np.uint8)
    skin = float(np.median(cut(colour, face).max(axis=2)))
    far = eyes.distance_px
    largest = 0.0
    for x, y in (eyes.left, eyes.right):
        around = Box(x - 0.38 * far, y - 0.28 * far, 0.76 * far, 0.56 * far)
        high, low = cut(colour, around).max(axis=2), cut(colour, around).min(axis=2)
        burnt = ((high >= 245) & (low >= 225) & (high > skin + 25)).astype(np.uint8)
        _, _, stats, _ = cv2.connectedComponentsWithStats(burnt)
        largest = max(largest, float(stats[1:, cv2.CC_STAT_AREA].max(initial=0)) / burnt.size)
    return largest


@dataclass(frozen=True, slots=True)
class Background:
    """What is behind a face.

    Attributes:
        distance: of its colour to the nearest allowed one, in CIELAB with lightness counted half, because a white
            wall is grey in weak light.
        unevenness: 90th percentile of the distance to its own median colour.
    """

    distance: float
    unevenness: float


def background(pixels: Pixels, crop: Box, face: Box, allowed: tuple[Colour, ...]) -> Background:
    """Measure two strips beside the head, from the crop's top to the middle of the face: below are shoulders."""
    height = face.y + face.height / 2 - crop.y
    strip = 0.12 * crop.width
    left = Box(crop.x, crop.y, strip, height)
    right = Box(crop.x + crop.width - strip, crop.y, strip, height)
    lab = np.concatenate([_lab(cut(pixels, left)), _lab(cut(pixels, right))])
    median = np.median(lab, axis=0)
    wanted = np.array([_lab(np.array([[colour[::-1]]], np.uint8))[0] for colour in allowed])
    spread = np.linalg.norm(lab - median, axis=1)
    nearest = np.linalg.norm((wanted - median) * (0.5, 1, 1), axis=1).min()
    return Background(float(nearest), float(np.percentile(spread, 90)))


def _lab(pixels: Pixels) -> npt.NDArray[np.float32]:
    """Return rows of L 0 to 100, a, b; made small first, which takes the noise out."""
    small = cv2.resize(pixels, (16, 48), interpolation=cv2.INTER_AREA) if pixels.size > 3 else pixels
    lab: npt.NDArray[np.float32] = cv2.cvtColor(small.astype(np.float32) / 255, cv2.COLOR_BGR2LAB).astype(np.float32)
    return lab.reshape(-1, 3)
