"""What every card reader does alike: one user at a time, and a card that is left lying is read once."""

import hashlib
import threading
import time
from abc import abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from devices.base import Card, CardReader, DeviceStatus
from devices.errors import (
    BusyError,
    CaptureRejectedError,
    DeviceError,
    NotConnectedError,
    trouble_of,
)

LOOK_EVERY_S = 0.1
BUSY_S = 1.0


class PatientReader(CardReader):
    """A reader that can be asked again and again whether a card lies on it.

    A driver gives `_look`, and `_open` and `_close` if something has to be held open.
    """

    lifted_after_s: float = 0.0
    """How long nothing must be heard of a card before it counts as taken away; 0 where the reader says so itself."""

    def __init__(self) -> None:
        self._holding = threading.Lock()
        self._stop = threading.Event()
        self._trouble = ""
        self._last_good_at: datetime | None = None
        self._lying, self._seen_at = b"", 0.0

    def __enter__(self) -> Self:
        if not self._holding.acquire(timeout=BUSY_S):
            raise BusyError("the card reader is in use by another page")
        try:
            with self._noting_trouble():
                self._ensure_in_service()
                self._open()
        except BaseException:
            self._holding.release()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()
        self._holding.release()

    def read(self, timeout_s: float) -> Card:
        if not self._holding.locked():
            raise NotConnectedError("nobody holds the card reader open")
        until = time.monotonic() + timeout_s
        while not self._stop.is_set():
            with self._noting_trouble():
                card = self._look(max(0.0, until - time.monotonic()))
            is_new = self._note(card)
            if card is not None and is_new:
                self._last_good_at = datetime.now(UTC)
                return card
            left_s = until - time.monotonic()
            if left_s <= 0:
                raise CaptureRejectedError("no new card came", "same_card" if self._lying else "no_card")
            self._stop.wait(min(LOOK_EVERY_S, left_s))
        raise NotConnectedError("the card reader has been shut down")

    def status(self) -> DeviceStatus:
        state = "trouble" if self._trouble else "ready" if self._holding.locked() else "standby"
        return DeviceStatus(state, self._trouble, self._last_good_at)

    def shutdown(self) -> None:
        self._stop.set()
        if not self._holding.locked():
            self._close()

    @abstractmethod
    def _look(self, timeout_s: float) -> Card | None:
        """Return the card that lies there, None if there is none; may wait for one, at most `timeout_s`.

        Raises:
            NotConnectedError, NotRespondingError; CaptureRejectedError with `half_card` or `garbled`.
        """

    def _open(self) -> None:
        """Open what `_look` needs."""

    def _close(self) -> None:
        """Let go of it; may be called twice."""

    def _ensure_in_service(self) -> None:
        if self._stop.is_set():
            raise NotConnectedError("the card reader has been shut down")

    def _note(self, card: Card | None) -> bool:
        """Remember what lies there, and tell whether it was laid on since it was last read."""
        now = time.monotonic()
        if card is None:
            if now - self._seen_at >= self.lifted_after_s:
                self._lying = b""
            return False
        print_of = hashlib.sha256(f"{card.id_no}\n{card.name}".encode()).digest()
        is_new, self._lying, self._seen_at = print_of != self._lying, print_of, now
        return is_new

    @contextmanager
    def _noting_trouble(self) -> Iterator[None]:
        """Keep for `status` how the last look went; a card that cannot be used is no trouble of the reader."""
        try:
            yield
        except CaptureRejectedError:
            self._trouble = ""
            raise
        except DeviceError as error:
            self._trouble = trouble_of(error)
            raise
        self._trouble = ""
