"""The parts of a drawn person, painted from the back to the front."""

import numpy as np

from devices.camera.hair import FACE_OUTLINE, SHADE, paint_hair_behind, paint_hair_in_front
from devices.camera.looks import Colour, Look
from devices.camera.painter import Painter, darker, mirrored


def paint_person(painter: Painter, look: Look) -> None:
    """Paint everything."""
    paint_hair_behind(painter, look)
    _body(painter, look)
    _head(painter, look)
    for side in (-1, 1):
        _eye(painter, look, side)
    _nose(painter)
    _mouth(painter, look)
    paint_hair_in_front(painter, look)
    if look.glasses:
        _glasses(painter)


def _body(painter: Painter, look: Look) -> None:
    neck = painter.shape(mirrored([(0.0, 0.3), (0.30, 0.4), (0.30, 0.95), (0.42, 1.25), (0.0, 1.5)]), 0.01)
    painter.paint(neck, darker(look.skin, 0.88), solid=True)
    painter.paint(neck * painter.oval((0.04, 0.72), (0.42, 0.34), 0.08), SHADE, 0.42)
    coat = painter.shape(
        mirrored([(0.0, 1.12), (0.33, 1.06), (0.62, 1.22), (1.08, 1.36), (1.24, 1.6), (1.3, 2.6), (0.0, 2.8)]), 0.008
    )
    collar = painter.shape([(-0.36, 1.02), (0.36, 1.02), (0.26, 1.5), (0.0, 1.9), (-0.26, 1.5)], 0.006)
    opening = painter.shape([(-0.25, 1.0), (0.25, 1.0), (0.10, 1.2), (0.0, 1.34), (-0.10, 1.2)], 0.01)
    painter.paint(coat, look.coat, solid=True)
    painter.paint(collar, look.shirt, solid=True)
    painter.paint(opening * neck, darker(look.skin, 0.86))
    for side in (-1, 1):
        flap = [(side * 0.34, 1.0), (side * 0.42, 1.12), (side * 0.24, 1.42), (side * 0.03, 1.3), (side * 0.22, 1.16)]
        painter.paint(painter.shape(flap, 0.006), darker(look.shirt, 1.02))
        painter.paint(painter.line([(side * 0.36, 1.06), (side * 0.28, 1.5), (0.0, 1.92)], 0.012, 0.01), SHADE, 0.35)
    painter.shade(np.maximum(coat, collar), painter.roundness((0, 1.9), (1.55, 1.3)) * 1.02)


def _head(painter: Painter, look: Look) -> None:
    for side in (-1, 1):
        painter.paint(painter.oval((side * 0.515, 0.13), (0.075, 0.17), 0.01), darker(look.skin, 0.92), solid=True)
        painter.paint(painter.oval((side * 0.52, 0.13), (0.035, 0.10), 0.02), SHADE, 0.30)
    face = painter.shape(FACE_OUTLINE, 0.006)
    painter.paint(face, look.skin, solid=True)
    painter.shade(face, painter.roundness((0, 0.05), (0.66, 1.12)))
    for side in (-1, 1):
        painter.paint(painter.oval((side * 0.30, 0.33), (0.15, 0.11), 0.07) * face, (222, 110, 96), 0.22)
        painter.paint(painter.oval((side * 0.47, 0.42), (0.10, 0.34), 0.08) * face, SHADE, 0.22)
    painter.paint(painter.oval((0, 0.86), (0.3, 0.09), 0.06) * face, SHADE, 0.20)
    painter.paint(painter.oval((-0.06, -0.36), (0.26, 0.13), 0.10) * face, (255, 244, 232), 0.22)
    if look.beard:
        jaw = painter.shape(mirrored([(0.0, 0.44), (0.3, 0.46), (0.5, 0.2), (0.5, 0.6), (0.25, 0.9)]), 0.05)
        painter.paint(jaw * face, look.hair_colour, look.beard)


