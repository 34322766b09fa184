"""What wrong settings and bad cables make of a picture, for the demo camera."""

import cv2
import numpy as np

from devices.base import Pixels

TINY = (160, 120)
LARGE = (3840, 2160)
_NO_BYTES = (0, 135, 0)
"""A YUV picture of zeros: what most cameras show when half of the transfer is lost."""


def spoilt(pixels: Pixels, fault: str) -> Pixels:
    """Return the picture as it arrives with this fault; the very same for a fault that is not the picture's."""
    if fault == "green":
        return np.full_like(pixels, _NO_BYTES)
    if fault == "sideways":
        return np.ascontiguousarray(np.rot90(pixels))
    if fault in ("tiny", "slow_4k"):
        size, method = (TINY, cv2.INTER_AREA) if fault == "tiny" else (LARGE, cv2.INTER_LINEAR)
        return cv2.resize(pixels, size, interpolation=method).astype(np.uint8)
    return pixels
