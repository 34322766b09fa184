"""The whole of it: a sensor, a cable, a finger that comes and goes, and a thread that keeps them going."""

import logging
import os
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from secrets import token_hex
from tempfile import gettempdir

from devices.fingerprint.codes import Confirmation, Instruction
from devices.fingerprint.emulator.control import Control, ControlFile
from devices.fingerprint.emulator.faults import Faults
from devices.fingerprint.emulator.glass import SHIPPED_FINGERS, Glass
from devices.fingerprint.emulator.line import Line, LineClosedError
from devices.fingerprint.emulator.loopback import Loopback
from devices.fingerprint.emulator.sensor import Answer, EmulatedSensor
from devices.fingerprint.wire import ACK, COMMAND, DATA, END_OF_DATA, Packet, Unpacker, in_packets

log = logging.getLogger(__name__)

TICK_S = 0.1
BITS_PER_BYTE = 10
"""Start bit, eight bits, stop bit."""

HAS_PSEUDO_TERMINALS = hasattr(os, "openpty")


def make_line(link: Path | None = None, tcp_port: int | None = None) -> Line:
    """Return a cable: a pseudo-terminal where the system has them and no TCP port is named, else a loopback port.

    Args:
        link: name of the pseudo-terminal; default: a new name among the temporary files.
    """
    if tcp_port is not None or not HAS_PSEUDO_TERMINALS:
        return Loopback(tcp_port or 0)
    from devices.fingerprint.emulator.pseudo_terminal import PseudoTerminal  # not importable on Windows

    return PseudoTerminal(link or Path(gettempdir()) / f"ttyKAODIAN-{token_hex(4)}")


class Emulator:
    """An emulated sensor on its cable, from `start` to `stop`."""

    def __init__(
        self,
        line: Line,
        control: Callable[[], Control] | None = None,
        fingers: Sequence[str] = SHIPPED_FINGERS,
        press_after_s: float = 0.3,
        is_paced: bool = False,
    ) -> None:
        """Take the parts.

        Args:
            control: says what is on the glass and what is broken, at any moment; None: all is well.
            fingers: identities that take turns.
            press_after_s: how long after a scan begins the finger comes down.
            is_paced: send no faster than the sensor's baud rate allows; a pseudo-terminal knows no baud rate.
        """
        control = control or ControlFile(None)
        self.sensor = EmulatedSensor(Glass(control, fingers, press_after_s))
        self._line, self._is_paced = line, is_paced
        self._unpacker = Unpacker()
        self._free_at = 0.0
        self._faults = Faults(control)
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """What to open."""
        return self._line.url

    @property
    def is_plugged_in(self) -> bool:
        """Tell whether the port is there at this moment."""
        return self._line.is_plugged_in

    def start(self) -> None:
        """Plug in and answer until `stop`; nothing happens if it runs already."""
        if self._thread is None:
            self._line.plug_in()
            self._thread = threading.Thread(target=self._run, name=f"emulated sensor {self.url}", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Unplug for good. May be called twice."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
        self._line.unplug()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._tick()
            except LineClosedError:
                self._unpacker.forget()  # the driver went away in the middle; the next one begins anew
            except Exception:
                log.exception("emulated sensor at %s", self.url)

    def _tick(self) -> None:
        """Keep the cable as the control says, and answer what comes in."""
        if self._faults.current() == "unplugged":
            self._unplug()
            self._stop.wait(TICK_S / 2)
            return
        self._line.plug_in()
        for item in self._unpacker.feed(self._line.receive(TICK_S)):
            if isinstance(item, Packet) and item.address == self.sensor.memory.address:
                self._handle(item)

    def _handle(self, packet: Packet) -> None:
        if packet.kind in (DATA, END_OF_DATA):
            self.sensor.receive(packet.content, packet.kind == END_OF_DATA)
        elif packet.kind == COMMAND and packet.content:
            # A new baud rate or address holds from the answer after this one.
            address, bytes_per_s = packet.address, self.sensor.memory.baud_factor * 9600 / BITS_PER_BYTE
            if packet.content[0] == Instruction.GEN_IMG and self._faults.strike("refuse"):
                answer = Answer(Confirmation.ENROL_FAIL)
            else:
                answer = self.sensor.execute(packet.content)
            self._send(answer, address, bytes_per_s)
            if packet.content[0] == Instruction.UP_CHAR and answer.data:
                self.sensor.is_read()

    def _send(self, answer: Answer, address: int, bytes_per_s: float) -> None:
        packets = [Packet(ACK, bytes([answer.code]) + answer.extra, address)]
        packets += in_packets(answer.data, self.sensor.memory.packet_bytes, address)
        spoilt, comes_out = self._faults.spoil([packet.to_bytes() for packet in packets])
        self._free_at = max(self._free_at, time.monotonic())
        for packet in spoilt if self._is_paced else [b"".join(spoilt)]:
            self._pace(len(packet), bytes_per_s)
            self._line.send(packet)
        if comes_out:
            self._unplug()

    def _pace(self, size_bytes: int, bytes_per_s: float) -> None:
        """Wait until the last byte of a packet could have left the wire; its bytes then arrive together."""
        if self._is_paced:
            self._free_at += size_bytes / bytes_per_s
            self._stop.wait(max(self._free_at - time.monotonic(), 0))

    def _unplug(self) -> None:
        if self._line.is_plugged_in:
            self._line.unplug()
            self._unpacker.forget()
            self.sensor.lose_power()
