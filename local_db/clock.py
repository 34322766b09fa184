"""The time as evidence records it: the wall's, the computer's steady one, and which run of the computer it was."""

import time
import uuid
from datetime import UTC, datetime
from pathlib import Path


class Clock:
    """Tells the time; tests pass one of their own."""

    def __init__(self) -> None:
        """Read the id of this run of the computer."""
        self.boot = _boot_id()

    def now(self) -> datetime:
        """Return the wall's time, aware UTC."""
        return datetime.now(UTC)

    def monotonic_ns(self) -> int:
        """Return the steady clock's nanoseconds, comparable within one `boot` only; time asleep counts too."""
        if (with_sleep := getattr(time, "CLOCK_BOOTTIME", None)) is not None:  # Linux; Windows' own counts it anyway
            return time.clock_gettime_ns(with_sleep)
        return time.monotonic_ns()


def _boot_id() -> str:
    kernel = Path("/proc/sys/kernel/random/boot_id")
    if kernel.exists():
        return kernel.read_text(encoding="ascii").strip().replace("-", "")
    return uuid.uuid4().hex  # Windows: the steady clock is compared within one run of the program only
