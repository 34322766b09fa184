"""A cable made of a pseudo-terminal. Linux and macOS only."""

import array
import fcntl
import os
import select
import sys
import termios
import time
import tty
from pathlib import Path

from devices.fingerprint.emulator.line import STUCK_S, Line, LineClosedError

LINUX_TCGETS2 = 0x802C542A
"""Asks for the settings with the speed as a number: `termios` knows the standard speeds only, and by codes."""
TERMIOS2_WORDS, OUTPUT_SPEED_WORD = 11, 10


class PseudoTerminal(Line):
    """A pseudo-terminal behind a link whose name stays the same however often it is unplugged."""

    def __init__(self, link: Path) -> None:
        """Take the name under which the port will appear, e.g. `/run/kaodian/ttyKAODIAN-desk-1`."""
        self.url = str(link)
        self._link = link
        self._ours: int | None = None
        self._theirs: int | None = None

    @property
    def is_plugged_in(self) -> bool:
        return self._ours is not None

    @property
    def baud_rate(self) -> int | None:
        if self._theirs is None:
            return None
        if sys.platform != "linux":
            return int(termios.tcgetattr(self._theirs)[5])
        settings = array.array("I", [0] * TERMIOS2_WORDS)
        fcntl.ioctl(self._theirs, LINUX_TCGETS2, settings)
        return settings[OUTPUT_SPEED_WORD]

    def plug_in(self) -> None:
        if self._ours is not None:
            return
        # Their end is kept open here too: without it ours would report a hang-up, over and over, between two drivers.
        ours, self._theirs = os.openpty()
        tty.setraw(self._theirs)
        os.set_blocking(ours, False)
        fresh = self._link.with_name(f"{self._link.name}.{os.getpid()}")
        fresh.parent.mkdir(parents=True, exist_ok=True)
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(os.ttyname(self._theirs))
        fresh.replace(self._link)
        self._ours = ours

    def unplug(self) -> None:
        if self._ours is None or self._theirs is None:
            return
        if self._link.is_symlink() and str(self._link.readlink()) == os.ttyname(self._theirs):
            self._link.unlink()
        ours, self._ours = self._ours, None
        os.close(self._theirs)
        os.close(ours)
        self._theirs = None

    def receive(self, timeout_s: float) -> bytes:
        if self._ours is None or not select.select([self._ours], [], [], timeout_s)[0]:
            return b""
        try:
            return os.read(self._ours, 4096)
        except BlockingIOError:  # the driver has dropped what was on its way, between the two calls
            return b""

    def send(self, data: bytes) -> None:
        left, deadline = memoryview(data), time.monotonic() + STUCK_S
        while left:
            if self._ours is None or time.monotonic() > deadline:
                raise LineClosedError(self.url)
            if select.select([], [self._ours], [], 0.1)[1]:
                left = left[os.write(self._ours, left) :]
