"""Files that are not what they say: for every place that takes pictures."""

import struct
import zlib
from collections.abc import Callable
from io import BytesIO

import numpy as np
from PIL import Image

from tests.support.pages import coded, page


def noise(width: int, height: int) -> Image.Image:
    """Return a picture that cannot be made small."""
    return Image.fromarray(np.random.default_rng(5).integers(0, 256, (height, width, 3), np.uint8))


def bomb(side: int = 20_000) -> bytes:
    """Return a PNG of some kilobytes that unpacks to gigabytes."""
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    packer = zlib.compressobj(9)
    row = bytes(1 + 3 * side)
    body = b"".join(packer.compress(row) for _row in range(200)) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def moving() -> bytes:
    """Return an animated PNG."""
    target = BytesIO()
    page(300, 400).save(target, "PNG", save_all=True, append_images=[page(300, 400).rotate(180)])
    return target.getvalue()


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


HOSTILE: tuple[tuple[str, Callable[[], bytes]], ...] = (
    ("not_a_picture", lambda: b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
    ("not_a_picture", lambda: b"<!doctype html><script>alert(1)</script>"),
    ("not_a_picture", lambda: b""),
    ("not_a_picture", lambda: bytes(4096)),
    ("wrong_type", lambda: coded(page(300, 400), "GIF")),
    ("wrong_type", lambda: coded(page(300, 400), "WEBP")),
    ("wrong_type", lambda: coded(page(300, 400), "TIFF")),
    ("wrong_type", lambda: b"%PDF-1.7\n" + coded(page(300, 400))),
    ("wrong_type", lambda: b"PK\x03\x04" + coded(page(300, 400))),
    ("truncated", lambda: coded(page())[:20_000]),
    ("truncated", lambda: b"\xff\xd8\xff\xe0"),
    ("animated", moving),
    ("too_many_pixels", bomb),
    ("too_small", lambda: coded(page(90, 120))),
    ("too_big", lambda: coded(page()) + bytes(16_000_000)),
)
"""Code by which each is refused, and what makes it; names and announced types are left to the test."""
