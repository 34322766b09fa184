"""Reads the pictures that a page of the station brings."""

from io import BytesIO

import cv2
import numpy as np
from PIL import Image, UnidentifiedImageError

from devices.base import Pixels
from devices.errors import CaptureRejectedError

MOST_PIXELS = 24_000_000
LEAST_SIDE_PX = 64


def read_picture(content: bytes) -> Pixels:
    """Return a JPEG or PNG as BGR; its size is looked at before anything is unpacked.

    Raises:
        CaptureRejectedError: `not_a_picture`, `too_small` or `too_many_pixels`.
    """
    try:
        with Image.open(BytesIO(content), formats=("JPEG", "PNG")) as image:
            width_px, height_px = image.size
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
        raise CaptureRejectedError("these bytes are no picture", "not_a_picture") from error
    if min(width_px, height_px) < LEAST_SIDE_PX:
        raise CaptureRejectedError(f"a picture of {width_px} x {height_px}", "too_small")
    if width_px * height_px > MOST_PIXELS:
        raise CaptureRejectedError(f"a picture of {width_px} x {height_px}", "too_many_pixels")
    pixels = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)
    if pixels is None:
        raise CaptureRejectedError("the picture is damaged", "not_a_picture")
    return np.asarray(pixels, np.uint8)
