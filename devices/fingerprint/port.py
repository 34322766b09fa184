"""The serial port under pyfingerprint: whole packets, deadlines, and a way back after nonsense.

pyfingerprint's own reading gives up on a silent sensor after 24 s, stays out of step after one bad byte, and reads an
image in 40 000 calls. It is handed this port instead of a `serial.Serial`: it may write and read byte by byte as it
likes; on the wire a command goes out in one piece after the stale input is dropped, and only packets that are whole and
right come back.
"""

import threading
import time
from collections import deque

import serial

from devices.errors import ConfigurationError, NotConnectedError, NotRespondingError
from devices.fingerprint.wire import COMMAND, HEAD_BYTES, Packet, Unpacker

WRITE_S = 1.0
POLL_S = 0.03
"""How long one read waits. Kept constant: changing a pyserial port's timeout configures the port anew."""

ANSWER_S = 1.2
"""Longest wait for the first byte of an answer; taking a picture takes these sensors up to half a second."""

REST_S = 0.5
"""Longest wait for the rest of a packet whose beginning is there."""

QUIET_S = 0.12
"""After so long without a byte nothing more is on its way; between two packets of a picture it never is as long."""


class SensorSilentError(NotRespondingError):
    """Nothing more came: there is nothing to be asked for once more."""


class ReadCancelledError(NotConnectedError):
    """Another thread said `cancel`."""


class SensorPort:
    """An open port with a sensor behind it. One thread at a time (its reader has the lock); any may `cancel`."""

    def __init__(self, url: str, baud_rate: int, address: int = 0xFFFFFFFF) -> None:
        """Open the port.

        Args:
            url: device path, `COM3`, or anything `serial_for_url` knows, e.g. `socket://127.0.0.1:4000`.
            address: the sensor's, which is in all it sends.

        Raises:
            serial.SerialException, ValueError: as pyserial.
        """
        self._serial = serial.serial_for_url(
            url, do_not_open=True, baudrate=baud_rate, timeout=POLL_S, write_timeout=WRITE_S
        )
        self._serial.exclusive = None if "://" in url else True
        self._serial.open()
        self._unpacker = Unpacker()
        self._whole: deque[Packet] = deque()
        self._outgoing = bytearray()
        self._incoming = bytearray()
        self._expects_answer = False
        self._is_cancelled = threading.Event()
        self._address = address
        self.answer_s = ANSWER_S

    @property
    def baud_rate(self) -> int:
        """The line's speed in bits a second."""
        return int(self._serial.baudrate)

    @baud_rate.setter
    def baud_rate(self, baud_rate: int) -> None:
        self._serial.baudrate = baud_rate
        self.drain()

    def isOpen(self) -> bool:  # noqa: N802 - the name pyfingerprint calls
        """Tell whether the port is open."""
        return bool(self._serial.is_open)

    def close(self) -> None:
        """Close the port. May be called twice."""
        self._serial.close()

    def cancel(self) -> None:
        """End whatever is being waited for, now and from now on; for another thread than the one that waits."""
        self._is_cancelled.set()

    def write(self, piece: bytes) -> None:
        """Take a piece of a packet; the packet is sent when it is whole."""
        self._outgoing += piece
        while (end := self._end_of_outgoing()) is not None:
            packet = bytes(self._outgoing[:end])
            del self._outgoing[:end]
            if packet[6] == COMMAND:
                self.drain()
                self._expects_answer = True
            self._serial.write(packet)

    def read(self, size: int = 1) -> bytes:
        """Return `size` bytes of packets that have been checked, waiting for the next packet if need be.

        Raises:
            NotRespondingError: as `read_packet`.
        """
        while len(self._incoming) < size:
            self._incoming += self.read_packet().to_bytes()
        taken = bytes(self._incoming[:size])
        del self._incoming[:size]
        return taken

    def read_packet(self) -> Packet:
        """Return the next packet.

        Raises:
            SensorSilentError: nothing came in time.
            NotRespondingError: what came is no packet.
            ConfigurationError: it came from a sensor with another address.
            ReadCancelledError: somebody called `cancel`.
            serial.SerialException: the port went away.
        """
        begun, deadline = False, time.monotonic() + self.answer_s
        while not self._whole:
            received = self._received(max(self._unpacker.wanted_bytes, self._serial.in_waiting))
            self._sort(received)
            if self._unpacker.has_begun and not begun:
                begun, deadline = True, time.monotonic() + min(REST_S, 2 * self.answer_s)
            if not self._whole and time.monotonic() > deadline:
                raise SensorSilentError(
                    "the sensor stopped in the middle of a packet" if begun else "the sensor is silent"
                )
        return self._whole.popleft()

    def drain(self) -> None:
        """Drop everything that has come in, so that the next answer belongs to the next command."""
        self._incoming.clear()
        self._whole.clear()
        self._unpacker.forget()
        while waiting := self._serial.in_waiting:
            self._serial.read(waiting)

    def wait_until_quiet(self, at_most_s: float) -> None:
        """Drop what comes in until nothing more does: a picture that is still being sent cannot be called back."""
        now = time.monotonic()
        deadline, quiet_since = now + at_most_s, now
        while now < deadline and now - quiet_since < QUIET_S:
            is_quiet = not self._received(max(1, self._serial.in_waiting))
            now = time.monotonic()
            quiet_since = quiet_since if is_quiet else now
        self.drain()

    def _received(self, size: int) -> bytes:
        if self._is_cancelled.is_set():
            raise ReadCancelledError("the reader has been shut down")
        return bytes(self._serial.read(size))

    def _sort(self, received: bytes) -> None:
        """Keep the packets. Rubbish is let pass before an answer (some sensors say 0x55 on waking), not inside one."""
        for item in self._unpacker.feed(received):
            if isinstance(item, Packet):
                self._check_address(item)
                self._whole.append(item)
                self._expects_answer = False
            elif item.reason == "checksum" or not self._expects_answer:
                raise NotRespondingError(f"the sensor sent {item.size_bytes} bytes that are no packet ({item.reason})")

    def _check_address(self, packet: Packet) -> None:
        if packet.address != self._address:
            raise ConfigurationError(
                f"a sensor with address {packet.address:08X} answers; the settings say {self._address:08X}"
            )

    def _end_of_outgoing(self) -> int | None:
        if len(self._outgoing) < HEAD_BYTES:
            return None
        end = HEAD_BYTES + int.from_bytes(self._outgoing[7:9], "big")
        return end if len(self._outgoing) >= end else None
