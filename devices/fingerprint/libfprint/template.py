"""What this driver keeps of a press for comparing: libfprint's own print, and the picture.

libfprint compares a stored print with a finger on the glass only, never two prints. So both are kept: the first press's
print is compared with the second press's picture.
"""

import struct
import zlib
from dataclasses import dataclass

import numpy as np

from devices.base import Pixels

MARK = b"KFP2"
HEAD = struct.Struct(">4sIHH")


@dataclass(frozen=True, slots=True)
class Template:
    """`made` is libfprint's serialised print (`FP3`), of `pixels`."""

    made: bytes
    pixels: Pixels

    def to_bytes(self) -> bytes:
        """Return it as one piece."""
        height, width = self.pixels.shape
        return HEAD.pack(MARK, len(self.made), width, height) + self.made + zlib.compress(self.pixels.tobytes())


def parse(template: bytes) -> Template | None:
    """Return the parts, None if it is of another kind of reader."""
    try:
        mark, size, width, height = HEAD.unpack_from(template)
        picture = zlib.decompress(template[HEAD.size + size :]) if mark == MARK else b""
        pixels = np.frombuffer(picture, dtype=np.uint8).reshape(height, width)
    except (struct.error, zlib.error, ValueError):
        return None
    return Template(template[HEAD.size : HEAD.size + size], pixels) if mark == MARK else None
