"""What happened to a device since somebody last asked: it stopped, it was unplugged, its driver was started anew."""

from threading import Lock

RESTARTED = "restarted"
"""The code of a driver that hung and was started anew; every other code is that of the status it came into."""
MOST = 1000
"""Kept of a device that nobody asks about."""


class Incidents:
    """Codes in the order in which things happened; any thread may note and take."""

    def __init__(self) -> None:
        self._codes: list[str] = []
        self._lock = Lock()

    def note(self, code: str) -> None:
        """Add one."""
        with self._lock:
            self._codes.append(code)
            del self._codes[:-MOST]

    def take(self) -> list[str]:
        """Return what was noted, and forget it."""
        with self._lock:
            taken, self._codes = self._codes, []
        return taken
