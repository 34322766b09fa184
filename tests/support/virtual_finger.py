"""A finger for libfprint's virtual reader: pictures of the emulator's presses, fed to its own driver."""

import socket
import struct
import subprocess
from contextlib import suppress
from functools import cache
from pathlib import Path

import pytest

from devices.base import FingerScan, OnProgress, Pixels
from devices.fingerprint.emulator.control import ControlFile
from devices.fingerprint.emulator.glass import Glass
from devices.fingerprint.libfprint.reader import SYSTEM_PYTHON, LibfprintReader
from devices.fingerprint.press import press

LIBFPRINT = "import gi; gi.require_version('FPrint', '2.0'); from gi.repository import FPrint"
RETRY, UNPLUG = -1, -5
"""Instead of a width: the reader wants another press; the reader goes away (libfprint, drivers/virtual-image.c)."""


@cache
def has_libfprint() -> bool:
    """Tell whether the system's Python can load libfprint."""
    try:
        return subprocess.run([SYSTEM_PYTHON, "-c", LIBFPRINT], check=False, capture_output=True).returncode == 0
    except OSError:
        return False


def need_libfprint() -> None:
    """Skip where the system has no libfprint."""
    if not has_libfprint():
        pytest.skip("no libfprint here; Debian: apt install gir1.2-fprint-2.0 python3-gi")


class VirtualFinger:
    """Puts pictures on the virtual reader, as the control file says."""

    is_plugged_in = True

    def __init__(self, folder: Path) -> None:
        self.glass = str(folder / "glass")
        self._presses = Glass(ControlFile(folder / "control.json"), press_after_s=0.0)
        self._line: socket.socket | None = None

    def come(self) -> None:
        """Press once, if somebody is there."""
        found = self._presses.look()
        if found is not None:
            self.put(press(found.identity, found.quality, found.number))
            self._presses.lift()

    def put(self, pixels: Pixels) -> None:
        """Press with this picture."""
        self.send(pixels.shape[1], pixels.shape[0], pixels.tobytes())

    def send(self, first: int, second: int, rest: bytes = b"") -> None:
        """Say something to the virtual reader; nobody hears it if it is not open."""
        self.go()
        self._line = socket.socket(socket.AF_UNIX)
        with suppress(OSError):
            self._line.connect(self.glass)
            self._line.sendall(struct.pack("ii", first, second) + rest)

    def go(self) -> None:
        """Hang up."""
        if self._line is not None:
            self._line.close()
        self._line = None


class PressedLibfprintReader(LibfprintReader):
    """The driver, with a finger that comes when it is asked for."""

    def __init__(self, finger: VirtualFinger) -> None:
        super().__init__(environment={"FP_VIRTUAL_IMAGE": finger.glass})
        self._finger = finger
        self._is_asked = False

    def scan(self, timeout_s: float, on_progress: OnProgress | None = None) -> FingerScan:
        self._is_asked = True
        return super().scan(timeout_s, on_progress)

    def _open(self) -> None:
        super()._open()
        if self._is_asked:
            self._is_asked = False
            self._finger.come()
