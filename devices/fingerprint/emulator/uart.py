"""The emulated sensor's end of the wire: as fast as its baud rate, deaf while it wakes up, and noise to other rates."""

import threading
import time
from collections.abc import Sequence

from devices.fingerprint.emulator.line import Line

BITS_PER_BYTE = 10
"""Start bit, eight bits, stop bit."""

WAKING_S = 0.5
RATE_TOLERANCE = 0.03
NOISE = bytes(range(0, 256, 7)) + b"\xff\x80"


class Uart:
    """Sends and receives at a rate. A driver at another rate hears noise and is heard as noise.

    Only a cable that knows the driver's rate (`Line.baud_rate`) can tell; over TCP every rate is right.
    """

    def __init__(self, line: Line, is_paced: bool) -> None:
        """Take the cable.

        Args:
            is_paced: take as long for each byte, and to wake up, as a real one would.
        """
        self._line, self._is_paced = line, is_paced
        self._give_up = threading.Event()
        self._free_at = 0.0
        self._awake_at = 0.0
        self._banner = b""
        self.baud_rate = 57_600

    def power_up(self, baud_rate: int, banner: bytes, is_awake: bool) -> None:
        """Begin anew at this rate.

        Args:
            banner: what is said on waking up.
            is_awake: it does so at once; else it is deaf for a while first.
        """
        self.baud_rate, self._banner = baud_rate, banner
        self._awake_at = time.monotonic() + (WAKING_S if self._is_paced and not is_awake else 0)

    def receive(self, timeout_s: float) -> bytes:
        """Return what has come in, as it sounds at this rate."""
        self._wake_up()
        received = self._line.receive(timeout_s)
        if not received or time.monotonic() < self._awake_at or not self._is_understood():
            return b""
        # Half duplex: the answer can begin when all that came in has left the wire.
        self._free_at = max(self._free_at, time.monotonic()) + self._seconds(len(received))
        return received

    def send(self, packets: Sequence[bytes]) -> None:
        """Send packet by packet, each when its last byte could have left the wire.

        Raises:
            LineClosedError: nobody takes it.
        """
        self._free_at = max(self._free_at, time.monotonic())
        for packet in packets if self._is_paced else [b"".join(packets)]:
            # From packet to packet by the clock alone: this thread may wake up late, a wire does not lag behind.
            self._free_at += self._seconds(len(packet))
            self._give_up.wait(max(self._free_at - time.monotonic(), 0) if self._is_paced else 0)
            if packet:
                self._line.send(packet if self._is_understood() else _noise(len(packet)))

    def give_up(self) -> None:
        """Wait for nothing any more."""
        self._give_up.set()

    def _wake_up(self) -> None:
        if self._banner and time.monotonic() >= self._awake_at:
            try:
                self.send([self._banner])
            finally:
                self._banner = b""  # whoever is not there yet misses it

    def _seconds(self, size_bytes: int) -> float:
        return size_bytes * BITS_PER_BYTE / self.baud_rate

    def _is_understood(self) -> bool:
        theirs = self._line.baud_rate
        return theirs is None or abs(theirs / self.baud_rate - 1) < RATE_TOLERANCE


def _noise(size_bytes: int) -> bytes:
    return (NOISE * (size_bytes // len(NOISE) + 1))[:size_bytes]
