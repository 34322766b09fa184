"""Hair, in two layers: what hangs behind the head, and what lies over the forehead."""

from devices.camera.looks import Colour, Look
from devices.camera.painter import Painter, Point, darker, mirrored

SHADE: Colour = (70, 44, 40)

FACE_OUTLINE = mirrored(
    [(0.0, -0.74), (0.26, -0.72), (0.44, -0.52), (0.505, -0.20), (0.50, 0.08), (0.485, 0.32), (0.42, 0.58)]
    + [(0.27, 0.79), (0.12, 0.87), (0.0, 0.88)]
)

# Right halves, from the top down.
_BEHIND = {
    "long": [(0.14, -0.98), (0.45, -0.9), (0.68, -0.4), (0.70, 0.4), (0.74, 1.1), (0.4, 1.35)],
    "bob": [(0.14, -0.98), (0.46, -0.9), (0.68, -0.35), (0.70, 0.3), (0.62, 0.66), (0.4, 0.7)],
    "bun": [(0.14, -0.95), (0.4, -0.88), (0.57, -0.4), (0.54, 0.0), (0.4, 0.2)],
}

# From the left ear over the top to the right ear: first the outer edge, then the hairline back.
_OUTER = {
    "short": [(-0.56, 0.02), (-0.60, -0.45), (-0.44, -0.86), (0.0, -0.98), (0.44, -0.86), (0.60, -0.45), (0.56, 0.02)],
    "parted": [
        (-0.56, 0.04),
        (-0.60, -0.42),
        (-0.46, -0.84),
        (-0.05, -1.0),
        (0.42, -0.90),
        (0.60, -0.45),
        (0.56, 0.04),
    ],
    "thin": [(-0.55, 0.04), (-0.58, -0.30), (-0.46, -0.70), (0.0, -0.84), (0.46, -0.70), (0.58, -0.30), (0.55, 0.04)],
    "bob": [(-0.60, 0.3), (-0.62, -0.4), (-0.44, -0.86), (0.0, -0.98), (0.44, -0.86), (0.62, -0.4), (0.60, 0.3)],
    "long": [(-0.62, 0.4), (-0.62, -0.4), (-0.44, -0.86), (0.0, -0.98), (0.44, -0.86), (0.62, -0.4), (0.62, 0.4)],
    "bun": [(-0.54, 0.0), (-0.57, -0.4), (-0.42, -0.84), (0.0, -0.95), (0.42, -0.84), (0.57, -0.4), (0.54, 0.0)],
}
_HAIRLINE = {
    "short": [
        (0.50, -0.14),
        (0.46, -0.36),
        (0.26, -0.50),
        (-0.02, -0.46),
        (-0.26, -0.52),
        (-0.46, -0.36),
        (-0.50, -0.14),
    ],
    "parted": [(0.50, -0.16), (0.44, -0.40), (0.10, -0.44), (-0.22, -0.66), (-0.44, -0.42), (-0.50, -0.16)],
    "thin": [(0.50, -0.18), (0.42, -0.56), (0.0, -0.74), (-0.42, -0.56), (-0.50, -0.18)],
    "bob": [(0.50, 0.1), (0.47, -0.20), (0.40, -0.33), (0.0, -0.36), (-0.40, -0.33), (-0.47, -0.20), (-0.50, 0.1)],
    "long": [(0.52, 0.2), (0.47, -0.2), (0.25, -0.55), (0.0, -0.72), (-0.25, -0.55), (-0.47, -0.2), (-0.52, 0.2)],
    "bun": [(0.49, -0.2), (0.42, -0.46), (0.15, -0.58), (-0.15, -0.58), (-0.42, -0.46), (-0.49, -0.2)],
}


def paint_hair_behind(painter: Painter, look: Look) -> None:
    """Paint what the head and the shoulders cover."""
    if look.hair == "bun":
        painter.paint(painter.oval((0, -1.02), (0.24, 0.17)), look.hair_colour, solid=True)
    if look.hair in _BEHIND:
        _paint(painter, look, mirrored(_BEHIND[look.hair]))


def paint_hair_in_front(painter: Painter, look: Look) -> None:
    """Paint what lies on the head, and its shadow on the forehead."""
    outline = _OUTER[look.hair] + _HAIRLINE[look.hair]
    shadow = painter.shape([(x * 0.97, y + 0.06) for x, y in outline], 0.03)
    painter.paint(shadow * painter.shape(FACE_OUTLINE), SHADE, 0.30)
    _paint(painter, look, outline)


def _paint(painter: Painter, look: Look, outline: list[Point]) -> None:
    mask = painter.shape(outline, 0.006)
    painter.paint(mask, look.hair_colour, solid=True)
    shine = painter.shape([(-0.42, -0.62), (-0.2, -0.86), (0.12, -0.88), (-0.1, -0.78), (-0.3, -0.55)], 0.05)
    painter.paint(mask * shine, darker(look.hair_colour, 1.9), 0.45)
