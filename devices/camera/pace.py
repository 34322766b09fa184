"""Gives files the speed of a camera."""

import time


class Pace:
    """Lets one picture through every so often."""

    def __init__(self, fps: float) -> None:
        """Start now with `fps` pictures a second."""
        self._pause_s = 1 / fps
        self._due_at = time.monotonic()

    def wait(self) -> None:
        """Return when the next picture is due; a late one does not make the following ones hurry."""
        self._due_at = max(self._due_at + self._pause_s, time.monotonic())
        time.sleep(max(0.0, self._due_at - time.monotonic()))
