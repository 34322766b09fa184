"""Tells one page from another, so that the one that still lies there is not taken twice."""

import cv2
import numpy as np

from devices.base import Pixels
from devices.quality.measures import to_grey

_GRID = (20, 28)
_SOFT = 2.5

SCALE = 1000
SAME_FROM = 0.965
"""Likeness of two pictures of one page: moved 0.985, in other light 0.97; of two like forms, filled in: 0.957."""


def page_look(page: Pixels) -> tuple[int, ...]:
    """Return how dark a flat page is in each of its fields, beside its neighbours; thousandths of a unit vector."""
    small = cv2.resize(to_grey(page), _GRID, interpolation=cv2.INTER_AREA).astype(np.float32)
    marks = (small - cv2.GaussianBlur(small, (0, 0), _SOFT))[1:-1, 1:-1]  # without light, and without the edges
    length = float(np.linalg.norm(marks))
    return tuple((SCALE * marks / max(1.0, length)).round().astype(int).ravel().tolist())


def likeness(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """Return how alike two looks are: 1 the same, 0 nothing in common."""
    return float(np.dot(one, other)) / SCALE**2
