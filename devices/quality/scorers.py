"""Whose word on a print's quality is asked for besides Kaodian's own.

NFIQ 2 is NIST's and is not installed with Kaodian; a profile that wants it is refused where it is not. What works:
NIST's `nfiq2` command (prebuilt for Windows, macOS and some Linux), or nbis-python 0.1.8 and 0.1.9 on Debian 12 with
`libopencv-core406 libopencv-imgproc406 libopencv-ml406`; later builds of it want a newer glibc than Debian 12 has.
"""

import csv
import io
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import cv2

from devices.base import Pixels
from devices.errors import ConfigurationError
from devices.quality.finger import judge
from devices.quality.resolution import NATIVE_PPI, at_native

COMMAND = "nfiq2"
COMMAND_S = 20.0
SMALLEST_PX = 197
"""NFIQ 2 is not defined for less, and answers all the same."""


class QualityScorer(Protocol):
    """Gives a print a mark.

    Attributes:
        name: whose mark it is, as the evidence names it.
    """

    name: str

    def score(self, pixels: Pixels, ppi: int) -> int | None:
        """Return the mark, 0 to 100, None if it gives none for this print."""


class OwnScorer:
    """Kaodian's own measure; see finger.py. It is not NFIQ 2."""

    name = "kaodian"

    def score(self, pixels: Pixels, ppi: int) -> int | None:
        """Return the live gate's score."""
        return judge(pixels, ppi).score_pct


class Nfiq2Command:
    """NIST's command line tool, one run a print: some hundred milliseconds, most of it loading its model."""

    name = "nfiq2"

    def __init__(self, command: tuple[str, ...]) -> None:
        """Take the program and what comes before the picture's path."""
        self._command = command

    def score(self, pixels: Pixels, ppi: int) -> int | None:
        """Return the NFIQ 2 score; None for a picture that is too small, or that the tool refuses."""
        native = at_native(pixels, ppi)
        if min(native.shape) < SMALLEST_PX:
            return None
        with tempfile.TemporaryDirectory(prefix="kaodian-print-") as folder:
            picture = Path(folder) / "print.pgm"
            picture.write_bytes(cv2.imencode(".pgm", native)[1].tobytes())
            try:
                done = subprocess.run(
                    [*self._command, str(picture)], capture_output=True, text=True, timeout=COMMAND_S, check=False
                )
            except (OSError, subprocess.TimeoutExpired):
                return None
        return _score_in(done.stdout)


class NbisPython:
    """NFIQ 2 inside nbis-python; it raises for a blank picture, which is then one without a score."""

    name = "nfiq2"

    def score(self, pixels: Pixels, ppi: int) -> int | None:
        """Return the NFIQ 2 score."""
        import nbis

        native = at_native(pixels, ppi)
        if min(native.shape) < SMALLEST_PX:
            return None
        settings = nbis.NbisExtractorSettings(
            min_quality=0.0, get_center=False, check_fingerprint=False, compute_nfiq2=True, ppi=float(NATIVE_PPI)
        )
        try:
            found = nbis.new_nbis_extractor(settings).extract_minutiae(cv2.imencode(".png", native)[1].tobytes())
        except nbis.NbisError:
            return None
        mark = found.quality()
        return None if mark is None else int(mark.score)


def _score_in(output: str) -> int | None:
    """Return the score that the tool printed: alone, or in the column of its name."""
    lines = [line for line in output.splitlines() if line.strip()]
    if not lines:
        return None
    text = lines[-1].strip()
    if len(lines) > 1:
        text = next(iter(csv.DictReader(io.StringIO("\n".join(lines)))), {}).get("QualityScore", text)
    try:
        mark = int(float(text))
    except ValueError:
        return None
    return mark if 0 <= mark <= 100 else None  # 255 means that it could not be computed


def _nfiq2() -> QualityScorer | None:
    found = shutil.which(COMMAND)
    if found:
        return Nfiq2Command((found,))
    return NbisPython() if find_spec("nbis") else None


_KNOWN: Mapping[str, Callable[[], QualityScorer | None]] = {"kaodian": OwnScorer, "nfiq2": _nfiq2}


def scorer_named(name: str) -> QualityScorer:
    """Return the scorer that a profile asks for: `kaodian` or `nfiq2`.

    Raises:
        ConfigurationError: there is none of that name, or it is not installed here.
    """
    if name not in _KNOWN:
        raise ConfigurationError(f"no quality scorer {name!r}; there are {', '.join(sorted(_KNOWN))}")
    scorer = _KNOWN[name]()
    if scorer is None:
        what = "nfiq2.exe" if sys.platform == "win32" else "nfiq2"
        raise ConfigurationError(f"NFIQ 2 is not installed: put NIST's {what} on the PATH, or leave nfiq2 off")
    return scorer
