"""Writes JPEGs of a wanted number of bytes, and takes apart those we are given."""

from collections.abc import Callable
from io import BytesIO

import cv2
import numpy as np
from PIL import Image

from devices.base import Pixels
from devices.errors import CaptureRejectedError

# A rule that says "20 to 40 KB" may count 1000 or 1024 bytes; these limits satisfy both.
_LEAST_BYTES_A_KB, _MOST_BYTES_A_KB = 1024, 1000

_LOWEST_QUALITY, _HIGHEST_QUALITY = 30, 97

_COMMENT, _START_OF_SCAN, _END = 0xFE, 0xDA, 0xD9
_RESTARTS = 0xD0, 0xD7
_APP0, _APP2, _APP14 = 0xE0, 0xE2, 0xEE


def bytes_allowed(min_kb: int, max_kb: int) -> tuple[int, int]:
    """Return the smallest and largest number of bytes that satisfy the rule however it counts."""
    return min_kb * _LEAST_BYTES_A_KB, max_kb * _MOST_BYTES_A_KB


def encode_jpeg(pixels: Pixels, min_kb: int, max_kb: int, dpi: int) -> bytes:
    """Return a BGR or grey picture as JPEG between two sizes, in the best quality that fits, with dpi and no EXIF.

    A picture too plain to reach `min_kb` is filled up with a comment, which changes no pixel.

    Raises:
        CaptureRejectedError: `cannot_fit`, it is larger than `max_kb` even at quality 30.
    """
    least, most = bytes_allowed(min_kb, max_kb)
    image = Image.fromarray(pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB))

    def encode(quality: int) -> bytes:
        target = BytesIO()
        image.save(target, "JPEG", quality=quality, dpi=(dpi, dpi), optimize=True)
        return target.getvalue()

    found = best_quality(encode, most, _LOWEST_QUALITY, _HIGHEST_QUALITY)
    if found is None:
        raise CaptureRejectedError(f"the picture does not fit in {max_kb} KB", "cannot_fit")
    return padded(found[1], least)


def best_quality(encode: Callable[[int], bytes], most_bytes: int, low: int, high: int) -> tuple[int, bytes] | None:
    """Bisect for the highest quality from `low` to `high` whose bytes fit; None if not even the lowest does."""
    best: tuple[int, bytes] | None = None
    while low <= high:
        middle = (low + high + 1) // 2
        content = encode(middle)
        if len(content) <= most_bytes:
            best, low = (middle, content), middle + 1
        else:
            high = middle - 1
    return best


def padded(jpeg: bytes, least_bytes: int) -> bytes:
    """Return the same picture with comments of zeros after the first marker until it has `least_bytes`."""
    missing = least_bytes - len(jpeg)
    filling = b""
    while len(filling) < missing:
        length = min(0xFFFF, max(2, missing - len(filling) - 2))
        filling += bytes((0xFF, _COMMENT)) + length.to_bytes(2, "big") + bytes(length - 2)
    after_app0 = _first_place_after_app0(jpeg)
    return jpeg[:after_app0] + filling + jpeg[after_app0:]


def _first_place_after_app0(jpeg: bytes) -> int:
    """Readers expect the JFIF header right behind the start marker, so the filling goes behind that."""
    if jpeg[2:4] == bytes((0xFF, _APP0)):
        return 4 + int.from_bytes(jpeg[4:6], "big")
    return 2


def without_metadata(jpeg: bytes) -> bytes | None:
    """Return the same coded picture without EXIF, comments, previews or anything after its end.

    The JFIF header, colour profile and Adobe marker stay: they say how to read the pixels. None if the file is laid
    out in a way we do not follow; it is then decoded and written anew.
    """
    kept, place = [jpeg[:2]], 2
    while place + 4 <= len(jpeg) and jpeg[place] == 0xFF:
        marker = jpeg[place + 1]
        if marker == 0xFF:  # a fill byte
            place += 1
            continue
        end = place + 2 + int.from_bytes(jpeg[place + 2 : place + 4], "big")
        if marker == _START_OF_SCAN:
            last = _end_of_picture(jpeg, place)
            return b"".join((*kept, jpeg[place:last])) if last else None
        if _says_how_to_read(marker, jpeg[place + 4 : end]):
            kept.append(jpeg[place:end])
        place = end
    return None


def _end_of_picture(jpeg: bytes, place: int) -> int | None:
    """Return where the picture ends that is in its first scan; what stands behind it may be anything, also its like.

    Coded pixels hold no marker but restarts: a 0xFF among them is followed by 0. Between scans stand segments.
    """
    while 0 <= place < len(jpeg) - 1:
        marker = jpeg[place + 1]
        if marker == _END:
            return place + 2
        if _RESTARTS[0] <= marker <= _RESTARTS[1] or marker in (0, 0xFF):
            place += 1 if marker == 0xFF else 2
        else:
            place += 2 + int.from_bytes(jpeg[place + 2 : place + 4], "big")
        place = jpeg.find(b"\xff", place)
    return None


def _says_how_to_read(marker: int, body: bytes) -> bool:
    is_application = 0xE0 <= marker <= 0xEF
    if not is_application:
        return marker != _COMMENT
    is_profile = marker == _APP2 and body.startswith(b"ICC_PROFILE\0")
    return is_profile or marker == _APP14 or (marker == _APP0 and body.startswith(b"JFIF\0"))


def encode_page(pixels: Pixels, quality: int, small: bool) -> bytes:
    """Return a BGR picture as JPEG; `small` takes five times as long and gives 4 to 17 more points of quality."""
    options = [cv2.IMWRITE_JPEG_QUALITY, quality]
    if small:
        options += [cv2.IMWRITE_JPEG_OPTIMIZE, 1, cv2.IMWRITE_JPEG_PROGRESSIVE, 1]
    is_encoded, content = cv2.imencode(".jpg", np.ascontiguousarray(pixels), options)
    if not is_encoded:
        raise CaptureRejectedError("the picture could not be written as JPEG", "unreadable")
    return content.tobytes()
