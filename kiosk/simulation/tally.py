"""Counts what happened during a run; every thread of the simulation writes into the same one."""

import threading
from collections import Counter, defaultdict
from collections.abc import Sequence

import click

MAX_SAMPLES = 20
"""Errors told in full; all of them are counted."""


class Tally:
    """Counters, latencies and errors."""

    def __init__(self) -> None:
        self.errors: list[str] = []
        self.counts: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._took_ms: defaultdict[str, list[float]] = defaultdict(list)
        self._pages_ms: list[float] = []

    def count(self, what: str, times: int = 1) -> None:
        """Count something."""
        with self._lock:
            self.counts[what] += times

    def took(self, step: str, milliseconds: float) -> None:
        """Note how long a step's answers took to be saved."""
        with self._lock:
            self._took_ms[step].append(milliseconds)

    def page_took(self, milliseconds: float) -> None:
        """Note how long a page took to come."""
        with self._lock:
            self._pages_ms.append(milliseconds)

    def error(self, where: str, what: object) -> None:
        """Note something that must not happen."""
        words = f"{where}: {type(what).__name__}: {what}" if isinstance(what, Exception) else f"{where}: {what}"
        with self._lock:
            self.errors.append(words)
            if len(self.errors) <= MAX_SAMPLES:
                tell(f"ERROR {words}")

    def steps(self) -> dict[str, dict[str, float]]:
        """Return count and latency of each step."""
        with self._lock:
            return {step: _spread(times) for step, times in sorted(self._took_ms.items())}

    def pages(self) -> dict[str, float]:
        """Return count and latency of the pages."""
        with self._lock:
            return _spread(self._pages_ms)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that so large a share of all does not exceed.

    >>> percentile([3, 1, 2, 4], 0.5), percentile([3, 1, 2, 4], 0.99)
    (2, 4)
    """
    ordered = sorted(values)
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]


def tell(words: str) -> None:
    """Say something to whoever started the run; the result alone goes to standard output."""
    click.echo(words, err=True)


def _spread(times: Sequence[float]) -> dict[str, float]:
    if not times:
        return {"count": 0, "p50_ms": 0, "p95_ms": 0, "p99_ms": 0}
    shares = {"p50_ms": 0.5, "p95_ms": 0.95, "p99_ms": 0.99}
    return {"count": len(times), **{name: round(percentile(times, share), 1) for name, share in shares.items()}}
