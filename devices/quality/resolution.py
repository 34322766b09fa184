"""Brings prints to the resolution that every measure and format of them expects."""

import cv2
import numpy as np

from devices.base import Pixels

NATIVE_PPI = 500


def at_native(pixels: Pixels, ppi: int) -> Pixels:
    """Return the print at 500 ppi; one that is has its very pixels."""
    if ppi == NATIVE_PPI:
        return pixels
    scale = NATIVE_PPI / ppi
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=way).astype(np.uint8)
