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


@lru_cache(maxsize=len(LOOKS))
def subject(number: int) -> tuple[Pixels, Pixels]:
    """Return a person as drawn, BGR, and how much each pixel covers what is behind, 0 to 255.

    Args:
        number: any whole number; there are as many people as `LOOKS`.
    """
    look = LOOKS[number % len(LOOKS)]
    painter = Painter(look.width)
    paint_person(painter, look)
    return painter.result()


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
