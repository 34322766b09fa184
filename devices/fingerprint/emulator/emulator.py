"""The whole of it: a sensor, a cable, a finger that comes and goes, and a thread that keeps them going."""

import logging
import os
import threading
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
from devices.fingerprint.emulator.models import MODELS
from devices.fingerprint.emulator.sensor import Answer, EmulatedSensor
from devices.fingerprint.emulator.uart import Uart
from devices.fingerprint.wire import ACK, COMMAND, DATA, END_OF_DATA, Garbage, Packet, Unpacker, in_packets

log = logging.getLogger(__name__)

TICK_S = 0.1
BUSY_S = 2.0
BAUD_RATE_UNIT = 9600
READY = b"\x55"

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
        model: str = "r30x",
    ) -> None:
        """Take the parts.

        Args:
            control: says what is on the glass and what is broken, at any moment; None: all is well.
            fingers: identities that take turns.
            press_after_s: how long after a scan begins the finger comes down.
            is_paced: be as slow as a real one: on the wire, and in waking up.
            model: one of MODELS.
        """
        control = control or ControlFile(None)
        self.sensor = EmulatedSensor(Glass(control, fingers, press_after_s), MODELS[model])
        self._line = line
        self._uart = Uart(line, is_paced)
        self._unpacker = Unpacker()
        self._faults = Faults(control)
        self._stop = threading.Event()
        self._starting = threading.Lock()
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
        """Plug in and answer until `stop`; nothing happens if it runs already. May be called by several threads."""
        with self._starting:  # two threads at one cable would take each other's bytes
            if self._thread is None:
                self._plug_in()
                self._thread = threading.Thread(target=self._run, name=f"emulated sensor {self.url}", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """Unplug for good. May be called twice."""
        self._stop.set()
        self._uart.give_up()
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
        self._plug_in()
        for item in self._unpacker.feed(self._uart.receive(TICK_S)):
            if isinstance(item, Garbage):
                self._complain(item)
            elif item.address == self.sensor.memory.address:
                self._handle(item)

    def _handle(self, packet: Packet) -> None:
        if packet.kind in (DATA, END_OF_DATA):
            self.sensor.receive(packet.content, packet.kind == END_OF_DATA)
        elif packet.kind == COMMAND and packet.content:
            address = packet.address  # a new one holds from the answer after this one
            if packet.content[0] == Instruction.GEN_IMG and self._faults.strike("refuse"):
                answer = Answer(Confirmation.ENROL_FAIL)
            else:
                answer = self.sensor.execute(packet.content)
            if self._faults.strike("busy"):
                self._stop.wait(BUSY_S)
            if self._send(answer, address) and answer.code in (Confirmation.OK, Confirmation.READY):
                self._afterwards(packet.content, answer)

    def _afterwards(self, command: bytes, answer: Answer) -> None:
        """Do what only happens once the answer has left."""
        memory = self.sensor.memory
        if command[0] == Instruction.SET_SYS_PARA and self.sensor.model.switches_at_once:
            self._uart.baud_rate = memory.baud_factor * BAUD_RATE_UNIT
        elif command[0] == Instruction.SOFT_RESET:
            self._power_up(is_awake=True)
        elif command[0] == Instruction.UP_CHAR and answer.data:
            self.sensor.is_read()
        elif command[0] == Instruction.IMG_2_TZ and self._faults.strike("image_cleared"):
            self.sensor.blacken()

    def _complain(self, rubbish: Garbage) -> None:
        """Answer a packet whose sum is wrong, as the manual says: 01, error when receiving a data package."""
        if rubbish.reason == "checksum":
            self._send(Answer(Confirmation.PACKET_ERROR), self.sensor.memory.address)

    def _send(self, answer: Answer, address: int) -> bool:
        """Send an answer as whole as the faults leave it, and tell whether the sensor is still there."""
        packets = [Packet(ACK, bytes([answer.code]) + answer.extra, address)]
        packets += in_packets(answer.data, self.sensor.memory.packet_bytes, address)
        spoilt = self._faults.spoil([packet.to_bytes() for packet in packets])
        self._uart.send(spoilt.packets)
        if spoilt.ends_in == "unplug":
            self._unplug()
        elif spoilt.ends_in == "power_dip":
            self._power_up()
        return spoilt.ends_in is None

    def _plug_in(self) -> None:
        if not self._line.is_plugged_in:
            self._line.plug_in()
            self._power_up()

    def _power_up(self, is_awake: bool = False) -> None:
        self._unpacker.forget()
        self.sensor.lose_power()
        banner = READY if self.sensor.model.says_ready else b""
        self._uart.power_up(self.sensor.memory.baud_factor * BAUD_RATE_UNIT, banner, is_awake)

    def _unplug(self) -> None:
        if self._line.is_plugged_in:
            self._line.unplug()
