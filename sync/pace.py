"""How much to send at once, and how fast. No network in here; time is passed in."""

import threading
import time
from collections.abc import Callable

MIN_CHUNK, FIRST_CHUNK, MAX_CHUNK = 64 * 1024, 256 * 1024, 4 * 1024 * 1024
CHUNK_LASTS_S = 2.0
BURST_S = 0.25
KEEPS = 0.5


class ChunkSizer:
    """Sizes chunks so that each takes about two seconds of what one connection gets of the line.

    A cut costs at most one chunk, and the answer to a chunk is a sign of life; larger ones save round trips.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._bytes_s = FIRST_CHUNK / CHUNK_LASTS_S

    def next_bytes(self) -> int:
        """Return the size of the next chunk.

        >>> ChunkSizer().next_bytes()
        262144
        """
        return int(min(MAX_CHUNK, max(MIN_CHUNK, self._bytes_s * CHUNK_LASTS_S)))

    def note(self, sent_bytes: int, took_s: float) -> None:
        """Learn from a chunk that got through; one that is mostly round trip teaches nothing.

        >>> sizer = ChunkSizer()
        >>> for _chunk in range(9): sizer.note(262144, 0.25)
        >>> 1_900_000 < sizer.next_bytes() < 2_100_000
        True
        """
        if sent_bytes >= MIN_CHUNK:
            with self._lock:
                self._bytes_s = KEEPS * self._bytes_s + (1 - KEEPS) * sent_bytes / max(took_s, 1e-3)

    def note_cut(self) -> None:
        """Go on more carefully: a chunk was cut."""
        with self._lock:
            self._bytes_s = max(MIN_CHUNK / CHUNK_LASTS_S, self._bytes_s / 2)


class Throttle:
    """Holds all lanes together to so many bytes a second, so that the line is left for others too."""

    def __init__(
        self,
        limit_bytes_s: float = 0.0,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Take `limit_bytes_s`; 0 is no limit."""
        self._limit = limit_bytes_s
        self._now = now
        self._sleep = sleep
        self._lock = threading.Lock()
        self._free_at = 0.0

    @property
    def holds_back(self) -> bool:
        """Whether there is a limit."""
        return bool(self._limit)

    def take(self, count: int) -> None:
        """Wait until `count` bytes may go."""
        if not self._limit:
            return
        with self._lock:
            # Time that was not used is given for a quarter of a second only, or a pause would end in a flood.
            start = max(self._free_at, self._now() - BURST_S)
            self._free_at = start + count / self._limit
            wait_s = self._free_at - self._now()
        if wait_s > 0:
            self._sleep(wait_s)
