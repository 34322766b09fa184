"""Draws the ridges of a finger that nobody has.

An orientation field is laid from the singular points of a fingerprint class (Sherlock and Monro's zero-pole model);
noise is then filtered again and again with Gabor filters along that field, and ridges with minutiae grow out of it, as
in SFinGe (Cappelli, Maio, Maltoni). The same identity always gives the same finger.
"""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from devices.base import Pixels

Field = npt.NDArray[np.float32]

FINGER_WIDTH_PX, FINGER_HEIGHT_PX = 320, 360
"""A little more than the sensor's window, at 500 ppi, so that a finger can lie a little beside its middle."""

SHIPPED = Path(__file__).with_name("prints")
DIRECTIONS = 24
GROWTH_ROUNDS = 14
UNEVENNESS_RAD = 0.07
ROUNDING = 0.02
CLASSES = ("left loop", "right loop", "whorl", "double loop", "arch", "tented arch")
FREQUENCY_OF_CLASSES = (0.34, 0.32, 0.2, 0.07, 0.04, 0.03)


@dataclass(frozen=True, slots=True)
class Shape:
    """Where the ridges of a finger turn, as complex numbers with y upwards and the finger about 2 wide."""

    cores: tuple[complex, ...]
    deltas: tuple[complex, ...]
    arch_height: float
    period_px: float


def seed_of(*parts: object) -> int:
    """Return the same number for the same parts, on every machine."""
    return int.from_bytes(hashlib.sha256("/".join(map(str, parts)).encode()).digest()[:8], "big")


def is_shipped(identity: str) -> bool:
    """Tell whether the finger lies ready on the disk and need not be grown."""
    return (SHIPPED / f"{identity}.png").is_file()


@lru_cache(maxsize=64)
def ridges(identity: str) -> Pixels:
    """Return the ridges of this finger, 360 × 320, 0 the middle of a ridge to 255 the middle of a valley.

    One of the shipped prints if there is one of that name; grown, in about half a second, if not.
    """
    if is_shipped(identity):
        picture = cv2.imread(str(SHIPPED / f"{identity}.png"), cv2.IMREAD_GRAYSCALE)
        if picture is not None:
            return picture.astype(np.uint8)
    return grow(identity)


def grow(identity: str) -> Pixels:
    """Return the ridges of this finger, grown from nothing; see `ridges`."""
    random = np.random.default_rng(seed_of("finger", identity))
    shape = _shape(random)
    directions = _directions(shape, random)
    half = directions[::2, ::2]
    ridge = random.standard_normal(half.shape).astype(np.float32) * 0.2
    for _ in range(GROWTH_ROUNDS):
        ridge = np.tanh(_along_ridges(ridge, half, shape.period_px / 2) * 1.6)
    ridge = cv2.resize(ridge, directions.shape[::-1], interpolation=cv2.INTER_CUBIC).astype(np.float32)
    ridge = np.tanh(_along_ridges(ridge, directions, shape.period_px) * 1.4)
    grey = 127.5 - 127.5 * ridge / max(float(np.abs(ridge).max()), 1e-6)
    return np.asarray(np.clip(grey, 0, 255), dtype=np.uint8)


def _shape(random: np.random.Generator) -> Shape:
    """Return singular points of a class drawn as often as among people."""
    kind = CLASSES[random.choice(len(CLASSES), p=FREQUENCY_OF_CLASSES)]
    x, y, spread, depth = random.uniform([-0.08, -0.02, 0.42, 0.62], [0.08, 0.18, 0.58, 0.8])
    core = complex(x, y)
    period_px, arch_height = random.uniform(8.2, 9.6), random.uniform(0.5, 0.8)
    points: dict[str, tuple[tuple[complex, ...], tuple[complex, ...]]] = {
        "left loop": ((core,), (core + complex(spread, -depth),)),
        "right loop": ((core,), (core + complex(-spread, -depth),)),
        "whorl": (
            (core + 0.06j, core - 0.16j),
            (core + complex(-spread - 0.1, -depth), core + complex(spread + 0.1, -depth)),
        ),
        "double loop": (
            (core + complex(-0.1, 0.12), core + complex(0.1, -0.14)),
            (core + complex(-spread - 0.15, -depth), core + complex(spread + 0.1, -depth)),
        ),
        "arch": ((), ()),
        "tented arch": ((core,), (core - complex(0, 0.4),)),
    }
    cores, deltas = points[kind]
    return Shape(cores, deltas, arch_height, period_px)


def _directions(shape: Shape, random: np.random.Generator) -> Field:
    """Return the direction of the ridges at each pixel, radians against the x axis, y upwards."""
    width, height = FINGER_WIDTH_PX, FINGER_HEIGHT_PX
    unit_px = width / 2
    rows, columns = np.mgrid[0:height, 0:width]
    place = (columns - width / 2) / unit_px + 1j * (height / 2 - rows) / unit_px
    turn = _unevenness(random, width, height)
    for core in shape.cores:
        turn += np.angle(place - core) / 2
    for delta in shape.deltas:
        turn -= np.angle(place - delta) / 2
    above = np.clip((place.imag + 1.0) / 2.0, 0, 1.2)
    arching = -np.arctan(shape.arch_height * above * np.sin(np.clip(place.real, -1, 1) * np.pi / 2) * 1.6)
    share = 1.0 if not shape.cores else 0.35
    doubled = np.exp(2j * (turn + share * arching))
    rounding = (0, 0), width * ROUNDING
    even_cos = cv2.GaussianBlur(doubled.real, *rounding)
    even_sin = cv2.GaussianBlur(doubled.imag, *rounding)
    return np.asarray(np.arctan2(even_sin, even_cos) / 2, dtype=np.float32)


def _unevenness(random: np.random.Generator, width: int, height: int) -> npt.NDArray[np.float64]:
    """Return a slow wandering of the direction, a few degrees each way: no finger follows a formula."""
    coarse = random.normal(0, UNEVENNESS_RAD, (6, 5))
    return np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC), dtype=np.float64)


def _along_ridges(ridge: Field, directions: Field, period_px: float) -> Field:
    """Return the picture filtered at each pixel along the ridges there."""
    turns = directions / np.pi * DIRECTIONS
    nearest = np.rint(turns).astype(np.int64) % DIRECTIONS
    result = np.empty_like(ridge)
    for step in range(DIRECTIONS):
        here = nearest == step
        if here.any():
            kernel = _gabor(step * np.pi / DIRECTIONS, period_px)
            result[here] = cv2.filter2D(ridge, cv2.CV_32F, kernel, borderType=cv2.BORDER_REFLECT)[here]
    return result


def _gabor(direction: float, period_px: float) -> Field:
    """Return a Gabor filter without mean for ridges of this direction (y upwards) and distance."""
    sigma = period_px * 0.42
    reach = int(np.ceil(2.5 * sigma))
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    across = x * np.sin(direction) + y * np.cos(direction)
    kernel = np.exp(-(x**2 + y**2) / (2 * sigma**2)) * np.cos(2 * np.pi * across / period_px)
    kernel -= kernel.mean()
    return np.asarray(kernel / np.abs(kernel).sum() * 2, dtype=np.float32)
