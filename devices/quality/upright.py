"""Tells which way up a page is, where Tesseract is installed; where it is not, staff turn the page by a button."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import cv2

from devices.base import Pixels

_WAIT_S = 3.0
"""Longer than it takes on an idle computer; a desk does not wait longer for what a button does as well."""

_NO_WINDOW = getattr(subprocess, "CREATE_NO_WINDOW", 0)
_LEAST_CONFIDENCE = 1.0
_WIDTH_PX = 1240
_TURN = re.compile(r"^Rotate: (\d+)", re.MULTILINE)
_CONFIDENCE = re.compile(r"^Orientation confidence: ([\d.]+)", re.MULTILINE)

# Where its Windows installer puts it; it does not add itself to the PATH.
_WINDOWS = (r"%ProgramFiles%\Tesseract-OCR\tesseract.exe", r"%LocalAppData%\Programs\Tesseract-OCR\tesseract.exe")


def tesseract() -> str | None:
    """Return the program's path if it is installed."""
    places = (Path(os.path.expandvars(place)) for place in _WINDOWS)
    return shutil.which("tesseract") or next((str(place) for place in places if place.is_file()), None)


def quarters_to_upright(page: Pixels, program: str | None = None, wait_s: float = _WAIT_S) -> int:
    """Return by how many quarters clockwise the page has to be turned; 0 also if nobody can tell. Takes 1 to 2 s.

    Args:
        program: path of Tesseract; by default the one that is installed, if there is one.
        wait_s: after which the page stays as it is.
    """
    program = program or tesseract()
    if program is None:
        return 0
    scale = min(1.0, _WIDTH_PX / min(page.shape[:2]))
    small = cv2.resize(page, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    content = cv2.imencode(".png", small)[1].tobytes()
    command = [program, "stdin", "stdout", "--dpi", "150", "--psm", "0"]
    try:
        done = subprocess.run(
            command,
            input=content,
            capture_output=True,
            timeout=wait_s,
            check=False,
            creationflags=_NO_WINDOW,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},  # its threads get in each other's way on a page
        )
    except (OSError, subprocess.TimeoutExpired):
        return 0
    said = done.stdout.decode("utf-8", "replace")
    turn, confidence = _TURN.search(said), _CONFIDENCE.search(said)
    if done.returncode or turn is None or confidence is None or float(confidence[1]) < _LEAST_CONFIDENCE:
        return 0
    return int(turn[1]) // 90 % 4
