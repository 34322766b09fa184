"""The frames of the moment just past, so that a picture can be chosen from before the button was pressed."""

import time
from collections import deque

from devices.base import Frame

_FRAMES, _KEPT_S = 4, 0.6
"""Four 4K frames are 100 MB; what is older no longer shows the moment."""


class Past:
    """Keeps the last few frames. The caller's lock guards it."""

    def __init__(self) -> None:
        self._frames: deque[tuple[float, Frame]] = deque(maxlen=_FRAMES)

    def add(self, frame: Frame) -> None:
        """Take the newest frame; those that are too old by now are let go."""
        now = time.monotonic()
        self._frames.append((now, frame))
        while now - self._frames[0][0] > _KEPT_S:
            self._frames.popleft()

    def clear(self) -> None:
        """Let go of all frames."""
        self._frames.clear()

    def last(self, count: int) -> list[Frame]:
        """Return up to `count` frames of the last 0.6 s, the oldest first."""
        now = time.monotonic()
        recent = [frame for at, frame in self._frames if now - at < _KEPT_S]
        return recent[-count:] if count else []
