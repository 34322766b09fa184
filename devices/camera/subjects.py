"""Draws people for the demo camera: shaded heads that a face detector takes for one, and a person for a drawing.

`python -m devices.camera.subjects FOLDER` writes all of them as pictures.
"""

import sys
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np

from devices.base import Pixels
from devices.camera.features import paint_person
from devices.camera.looks import LOOKS
from devices.camera.painter import Painter


def subject(number: int) -> tuple[Pixels, Pixels]:
    """Return a person as drawn, BGR, and how much each pixel covers what is behind, 0 to 255; both are read-only.

    Args:
        number: any whole number; there are as many people as `LOOKS`.
    """
    return _drawn(number % len(LOOKS))


@lru_cache(maxsize=len(LOOKS))
def _drawn(number: int) -> tuple[Pixels, Pixels]:
    """Draw once: whoever sees a person twice is to see the same, to the last pixel."""
    look = LOOKS[number]
    painter = Painter(look.width)
    paint_person(painter, look)
    colour, cover = painter.result()
    colour.setflags(write=False)
    cover.setflags(write=False)
    return colour, cover


def main(folder: str) -> None:
    """Write every person as a PNG with a transparent ground."""
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    for number in range(len(LOOKS)):
        colour, cover = subject(number)
        _, content = cv2.imencode(".png", np.dstack([colour, cover]))
        (target / f"subject-{number:02d}.png").write_bytes(content.tobytes())


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else ".")
