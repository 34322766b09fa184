"""Driver of the readers that libfprint knows."""

import base64
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import numpy as np

from devices.base import FingerScan, OnProgress, Pixels, ScanProgress
from devices.errors import CaptureRejectedError, ConfigurationError, DeviceError, NotConnectedError
from devices.fingerprint.held import HeldReader
from devices.fingerprint.libfprint.matcher import Matcher
from devices.fingerprint.libfprint.process import LibfprintProcess
from devices.fingerprint.libfprint.template import parse

SYSTEM_PYTHON = "/usr/bin/python3"
MM_PER_INCH = 25.4
USUAL_PPI = 500
"""What a driver that does not say its resolution is taken for."""

OPEN_S, CLOSE_S, READ_S = 12.0, 3.0, 5.0
NOTHING = np.full((288, 256), 255, dtype=np.uint8)
"""Shown while a finger is waited for; how large a print will be, only the first one tells."""


class LibfprintReader(HeldReader):
    """A reader behind libfprint 2, which gives the print in one piece."""

    driver = "fingerprint.libfprint"

    def __init__(
        self, device: str = "", python: str = SYSTEM_PYTHON, environment: Mapping[str, str] | None = None
    ) -> None:
        """Take the settings; nothing runs yet.

        Args:
            device: part of the reader's driver, name or id as libfprint has it, e.g. `uru4000`; "": the first one.
            python: one with `gi` and FPrint 2.0 (Debian: gir1.2-fprint-2.0, python3-gi).
            environment: added to libfprint's, e.g. FP_VIRTUAL_IMAGE for its virtual reader.
        """
        super().__init__(device or "libfprint")
        self._device = device
        self._process = LibfprintProcess(python, environment or {})
        self._matcher = Matcher(python)
        self._has_opened = False
        self._device_id = ""
        self._nothing: Pixels = NOTHING

    def scan(self, timeout_s: float, on_progress: OnProgress | None = None) -> FingerScan:
        with self._in_use():
            self._open()
            wait = _Wait(self, timeout_s, on_progress)
            said = self._process.ask("capture", timeout_s + READ_S, wait.go_on)
            taken_at = datetime.now(UTC)
            pixels = np.frombuffer(base64.b64decode(said["pixels"]), dtype=np.uint8)
            pixels = pixels.reshape(said["height"], said["width"])
            self._nothing = np.full_like(pixels, 255)
            if on_progress is not None:
                on_progress(ScanProgress(True, len(pixels), len(pixels), pixels))
            template = self._matcher.template(pixels).to_bytes()
            self._last_good_at = taken_at
            return FingerScan(pixels, template, _resolution(said), self._device_id, taken_at)

    def is_same_finger(self, first: bytes, second: bytes) -> bool:
        if not self._holding.locked():
            raise NotConnectedError("nobody holds the reader open")
        one, other = parse(first), parse(second)
        if one is None or other is None:
            return False
        with self._in_use():
            return self._matcher.is_same(one, other)

    def nothing(self) -> Pixels:
        """Return a print of which nothing has come yet."""
        return self._nothing

    def check_goes_on(self) -> None:
        """Raise NotConnectedError if the reader was shut down."""
        self._check_not_shut_down()

    def _open(self) -> None:
        if self._is_open():
            return
        if sys.platform != "linux":
            raise ConfigurationError("libfprint is there on Linux only; use r30x or sbi")
        said = self._process.ask("open", OPEN_S, device=self._device)
        self._device_id = f"{said['driver']}-{said['id']}"
        self._has_opened = True

    def _close(self) -> None:
        has_opened, self._has_opened = self._has_opened, False
        if has_opened:
            try:
                self._process.ask("close", CLOSE_S)
            except DeviceError:
                self._process.kill()

    def _is_open(self) -> bool:
        return self._has_opened and self._process.pid is not None

    def _interrupt(self) -> None:
        """Nothing to do: whoever waits looks at `_stop` several times a second."""

    def _end(self) -> None:
        self._has_opened = False
        self._process.kill()
        self._matcher.close()

    def _after(self, trouble: DeviceError) -> None:
        """Begin with a fresh process."""
        self._has_opened = False
        self._process.kill()


class _Wait:
    """Waits for a finger: tells how it goes, and gives up in time."""

    def __init__(self, reader: LibfprintReader, timeout_s: float, on_progress: OnProgress | None) -> None:
        self._reader, self._timeout_s, self._on_progress = reader, timeout_s, on_progress
        self._until = time.monotonic() + timeout_s
        self._is_pressed = False

    def go_on(self, event: Mapping[str, Any]) -> None:
        """Go on, or raise what ends the scan."""
        self._reader.check_goes_on()
        if event.get("event") == "finger":
            self._is_pressed = bool(event["on"])
        nothing = self._reader.nothing()
        if self._on_progress is not None:
            self._on_progress(ScanProgress(self._is_pressed, 0, len(nothing), nothing))
        if not self._is_pressed and time.monotonic() > self._until:
            raise CaptureRejectedError(f"no finger within {self._timeout_s:g} s", "no_finger")


def _resolution(said: Mapping[str, Any]) -> int:
    return round(float(said["per_mm"]) * MM_PER_INCH) or USUAL_PPI
