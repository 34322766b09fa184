"""Looks at the frames themselves: a camera whose cable is out may go on saying that all is well."""

import time

import numpy as np

from devices.base import Pixels

_STEP_PX = 16
_DARK_VALUE = 16
"""A covered lens gives noise around 0 to 10; a dim room is far above."""

_BLANK_S = 1.0
"""Webcams give a few black or green frames when they are opened; those are no trouble."""

_GREEN_SHARE = 0.4
_GREEN_SPREAD = 12.0
"""Bytes that never arrived are zeros, which YUV cameras show as one flat green; a green coat has folds."""


class Watch:
    """Remembers when the picture last changed, and since when it is blank. The caller's lock guards it."""

    def __init__(self, frozen_s: float) -> None:
        """Take how long a live picture may stay the same."""
        self._frozen_s = frozen_s
        self._last: Pixels | None = None
        self._changed_at = float("-inf")
        self._is_repeating = False
        self._blank = ""
        self._blank_since: float | None = None

    def look(self, pixels: Pixels, may_hold: bool) -> bool:
        """Take a frame; return whether it is a new picture and not the last one again.

        A blank one always counts as new: with the shutter closed some cameras give pure zeros, and `black` says more.
        """
        now = time.monotonic()
        self._blank = _blank(pixels[::_STEP_PX, ::_STEP_PX])
        self._blank_since = (self._blank_since or now) if self._blank else None
        self._is_repeating = not self._blank and not may_hold and self._is_last(pixels)
        if not self._is_repeating:
            self._last, self._changed_at = pixels, now
        return not self._is_repeating

    def _is_last(self, pixels: Pixels) -> bool:
        """Compare every 16th pixel first: the noise of a live sensor differs there at once."""
        last = self._last
        return (
            last is not None
            and last.shape == pixels.shape
            and np.array_equal(last[::_STEP_PX, ::_STEP_PX], pixels[::_STEP_PX, ::_STEP_PX])
            and np.array_equal(last, pixels)
        )

    def age_s(self) -> float:
        """Return how long ago the picture last changed; infinite before the first."""
        return time.monotonic() - self._changed_at

    def is_frozen(self) -> bool:
        """Tell whether pictures come, and have all been the same for too long."""
        return self._is_repeating and self.age_s() > self._frozen_s

    def blank(self) -> str:
        """Return `black` or `green` if it has been for a while, otherwise an empty string."""
        since = self._blank_since
        return self._blank if since is not None and time.monotonic() - since > _BLANK_S else ""


def _blank(sampled: Pixels) -> str:
    if int(sampled.max(initial=0)) < _DARK_VALUE:
        return "black"
    blue, green, red = (sampled[..., channel].astype(np.int16) for channel in range(3))
    is_green = (green > 70) & (green - np.maximum(blue, red) > 50) & (blue < 60) & (red < 60)
    is_flat = is_green.any() and float(green[is_green].std()) < _GREEN_SPREAD
    return "green" if is_flat and float(is_green.mean()) >= _GREEN_SHARE else ""
