"""Turns the sensor's packed picture into ordinary grey pixels."""

from dataclasses import dataclass

import numpy as np

from devices.base import Pixels
from devices.errors import NotRespondingError


@dataclass(frozen=True, slots=True)
class Geometry:
    """Size of a sensor's window."""

    width_px: int
    height_px: int
    resolution_ppi: int


GEOMETRY_OF_BYTES = {
    36_864: Geometry(256, 288, 500),  # ZFM-20, R30x
    18_432: Geometry(192, 192, 508),  # R503
}
"""The sensor does not say how large its picture is; the number of bytes tells."""


def geometry(packed: bytes | bytearray) -> Geometry:
    """Return how large the picture is.

    Raises:
        NotRespondingError: no known sensor sends as many bytes; some were lost.
    """
    if len(packed) not in GEOMETRY_OF_BYTES:
        raise NotRespondingError(f"picture has {len(packed)} bytes, expected one of {sorted(GEOMETRY_OF_BYTES)}")
    return GEOMETRY_OF_BYTES[len(packed)]


def unpack(packed: bytes) -> Pixels:
    """Return the picture as 8-bit grey, rows × columns, 0 black to 255 white.

    Args:
        packed: two pixels a byte, left pixel in the high four bits.

    Raises:
        NotRespondingError: as `geometry`.

    Source: pyfingerprint 1.5, `downloadImage` (each 4-bit value times 17).

    >>> unpack(bytes([0xF0]) * 36_864)[0, :2].tolist()
    [255, 0]
    """
    size = geometry(packed)
    pairs = np.frombuffer(packed, dtype=np.uint8)
    pixels = np.empty((pairs.size, 2), dtype=np.uint8)
    pixels[:, 0] = (pairs >> 4) * 17
    pixels[:, 1] = (pairs & 0x0F) * 17
    return pixels.reshape(size.height_px, size.width_px)


def pack(pixels: Pixels) -> bytes:
    """Return 8-bit grey as a sensor sends it: the high four bits of two pixels in a byte."""
    flat = pixels.reshape(-1) >> 4
    return bytes((flat[0::2] << 4 | flat[1::2]).tobytes())
