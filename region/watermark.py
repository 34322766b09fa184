"""Writes purpose and date across a picture, into its pixels: whatever people view or print carries it."""

import math
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont, ImageOps

from region.paths import FONT

QUALITY, THUMBNAIL_QUALITY = 85, 75
THUMBNAIL_PX = 480
_LEAST_FONT_PX = 12
_TURN_DEG = 30
_DARK, _LIGHT = (60, 60, 60, 96), (255, 255, 255, 80)
"""Dark letters with a light edge are seen on paper and on a dark photograph alike."""


def watermarked(content: bytes, text: str, *, within_px: int = 0) -> bytes:
    """Return the picture as JPEG with the text across it, again and again.

    Args:
        within_px: the longer side it is made to fit in first; 0 for the picture's own size. The letters are drawn
            afterwards, so that they can be read on a thumbnail too.
    """
    with Image.open(BytesIO(content), formats=("JPEG", "PNG")) as image:
        if within_px:
            image.draft("RGB", (within_px, within_px))
        picture = image.convert("RGB")
    if within_px:
        picture = ImageOps.contain(picture, (min(within_px, max(picture.size)),) * 2, Image.Resampling.LANCZOS)
    font_px = round(min(max(picture.size) / 36, 1.2 * picture.width / max(1, len(text))))
    mark = _mark(text, max(_LEAST_FONT_PX, font_px))
    layer = _tiled(mark, picture.size)
    picture.paste(layer, (0, 0), layer)
    target = BytesIO()
    picture.save(target, "JPEG", quality=THUMBNAIL_QUALITY if within_px else QUALITY)
    return target.getvalue()


def _tiled(mark: Image.Image, size: tuple[int, int]) -> Image.Image:
    layer = Image.new("RGBA", size, (0, 0, 0, 0))
    step_x, step_y = mark.width + mark.height // 2, max(1, round(mark.height * 0.8))
    for row in range(math.ceil(size[1] / step_y) + 1):
        for column in range(math.ceil(size[0] / step_x) + 1):
            left = column * step_x - (row % 2) * step_x // 2
            layer.paste(mark, (left, row * step_y - step_y // 2), mark)
    return layer


@lru_cache(maxsize=64)
def _mark(text: str, font_px: int) -> Image.Image:
    font = ImageFont.truetype(str(FONT), font_px)
    left, top, right, bottom = font.getbbox(text, stroke_width=1)
    mark = Image.new("RGBA", (math.ceil(right - left) + 4, math.ceil(bottom - top) + 4), (0, 0, 0, 0))
    ImageDraw.Draw(mark).text((2 - left, 2 - top), text, font=font, fill=_DARK, stroke_width=1, stroke_fill=_LIGHT)
    return mark.rotate(_TURN_DEG, Image.Resampling.BICUBIC, expand=True)
