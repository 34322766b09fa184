"""ISO/IEC 19794-2:2005 finger minutiae records, one finger each: what this venue compares, for others to read."""

import struct

import numpy as np

from devices.errors import CaptureRejectedError
from devices.formats.fields import Fields
from devices.matching.minutiae import Minutiae

FORMAT, VERSION = b"FMR\x00", b" 20\x00"
PIXELS_PER_CM = 197
ANGLE_UNITS = 256
HIGHEST_PLACE = 0x3FFF
HEADER_BYTES = 24


def write_minutiae(minutiae: Minutiae, position: int, quality: int) -> bytes:
    """Return the record of one print; `position` as in ISO records, `quality` 0 to 100."""
    angles = np.rint(minutiae.angle / (2 * np.pi) * ANGLE_UNITS).astype(int) % ANGLE_UNITS
    rows = zip(minutiae.kind, minutiae.x, minutiae.y, angles, minutiae.quality, strict=True)
    body = b"".join(
        struct.pack(">HHBB", int(kind) << 14 | round(x), round(y), int(angle), int(sure))
        for kind, x, y, angle, sure in rows
    )
    view = struct.pack(">BBBB", position, 0, quality, len(minutiae)) + body + struct.pack(">H", 0)
    size = (minutiae.width_px, minutiae.height_px, PIXELS_PER_CM, PIXELS_PER_CM)
    return struct.pack(">4s4sIH4HBB", FORMAT, VERSION, HEADER_BYTES + len(view), 0, *size, 1, 0) + view


def read_minutiae(content: bytes) -> Minutiae:
    """Return the minutiae of a record of one print at 500 ppi.

    Raises:
        CaptureRejectedError: it is no such record (`bad_record`).
    """
    fields = Fields(content)
    if fields.take(4, "format") != FORMAT or fields.take(4, "version") != VERSION:
        raise CaptureRejectedError("this is no ISO/IEC 19794-2:2005 record", "bad_record")
    length, _device, width_px, height_px, across, down, views, _ = fields.unpack("IH4HBB", "header")
    if length != len(content) or views != 1 or {across, down} != {PIXELS_PER_CM}:
        raise CaptureRejectedError(f"{length} bytes, {views} views, {across} × {down} a cm", "bad_record")
    *_, count = fields.unpack("BBBB", "view")
    rows = np.frombuffer(fields.take(6 * count, "minutiae"), dtype=np.dtype(">u2,>u2,u1,u1"))
    return Minutiae(
        x=(rows["f0"] & HIGHEST_PLACE).astype(np.float64),
        y=(rows["f1"] & HIGHEST_PLACE).astype(np.float64),
        angle=rows["f2"].astype(np.float64) * (2 * np.pi / ANGLE_UNITS),
        kind=(rows["f0"] >> 14).astype(np.uint8),
        quality=rows["f3"].astype(np.uint8),
        width_px=width_px,
        height_px=height_px,
    )
