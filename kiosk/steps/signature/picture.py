"""Draws the signature from its points, so that picture and points cannot disagree."""

import io

from PIL import Image, ImageDraw

from kiosk.steps.signature.strokes import Drawing, Point

WIDTH_PX = 1200
FINER = 2
"""Drawn so many times larger and made smaller again: Pillow's lines have hard edges."""
THIN_PX, THICK_PX = 1.4, 4.6
"""Width of the ink without and with full pressure, in pixels of the paper."""


def draw_png(drawing: Drawing) -> bytes:
    """Return the drawing as a PNG, black on white, 1200 px wide; pressure makes the line thicker."""
    scale = FINER * WIDTH_PX / drawing.width_px
    # A paper far taller than wide would be no pad of ours; the picture is cut, the points stay.
    height_px = min(round(drawing.height_px * scale), 2 * FINER * WIDTH_PX)
    picture = Image.new("L", (FINER * WIDTH_PX, height_px), 255)
    brush = ImageDraw.Draw(picture)
    for stroke in drawing.strokes:
        _draw_stroke(brush, stroke, scale)
    small = picture.resize((WIDTH_PX, max(1, height_px // FINER)), Image.Resampling.LANCZOS)
    target = io.BytesIO()
    small.save(target, "PNG", optimize=True)
    return target.getvalue()


def _draw_stroke(brush: ImageDraw.ImageDraw, stroke: tuple[Point, ...], scale: float) -> None:
    before = stroke[0]
    for point in stroke:
        width = scale * (THIN_PX + (THICK_PX - THIN_PX) * (before.pressure + point.pressure) / 2)
        x, y, radius = point.x * scale, point.y * scale, width / 2
        brush.line((before.x * scale, before.y * scale, x, y), fill=0, width=round(width))
        brush.ellipse((x - radius, y - radius, x + radius, y + radius), fill=0)
        before = point
