"""Whether a print is good enough to tell people apart, and what to tell the one who pressed.

The score is Kaodian's own, 0 to 100, from orientation certainty (ISO/IEC 29794-4), covered area, centring, contrast
and darkness. It is not NFIQ 2 and is never to be shown under that name. Area and centring weigh as much as clarity
because a small or off-centre print costs more matches than anything else a candidate can do wrong.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from devices.base import Pixels
from devices.quality.orientation import BLOCK_PX, certainties, in_blocks
from devices.quality.resolution import NATIVE_PPI, at_native

MM_PER_INCH = 25.4

RIDGED_GREY_STD = 15
INKED_GREY = 40
"""A block is touched if it is ridged by so much, or so much darker than the glass: smeared prints have no valleys."""

FULL_AREA_MM2 = 140
FULL_WINDOW_SHARE = 0.8
BLANK_PCT = 4


@dataclass(frozen=True, slots=True)
class FingerQuality:
    """How good a print is.

    Attributes:
        score_pct: 0 to 100; 55 is a usual threshold. Kaodian's own measure, not NFIQ 2.
        coverage_pct: share of the sensor's window that the finger touches.
        certainty_pct: mean orientation certainty where it touches.
        contrast: standard deviation of grey in a block, mean over where it touches; 20 is poor, 60 good.
        darkness: mean grey where it touches, 0 black to 255.
        aside_pct: how far the middle of the touch lies from the middle of the window, 100 at its edge.
        reasons: what to correct, most important first: `blank`, `off_centre`, `too_small`, `blurred`, `too_dry`,
            `too_wet`.
    """

    score_pct: int
    coverage_pct: int
    certainty_pct: int
    contrast: int
    darkness: int
    aside_pct: int
    reasons: tuple[str, ...]


NOTHING = FingerQuality(0, 0, 0, 0, 255, 0, ("blank",))


@dataclass(frozen=True, slots=True)
class _Shares:
    """How much of full marks each part earns, 0 to 1."""

    clarity: float
    area: float
    centring: float
    contrast: float
    not_dry: float
    not_wet: float


def judge(pixels: Pixels, ppi: int) -> FingerQuality:
    """Return how good this print is.

    Args:
        pixels: rows × columns grey, 0 black ridge to 255.
        ppi: pixels per inch; other than 500 is resampled first.
    """
    native = at_native(pixels, ppi)
    if min(native.shape) < BLOCK_PX:
        return NOTHING
    blocks = in_blocks(native)
    grey, spread = blocks.mean(axis=(2, 3)), blocks.std(axis=(2, 3))
    glass = float(np.percentile(native, 95))
    touched = (spread >= RIDGED_GREY_STD) | (grey <= glass - INKED_GREY)
    coverage_pct = round(100 * float(touched.mean()))
    if coverage_pct < BLANK_PCT:
        return NOTHING
    sure = certainties(native)[touched]
    certainty = float(np.nan_to_num(sure, nan=0.0).mean())
    contrast, darkness, aside = float(spread[touched].mean()), float(np.median(grey[touched])), _aside(touched)
    window_mm2 = native.shape[0] * native.shape[1] * (MM_PER_INCH / NATIVE_PPI) ** 2
    enough_mm2 = min(FULL_AREA_MM2, FULL_WINDOW_SHARE * window_mm2)
    shares = _Shares(
        clarity=_share(certainty, 0.30, 0.98),
        area=_share(float(touched.mean()) * window_mm2, 0, enough_mm2),
        centring=_share(aside, 1.0, 0.25),
        contrast=_share(contrast, 0, 35) ** 0.5,
        not_dry=_share(darkness, 235, 198),
        not_wet=_share(darkness, 80, 135),
    )
    return FingerQuality(
        score_pct=_score_pct(shares),
        coverage_pct=coverage_pct,
        certainty_pct=round(100 * certainty),
        contrast=round(contrast),
        darkness=round(darkness),
        aside_pct=round(100 * aside),
        reasons=_reasons(shares),
    )


def _score_pct(shares: _Shares) -> int:
    product = shares.clarity * shares.area * shares.centring * shares.contrast * shares.not_dry * shares.not_wet
    return round(100 * min(max(product, 0.0), 1.0))


def _reasons(shares: _Shares) -> tuple[str, ...]:
    """Return what costs the score most to correct, in the order a candidate should be told."""
    found = {
        "off_centre": shares.centring < 0.85,
        "too_small": shares.area < 0.7,
        "blurred": shares.clarity < 0.45,
        "too_dry": shares.not_dry < 0.75,
        "too_wet": shares.not_wet < 0.75,
    }
    return tuple(reason for reason, present in found.items() if present)


def _aside(touched: npt.NDArray[np.bool_]) -> float:
    """Return how far the middle of the touch is from the window's, 0 in the middle to 1 at an edge."""
    rows, columns = np.nonzero(touched)
    down = (rows.mean() + 0.5) / touched.shape[0] * 2 - 1
    across = (columns.mean() + 0.5) / touched.shape[1] * 2 - 1
    return float(max(abs(down), abs(across)))


def _share(value: float, none: float, full: float) -> float:
    """Return how far `value` has come from `none` (0) to `full` (1)."""
    return min(max((value - none) / (full - none), 0.0), 1.0)
