"""What simulated candidates bring: signatures, pictures of papers, a phone's picture."""

import functools
import io
import json
import math
import time
from random import Random

from PIL import Image, ImageDraw, ImageFilter

PAD_WIDTH_PX, PAD_HEIGHT_PX = 960, 320
POINT_EVERY_MS = 16
PHONE_PX = (4000, 3000)


def signature(random: Random) -> str:
    """Return what the pad sends for a name: several strokes, with pressure and a hand's pauses."""
    clock_ms = time.time() * 1000
    strokes = []
    for number in range(random.randint(4, 9)):
        left, top = 80 + number * 85 + random.uniform(-20, 20), random.uniform(60, 160)
        turn, length_px = random.uniform(-1.2, 1.6), random.uniform(60, 150)
        points = []
        for step in range(random.randint(12, 24)):
            share = step / 24
            x = left + length_px * share * math.cos(turn) + 6 * math.sin(5 * share)
            y = top + length_px * share * math.sin(turn) + 9 * math.sin(3 * share)
            points.append(
                _point(
                    x, min(max(y, 10), PAD_HEIGHT_PX - 10), 0.25 + 0.5 * math.sin(math.pi * (share + 0.05)), clock_ms
                )
            )
            clock_ms += POINT_EVERY_MS
        strokes.append(points)
        clock_ms += random.uniform(90, 260)
    return _pad(strokes)


def dot() -> str:
    """Return what the pad sends for a slip of the finger."""
    return _pad([[_point(300, 160, 0.5, time.time() * 1000)]])


@functools.cache
def paper(number: int) -> bytes:
    """Return a scan of a paper, as JPEG."""
    return _jpeg(_page(Random(number), (1240, 1754)), 80)


@functools.cache
def phone_picture() -> bytes:
    """Return a picture of a paper as a phone takes it: twelve million pixels and some megabytes of JPEG."""
    page = _page(Random("phone"), (PHONE_PX[1], PHONE_PX[0])).rotate(90, expand=True)
    noise = Image.effect_noise(PHONE_PX, 18).convert("RGB").filter(ImageFilter.GaussianBlur(0.6))
    return _jpeg(Image.blend(page, noise, 0.12), 88)


def _page(random: Random, size: tuple[int, int]) -> Image.Image:
    page = Image.new("RGB", size, (238, 236, 228))
    brush = ImageDraw.Draw(page)
    line_px = size[1] // 40
    for row in range(4, 34):
        x = size[0] // 10
        while x < size[0] * 0.85:
            word_px = random.randint(line_px // 2, line_px * 3)
            brush.rectangle((x, row * line_px, x + word_px, row * line_px + line_px // 2), fill=(40, 40, 48))
            x += word_px + line_px // 2
    brush.ellipse((size[0] * 0.6, size[1] * 0.7, size[0] * 0.85, size[1] * 0.88), outline=(190, 30, 40), width=8)
    return page


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=quality)
    return target.getvalue()


def _point(x: float, y: float, pressure: float, time_ms: float) -> dict[str, float]:
    return {"x": round(x, 2), "y": round(y, 2), "pressure": round(pressure, 3), "time": round(time_ms)}


def _pad(strokes: list[list[dict[str, float]]]) -> str:
    return json.dumps({"width": PAD_WIDTH_PX, "height": PAD_HEIGHT_PX, "strokes": strokes})
