"""Prints how long a page takes here and what is kept of it: `python bench/pages.py [ROUNDS] [FOLDER]`.

FOLDER holds pictures of pages; without it the demo's papers are taken. Milliseconds of one core's own time, medians.
Prints one JSON object.
"""

import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import cv2

from bench.portrait import median_ms
from devices.base import Pixels
from devices.camera.paper import paper_on_desk
from devices.quality.legibility import legibility
from devices.quality.measures import to_grey
from devices.quality.outline import find_page
from devices.quality.page import fit_jpeg, picture_from
from devices.quality.page_cut import cut_page
from devices.quality.skew import skew_deg

MAX_KB = 200


def pictures(folder: Path | None) -> dict[str, Pixels]:
    """Return the pictures by name."""
    if folder is None:
        return {f"demo {number}": paper_on_desk(number) for number in range(4)}
    found = {path.name: cv2.imread(str(path)) for path in sorted(folder.iterdir())}
    return {name: pixels for name, pixels in found.items() if pixels is not None}


def page_row(pixels: Pixels, rounds: int) -> dict[str, Any]:
    """Return what one page costs and becomes."""
    page = cut_page(pixels).pixels
    picture, outline, grey = picture_from(page), find_page(pixels), to_grey(page)
    fitted = fit_jpeg(picture, 0, MAX_KB)
    return {
        "code": outline.code,
        "confidence": round(outline.confidence, 2),
        "outline_ms": median_ms(lambda _: find_page(pixels), rounds),
        "cut_ms": median_ms(lambda _: cut_page(pixels, outline), rounds),
        "skew_ms": median_ms(lambda _: skew_deg(grey), rounds),
        "legibility_ms": median_ms(lambda _: legibility(page), rounds),
        "fit_ms": median_ms(lambda _: fit_jpeg(picture, 0, MAX_KB), max(1, rounds // 4)),
        "kb": round(len(fitted.content) / 1000, 1),
        "width_px": fitted.width_px,
        "height_px": fitted.height_px,
        "quality": fitted.quality,
    }


def measure(rounds: int, folder: Path | None = None) -> dict[str, Any]:
    """Return everything measured; for bench/devices.py, which runs sections beside one another."""
    cv2.setNumThreads(1)
    measured = {name: page_row(pixels, rounds) for name, pixels in pictures(folder).items()}
    return measured


if __name__ == "__main__":
    rounds, folder = int(sys.argv[1]) if len(sys.argv) > 1 else 12, Path(sys.argv[2]) if len(sys.argv) > 2 else None
    print(json.dumps(measure(rounds, folder), indent=1))
