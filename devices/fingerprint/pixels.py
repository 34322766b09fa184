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
    return _grey(packed).reshape(size.height_px, size.width_px)


class GrowingPicture:
    """A picture whose packets are still coming in.

    How large it is, is certain with the last packet only. Until then it is taken to be as large as the sensor's
    picture before it.
    """

    def __init__(self, expected_bytes: int = max(GEOMETRY_OF_BYTES)) -> None:
        self._packed = bytearray()
        self._expected_bytes = expected_bytes
        self._pixels = _white(GEOMETRY_OF_BYTES[expected_bytes])

    def add(self, packed: bytes) -> None:
        """Take what one packet brought."""
        self._packed += packed
        if len(self._packed) > self._expected_bytes:
            larger = [size for size in sorted(GEOMETRY_OF_BYTES) if size >= len(self._packed)]
            self._expected_bytes = larger[0] if larger else max(GEOMETRY_OF_BYTES)
            self._pixels = _white(GEOMETRY_OF_BYTES[self._expected_bytes])

    @property
    def packed(self) -> bytes:
        """What has come in."""
        return bytes(self._packed)

    @property
    def rows(self) -> int:
        """How many rows the whole has."""
        return len(self._pixels)

    @property
    def rows_done(self) -> int:
        """How many rows are there from end to end."""
        bytes_a_row: int = self._pixels.shape[1] // 2
        return min(len(self._packed) // bytes_a_row, self.rows)

    def pixels(self) -> Pixels:
        """Return the whole as it is now, what has not come white."""
        width, done = self._pixels.shape[1], self.rows_done
        grown = self._pixels.copy()
        grown[:done] = _grey(bytes(self._packed[: done * width // 2])).reshape(done, width)
        return grown


def pack(pixels: Pixels) -> bytes:
    """Return 8-bit grey as a sensor sends it: the high four bits of two pixels in a byte."""
    flat = pixels.reshape(-1) >> 4
    return bytes((flat[0::2] << 4 | flat[1::2]).tobytes())


def _grey(packed: bytes) -> Pixels:
    pairs = np.frombuffer(packed, dtype=np.uint8)
    return np.stack([(pairs >> 4) * 17, (pairs & 0x0F) * 17], axis=1).astype(np.uint8).reshape(-1)


def _white(size: Geometry) -> Pixels:
    return np.full((size.height_px, size.width_px), 255, dtype=np.uint8)
