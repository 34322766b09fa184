"""The print that is being read at this moment, for a screen to show while it grows."""

import threading
from dataclasses import dataclass

from devices.base import ScanProgress


@dataclass(frozen=True, slots=True)
class LiveState:
    """What can be shown. `seq` rises with every change; `progress` is None while nobody reads a finger."""

    seq: int
    progress: ScanProgress | None


class LivePrint:
    """Holds one print in memory while it is read, and nothing afterwards."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._state = LiveState(0, None)

    def show(self, progress: ScanProgress) -> None:
        """Take the print as it is so far."""
        self._set(progress)

    def clear(self) -> None:
        """Forget the print: the next person must not see it."""
        self._set(None)

    def newest(self, after: int, timeout_s: float) -> LiveState | None:
        """Return the state if its seq is another than `after`, waiting for it; None if nothing changes in time."""
        with self._changed:
            changed = self._changed.wait_for(lambda: self._state.seq != after, timeout_s)
            return self._state if changed else None

    def _set(self, progress: ScanProgress | None) -> None:
        with self._changed:
            if progress is None and self._state.progress is None:
                return
            self._state = LiveState(self._state.seq + 1, progress)
            self._changed.notify_all()