def _eye(painter: Painter, look: Look, side: int) -> None:
    x = side * 0.222

    def at(*points: tuple[float, float]) -> list[tuple[float, float]]:
        return [(x + side * dx, dy) for dx, dy in points]

    socket = painter.oval((x - side * 0.01, -0.035), (0.135, 0.085), 0.035)
    painter.paint(socket, SHADE, 0.36)
    almond = painter.shape(
        at((-0.11, 0.022), (-0.05, -0.055), (0.05, -0.06), (0.118, -0.006), (0.04, 0.05), (-0.05, 0.05))
    )
    painter.paint(almond, (242, 238, 234))
    painter.paint(painter.oval((x, -0.008), (0.047, 0.047), 0.004) * almond, (62, 40, 30))
    painter.paint(painter.oval((x, -0.008), (0.023, 0.023), 0.003) * almond, (14, 10, 10))
    painter.paint(almond * painter.oval((x, -0.07), (0.14, 0.05), 0.015), SHADE, 0.55)
    painter.paint(painter.oval((x - 0.016, -0.026), (0.011, 0.011), 0.002), (255, 255, 255), 0.95)
    painter.paint(
        painter.line(at((-0.10, 0.016), (-0.05, -0.045), (0.05, -0.05), (0.12, -0.008)), 0.020), (40, 26, 24), 0.95
    )
    painter.paint(painter.line(at((-0.07, 0.046), (0.0, 0.056), (0.09, 0.03)), 0.008), SHADE, 0.6)
    painter.paint(painter.line(at((-0.09, -0.05), (0.0, -0.088), (0.11, -0.06)), 0.008, 0.006), SHADE, 0.5)
    brow = at(
        (-0.13, -0.148),
        (-0.03, -0.19),
        (0.08, -0.19),
        (0.165, -0.135),
        (0.08, -0.165),
        (-0.03, -0.158),
        (-0.13, -0.118),
    )
    painter.paint(painter.shape(brow, 0.007), darker(look.hair_colour, 0.95), 0.9)


def _nose(painter: Painter) -> None:
    painter.paint(painter.shape([(-0.025, -0.02), (0.03, -0.02), (0.045, 0.25), (0.0, 0.3), (-0.045, 0.25)], 0.025),
                  (255, 246, 234), 0.30)  # fmt: skip
    painter.paint(painter.line([(0.075, -0.06), (0.06, 0.1), (0.085, 0.24)], 0.03, 0.02), SHADE, 0.30)
    painter.paint(painter.oval((0, 0.325), (0.10, 0.035), 0.02), SHADE, 0.34)
    for side in (-1, 1):
        painter.paint(
            painter.line([(side * 0.10, 0.24), (side * 0.118, 0.29), (side * 0.08, 0.315)], 0.012, 0.008), SHADE, 0.5
        )
        painter.paint(painter.oval((side * 0.048, 0.318), (0.026, 0.012), 0.006), (60, 34, 32), 0.75)


def _mouth(painter: Painter, look: Look) -> None:
    upper = [(-0.19, 0.525), (-0.06, 0.478), (0.0, 0.492), (0.06, 0.478), (0.19, 0.525), (0.06, 0.535), (-0.06, 0.535)]
    lower = [(-0.17, 0.53), (-0.06, 0.535), (0.06, 0.535), (0.17, 0.53), (0.08, 0.60), (-0.08, 0.60)]
    painter.paint(painter.shape(upper, 0.006), darker(look.lips, 0.90))
    painter.paint(painter.shape(lower, 0.008), darker(look.lips, 1.06))
    painter.paint(painter.oval((-0.03, 0.57), (0.06, 0.012), 0.012), (255, 236, 230), 0.30)
    painter.paint(
        painter.line([(-0.20, 0.520), (-0.08, 0.533), (0.08, 0.533), (0.20, 0.520)], 0.013), (88, 40, 40), 0.85
    )
    painter.paint(painter.oval((0, 0.645), (0.12, 0.022), 0.025), SHADE, 0.30)


def _glasses(painter: Painter) -> None:
    frame: Colour = (58, 56, 62)
    for side in (-1, 1):
        x = side * 0.235
        lens = [
            (x - 0.17, -0.10),
            (x + 0.17, -0.10),
            (x + 0.175, 0.05),
            (x + 0.11, 0.135),
            (x - 0.11, 0.135),
            (x - 0.175, 0.05),
        ]
        painter.paint(painter.line([*lens, lens[0]], 0.014), frame, 0.9)
        painter.paint(painter.line([(side * 0.40, -0.05), (side * 0.53, -0.01)], 0.016), frame, 0.9)
    painter.paint(painter.line([(-0.075, -0.03), (0.0, -0.055), (0.075, -0.03)], 0.014), frame, 0.9)
