"""A figure that takes long to find out, and is found out anew only now and then; with the moment it is of."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class AsOf(Generic[T]):
    """A value as it was at a moment."""

    value: T
    at: datetime


class Remembered(Generic[T]):
    """Finds out when somebody asks and the last answer is too old; who asks meanwhile gets the last answer."""

    def __init__(self, find_out: Callable[[], T], now: Callable[[], datetime], lasts: timedelta) -> None:
        self._find_out, self._now, self._lasts = find_out, now, lasts
        self._last: AsOf[T] | None = None
        self._finding = threading.Lock()

    def get(self) -> AsOf[T]:
        """Return the value, at most so old; older only while somebody else is finding out."""
        last = self._last
        if last is None:
            with self._finding:
                return self._last or self._found()
        is_fresh = timedelta() <= self._now() - last.at < self._lasts
        if is_fresh or not self._finding.acquire(blocking=False):
            return last
        try:
            return self._found()
        finally:
            self._finding.release()

    def _found(self) -> AsOf[T]:
        self._last = found = AsOf(self._find_out(), self._now())
        return found
