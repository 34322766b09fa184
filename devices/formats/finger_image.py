"""ISO/IEC 19794-4:2011 finger image records: one finger, one or more representations.

Field order and sizes: tables 2 to 9 of the standard, as MOSIP's bio-utils and NIST's BIOMDI read them.
"""

import struct
from dataclasses import dataclass
from datetime import UTC, datetime

from devices.base import Pixels
from devices.errors import CaptureRejectedError
from devices.formats.coding import Coding, coded, decoded
from devices.formats.fields import Fields

FORMAT, VERSION = b"FIR\x00", b"020\x00"
GENERAL_BYTES = 16
PER_INCH, PER_CM = 1, 2
LIVE_SCAN_PLAIN = 0
NO_VENDOR = 0
NOT_KNOWN_SCORE = 255
CM_PER_INCH = 2.54


@dataclass(frozen=True, slots=True)
class Quality:
    """A quality score, 0 to 100 (255: could not be computed), and whose measure it is (IBIA's numbers, 0 unnamed)."""

    score: int
    vendor: int = NO_VENDOR
    algorithm: int = 0


@dataclass(frozen=True, slots=True)
class FingerImage:
    """One picture of one finger.

    Attributes:
        position: 0 unknown, 1 right thumb … 10 left little; see positions.py.
        taken_at: aware UTC, None where the record does not say.
        qualities: as the record has them; a device's own score is recorded, not trusted.
    """

    pixels: Pixels
    position: int
    resolution_ppi: int
    taken_at: datetime | None
    qualities: tuple[Quality, ...] = ()
    impression: int = LIVE_SCAN_PLAIN
    coding: Coding = Coding.PNG


def write_record(image: FingerImage) -> bytes:
    """Return the record of one picture, coded as `image.coding` says.

    Raises:
        ConfigurationError: WSQ is asked for and its package is not installed.
    """
    height_px, width_px = image.pixels.shape
    content = coded(image.pixels, image.coding)
    rate = image.resolution_ppi
    head = _date(image.taken_at) + struct.pack(">BHH", 0, 0, 0) + bytes([len(image.qualities)])
    head += b"".join(struct.pack(">BHH", one.score, one.vendor, one.algorithm) for one in image.qualities)
    head += struct.pack(">BBB4H", image.position, 0, PER_INCH, rate, rate, rate, rate)
    head += struct.pack(">BBBHH", 8, image.coding, image.impression, width_px, height_px)
    body = head + struct.pack(">I", len(content)) + content
    representation = struct.pack(">I", len(body) + 4) + body
    general = struct.pack(">4s4sIHBB", FORMAT, VERSION, GENERAL_BYTES + len(representation), 1, 0, 1)
    return general + representation


def read_record(content: bytes) -> tuple[FingerImage, ...]:
    """Return the pictures of a record.

    Raises:
        CaptureRejectedError: it is no such record, is cut short, or a picture cannot be decoded (`bad_record`).
        ConfigurationError: a picture is WSQ and its package is not installed.
    """
    fields = Fields(content)
    if fields.take(4, "format") != FORMAT or fields.take(4, "version") != VERSION:
        raise CaptureRejectedError("this is no ISO/IEC 19794-4:2011 record", "bad_record")
    length, count, is_certified, _fingers = fields.unpack("IHBB", "general header")
    if length != len(content) or not count:
        raise CaptureRejectedError(f"record says {length} bytes, {count} pictures; has {len(content)}", "bad_record")
    images = []
    for _ in range(count):
        size = fields.number(4, "representation length")
        images.append(_representation(Fields(fields.take(size - 4 if size > 4 else 0, "representation")), is_certified))
    return tuple(images)


def _representation(fields: Fields, is_certified: int) -> FingerImage:
    taken_at = _read_date(fields)
    fields.take(5, "device")
    qualities = tuple(Quality(*fields.unpack("BHH", "quality")) for _ in range(fields.number(1, "quality count")))
    if is_certified:
        fields.take(3 * fields.number(1, "certification count"), "certification")
    position, _number, unit = fields.unpack("BBB", "position")
    _scan_x, _scan_y, rate, rate_down = fields.unpack("4H", "sampling rates")
    depth, code, impression, width_px, height_px = fields.unpack("BBBHH", "picture header")
    if depth != 8 or rate != rate_down or unit not in (PER_INCH, PER_CM) or code not in set(Coding):
        raise CaptureRejectedError(f"depth {depth}, coding {code}, rates {rate} {rate_down}, unit {unit}", "bad_record")
    coding = Coding(code)
    pixels = decoded(fields.take(fields.number(4, "picture length"), "picture"), coding, width_px, height_px)
    ppi = rate if unit == PER_INCH else round(rate * CM_PER_INCH)
    return FingerImage(pixels, position, ppi, taken_at, qualities, impression, coding)


def _date(taken_at: datetime | None) -> bytes:
    if taken_at is None:
        return b"\xff" * 9  # the standard's word for a date that is not known
    at = taken_at.astimezone(UTC)
    clock = (at.year, at.month, at.day, at.hour, at.minute, at.second, at.microsecond // 1000)
    return struct.pack(">HBBBBBH", *clock)


def _read_date(fields: Fields) -> datetime | None:
    year, month, day, hour, minute, second, milliseconds = fields.unpack("HBBBBBH", "capture date")
    try:
        return datetime(year, month, day, hour, minute, second, milliseconds * 1000, tzinfo=UTC)
    except ValueError:  # unknown, or nonsense: a wrong clock on a device is no reason to lose a print
        return None
