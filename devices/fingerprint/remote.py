"""A fingerprint reader on a desk's own PC, through the agent that runs there."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from types import TracebackType
from typing import Any, Self

import cv2
import numpy as np

from devices.agent.faults import unpack_error
from devices.agent.line import Line
from devices.agent.packing import decode, from_text, to_text, unpack_scan
from devices.base import DeviceStatus, FingerprintReader, FingerScan, OnProgress, Pixels, ScanProgress
from devices.errors import (
    BusyError,
    CaptureRejectedError,
    ConfigurationError,
    DeviceError,
    NotConnectedError,
    NotRespondingError,
)

BUSY_S = 1.0
CODES: Mapping[type[DeviceError], str] = {
    NotConnectedError: "not_connected",
    BusyError: "busy",
    ConfigurationError: "configuration",
}
_CHECK_S, _COMPARE_S, _PROBE_S = 5.0, 10.0, 1.0


class RemoteReader(FingerprintReader):
    """Asks the agent for each press. While it is held here, nobody else of this venue can press on it."""

    driver = "fingerprint.remote"
    keeps_time = True

    def __init__(self, url: str, key: str = "", device: str = "fingerprint") -> None:
        """Take whom to ask; nobody is asked yet.

        Args:
            url: the agent's address, e.g. `https://10.20.0.31:4501`.
            key: the pairing key, as `python -m devices pair` shows it there.
            device: the reader's role in the agent's own settings.

        Raises:
            ConfigurationError: address or key cannot be right.
        """
        self._line, self._device = Line(url, key), device
        self._holding = threading.Lock()
        self._stop = threading.Event()
        self._trouble = ""
        self._last_good_at: datetime | None = None

    def __enter__(self) -> Self:
        if self._stop.is_set():
            raise NotConnectedError("the reader has been shut down")
        if not self._holding.acquire(timeout=BUSY_S):
            raise BusyError("the reader is in use by another page")
        try:
            with self._noting_trouble():
                self._line.ask("POST", "/check", {"deviceId": self._device}, _CHECK_S)
        except BaseException:
            self._holding.release()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._holding.release()

    def scan(self, timeout_s: float, on_progress: OnProgress | None = None) -> FingerScan:
        self._check_held()
        with self._noting_trouble():
            scan = self._scanned(timeout_s, on_progress)
            self._last_good_at = scan.taken_at
            return scan

    def is_same_finger(self, first: bytes, second: bytes) -> bool:
        if not first or not second:
            return False
        self._check_held()
        asked = {"deviceId": self._device, "first": to_text(first), "second": to_text(second)}
        with self._noting_trouble():
            return bool(self._line.ask("POST", "/compare", asked, _COMPARE_S)["same"])

    def status(self) -> DeviceStatus:
        state = "trouble" if self._trouble else "ready" if self._holding.locked() else "standby"
        return DeviceStatus(state, self._trouble, self._last_good_at)

    def probe(self) -> None:
        try:
            self._trouble = self._line.state_of(self._device, _PROBE_S)
        except DeviceError as error:
            self._trouble = _code(error)

    def port(self) -> str:
        return f"{self._line.url} {self._device}"

    def shutdown(self) -> None:
        self._stop.set()
        self._line.close()

    def _check_held(self) -> None:
        if not self._holding.locked():
            raise NotConnectedError("nobody holds the reader open")

    def _scanned(self, timeout_s: float, on_progress: OnProgress | None) -> FingerScan:
        bio = [{"type": "Finger", "count": "1", "bioSubType": ["UNKNOWN"], "deviceId": self._device}]
        asked = {"purpose": "Registration", "timeout": str(round(timeout_s * 1000)), "bio": bio}
        growing = _Growing()
        with closing(self._line.ask_lines("RCAPTURE", "/capture", asked)) as lines:
            for line in lines:
                if self._stop.is_set():
                    raise NotConnectedError("the reader has been shut down")
                if "progress" in line and on_progress is not None:
                    on_progress(growing.add(line["progress"]))
                if "biometrics" in line:
                    return self._read(line["biometrics"][0])
        raise NotRespondingError("the agent stopped in the middle of a scan")

    def _read(self, biometric: Mapping[str, Any]) -> FingerScan:
        error = unpack_error(biometric)
        if error is not None:
            raise error
        return unpack_scan(biometric, self._line.key)

    @contextmanager
    def _noting_trouble(self) -> Iterator[None]:
        """Keep the kind of trouble for `status`."""
        try:
            yield
        except CaptureRejectedError:
            self._trouble = ""
            raise
        except DeviceError as error:
            self._trouble = _code(error)
            raise
        self._trouble = ""


class _Growing:
    """The print as it is so far, put together from the rows that came."""

    def __init__(self) -> None:
        self._pixels: Pixels = np.empty((0, 0), np.uint8)

    def add(self, told: Mapping[str, Any]) -> ScanProgress:
        """Take what one line brought; return how far the scan is.

        Raises:
            NotRespondingError: it does not fit together.
        """
        rows, columns, done = int(told["rows"]), int(told["columns"]), int(told["rowsDone"])
        if self._pixels.shape != (rows, columns):
            self._pixels = np.full((rows, columns), 255, np.uint8)
        grown = self._pixels.copy()
        if told["png"]:
            fresh = decode(from_text(told["png"]), cv2.IMREAD_GRAYSCALE)
            if fresh.shape[1] != columns or not len(fresh) <= done <= rows:
                raise NotRespondingError("the agent's rows do not fit together")
            grown[done - len(fresh) : done] = fresh
            grown[done:] = 255
        grown.setflags(write=False)
        self._pixels = grown
        return ScanProgress(bool(told["isPressed"]), done, rows, grown)


def _code(error: DeviceError) -> str:
    """Return what `status` calls an error, the agent's own word first."""
    return error.state or CODES.get(type(error), "not_responding")
