"""The picture on the chip, as a file that a browser can show."""

import io

from PIL import Image

MOST_PIXELS = 4_000_000
"""The chip's picture has 102 × 126; the one that a document scanner hands out may be larger."""


def card_photo(content: bytes) -> bytes | None:
    """Return the picture as JPEG or PNG, None if it is none. A damaged picture is no reason to refuse a card.

    Services hand out JPEG, PNG or the bitmap that the licensed decoder makes; browsers are given no bitmap, because a
    page may not show what the evidence could not keep.
    """
    if not content:
        return None
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "BMP")) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                return None
            picture.load()
            if picture.format in ("JPEG", "PNG"):
                return content
            target = io.BytesIO()
            picture.convert("RGB").save(target, "PNG")
            return target.getvalue()
    except (OSError, ValueError, SyntaxError):  # Pillow's words for "no picture", "cut off" and "nonsense inside"
        return None
