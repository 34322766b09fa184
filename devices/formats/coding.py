"""Codes a grey picture inside a finger record: raw, PNG, JPEG, JPEG 2000, WSQ.

WSQ needs the `wsq` package, which is not installed with Kaodian: its licence (CeCILL-C) is a choice of the region's.
"""

import io
import warnings
from enum import IntEnum
from importlib.util import find_spec

import numpy as np
from PIL import Image, UnidentifiedImageError

from devices.base import Pixels
from devices.errors import CaptureRejectedError, ConfigurationError

MOST_PIXELS = 4_000_000


class Coding(IntEnum):
    """ISO/IEC 19794-4:2011, table 9."""

    RAW = 0
    WSQ = 2
    JPEG = 3
    JPEG_2000_LOSSY = 4
    JPEG_2000_LOSSLESS = 5
    PNG = 6


_PILLOW = {Coding.JPEG: "JPEG", Coding.JPEG_2000_LOSSY: "JPEG2000", Coding.JPEG_2000_LOSSLESS: "JPEG2000"}
_FORMATS = {**_PILLOW, Coding.PNG: "PNG", Coding.WSQ: "WSQ"}


UNDECODABLE = (
    *(UnidentifiedImageError, OSError, ValueError, SyntaxError, RuntimeError, Image.DecompressionBombWarning),
    *(NameError, LookupError, TypeError),  # what the `wsq` package raises for a broken header
)


def has_wsq() -> bool:
    """Tell whether WSQ can be written and read here."""
    return find_spec("wsq") is not None


def coded(pixels: Pixels, coding: Coding) -> bytes:
    """Return the grey picture in this coding.

    Raises:
        ConfigurationError: WSQ is asked for and its package is not installed.
    """
    if coding is Coding.RAW:
        return pixels.tobytes()
    target = io.BytesIO()
    picture = Image.fromarray(np.ascontiguousarray(pixels))
    if coding is Coding.WSQ:
        _need_wsq()
        picture.save(target, "WSQ")  # the package knows one rate, about 12:1; the FBI's specification asks for 15:1
    elif coding is Coding.JPEG_2000_LOSSY:
        picture.save(target, "JPEG2000", no_jp2=False, quality_mode="rates", quality_layers=[10], irreversible=True)
    else:
        picture.save(target, _FORMATS[coding])
    return target.getvalue()


def decoded(content: bytes, coding: Coding, width_px: int, height_px: int) -> Pixels:
    """Return the picture, checked against the size that its record states.

    Raises:
        CaptureRejectedError: it cannot be decoded, or has another size.
        ConfigurationError: it is WSQ and the package is not installed.
    """
    if width_px * height_px > MOST_PIXELS:
        raise CaptureRejectedError(f"a picture of {width_px} × {height_px} is no print", "bad_record")
    if coding is Coding.RAW:
        if len(content) != width_px * height_px:
            raise CaptureRejectedError(f"{len(content)} bytes for {width_px} × {height_px} pixels", "bad_record")
        return np.frombuffer(content, dtype=np.uint8).reshape(height_px, width_px)
    if coding is Coding.WSQ:
        _need_wsq()
    pixels = opened(content, coding)
    if pixels.shape != (height_px, width_px):
        raise CaptureRejectedError(f"picture is {pixels.shape[::-1]}, record says {width_px, height_px}", "bad_record")
    return pixels


def opened(content: bytes, coding: Coding) -> Pixels:
    """Return the grey picture in coded bytes (not RAW, which has no size).

    Raises:
        CaptureRejectedError: it cannot be decoded, or is too large for a print.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=[_FORMATS[coding]]) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise CaptureRejectedError("the coded picture is too large for a print", "bad_record")
                return np.asarray(picture.convert("L"), dtype=np.uint8)
    except UNDECODABLE as error:
        raise CaptureRejectedError(f"the {coding.name} picture cannot be decoded", "bad_record") from error


def _need_wsq() -> None:
    """Make Pillow know WSQ.

    Raises:
        ConfigurationError: the package is not installed.
    """
    try:
        import wsq  # noqa: F401  # registers itself with Pillow
    except ImportError as error:
        raise ConfigurationError("WSQ needs the package `wsq`: pip install wsq (licence CeCILL-C)") from error
