"""What all fingerprint readers have in common: held by one page at a time, and their trouble remembered."""

import threading
from abc import abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from types import TracebackType
from typing import Self

from devices.base import DeviceStatus, FingerprintReader
from devices.errors import (
    BusyError,
    CaptureRejectedError,
    DeviceError,
    NotConnectedError,
    trouble_of,
)

BUSY_S = 1.0


class HeldReader(FingerprintReader):
    """A reader that is opened on entering and closed on leaving, and talks to one thread at a time.

    Attributes:
        _stop: set once it has been shut down.
    """

    def __init__(self, name: str) -> None:
        """Take what to call it in errors."""
        self._name = name
        self._holding = threading.Lock()
        self._talking = threading.Lock()
        self._stop = threading.Event()
        self._trouble = ""
        self._last_good_at: datetime | None = None

    def __enter__(self) -> Self:
        if not self._holding.acquire(timeout=BUSY_S):
            raise BusyError(f"the reader at {self._name} is in use by another page")
        try:
            with self._talking, self._noting_trouble():
                self._check_not_shut_down()
                self._open()
        except BaseException:
            self._holding.release()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            with self._talking:
                self._close()
        finally:
            self._holding.release()

    def status(self) -> DeviceStatus:
        plugged_in = self._is_plugged_in()
        code = self._trouble
        if plugged_in is False:
            code = "not_connected"
        elif plugged_in and code == "not_connected":
            code = ""  # the cable is back; the next scan will tell
        state = "trouble" if code else "ready" if self._is_open() else "standby"
        return DeviceStatus(state, code, self._last_good_at)

    def shutdown(self) -> None:
        self._stop.set()
        self._interrupt()
        with self._talking:
            self._end()

    @abstractmethod
    def _open(self) -> None:
        """Make sure the reader is there and answers."""

    @abstractmethod
    def _close(self) -> None:
        """Let go of it until the next time."""

    @abstractmethod
    def _is_open(self) -> bool:
        """Tell whether it is open."""

    @abstractmethod
    def _interrupt(self) -> None:
        """End what another thread waits for."""

    @abstractmethod
    def _end(self) -> None:
        """Let go of it for good."""

    @abstractmethod
    def _after(self, trouble: DeviceError) -> None:
        """Make the reader fit for the next scan."""

    def _is_plugged_in(self) -> bool | None:
        """Tell whether it is there; None where only opening it would tell."""
        return None

    def _check_not_shut_down(self) -> None:
        if self._stop.is_set():
            raise NotConnectedError("the reader has been shut down")

    @contextmanager
    def _in_use(self) -> Iterator[None]:
        """Let one thread in.

        Raises:
            NotConnectedError: nobody holds the reader.
        """
        if not self._holding.locked():
            raise NotConnectedError("nobody holds the reader open")
        with self._talking, self._noting_trouble():
            self._check_not_shut_down()
            yield

    @contextmanager
    def _noting_trouble(self) -> Iterator[None]:
        try:
            yield
        except CaptureRejectedError:
            self._trouble = ""
            raise
        except DeviceError as error:
            self._trouble = trouble_of(error)
            self._after(error)
            raise
        self._trouble = ""
