"""A receipt printer on a socket of its own: reads ESC/POS as the command reference has it, and keeps what came out.

Written from the reference and not from our driver: it is the other opinion on what our bytes mean.
"""

import contextlib
import socket
import threading
from dataclasses import dataclass, field

import numpy as np

from devices.base import Pixels

WIDTH_DOTS = 576


@dataclass(slots=True)
class Mood:
    """How the printer is.

    Attributes:
        paper: `full`, `low`, `none`.
        answers: whether it answers questions at all; many cheap ones do not.
        takes: whether it reads what it is sent.
        ends_after_dots: the paper ends when so many more rows have been printed.
    """

    paper: str = "full"
    cover_open: bool = False
    answers: bool = True
    takes: bool = True
    ends_after_dots: int | None = None


@dataclass(slots=True)
class _Roll:
    rows: list[Pixels] = field(default_factory=list)


class SocketPrinter:
    """Listens at `port`; `slips` are the pictures that were cut off, `unknown` the bytes it could make nothing of."""

    def __init__(self) -> None:
        self.mood = Mood()
        self.slips: list[Pixels] = []
        self.unknown: list[bytes] = []
        self.port = 0
        self._roll = _Roll()
        self._listener: socket.socket | None = None
        self._lines: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self.plug_in()

    @property
    def address(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self.port}"

    def plug_in(self) -> None:
        """Listen, at the same port as before."""
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # A small window, as a printer with little memory has: a stuck one is felt soon.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        listener.bind(("127.0.0.1", self.port))
        listener.listen()
        self.port = listener.getsockname()[1]
        self._listener = listener
        self._start(self._accept, listener)

    def unplug(self) -> None:
        """Pull the cable."""
        listener, self._listener = self._listener, None
        for one in [*([listener] if listener else []), *self._lines]:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        for thread in self._threads:
            thread.join(5)
        self._lines, self._threads = [], []

    def wait_for(self, count: int, within_s: float = 10) -> None:
        """Come back when so many slips have been cut."""
        done = threading.Event()
        waited = 0.0
        while len(self.slips) < count and waited < within_s:
            done.wait(0.02)
            waited += 0.02
        assert len(self.slips) >= count, f"{len(self.slips)} slips came out"

    def _start(self, act: object, *arguments: object) -> None:
        thread = threading.Thread(target=act, args=arguments, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                line, _peer = listener.accept()
            except OSError:
                return
            self._lines.append(line)
            self._start(self._serve, line)

    def _serve(self, line: socket.socket) -> None:
        with contextlib.suppress(OSError, EOFError):
            reader = _Reader(line)
            while True:
                if self.mood.takes:
                    self._obey(reader, line)
                elif self._listener is None:
                    return
                else:
                    threading.Event().wait(0.05)

    def _obey(self, reader: "_Reader", line: socket.socket) -> None:
        first = reader.take(1)
        if first == b"\x10":
            self._tell_now(reader.take(2), line)
        elif first == b"\x1b":
            command = reader.take(1)
            if command == b"@":
                self._roll.rows.clear()
            elif command == b"d":
                reader.take(1)
            else:
                self.unknown.append(first + command)
        elif first == b"\x1d":
            self._group(reader, line)
        elif first not in (b"\n", b"\r"):
            self.unknown.append(first)

    def _group(self, reader: "_Reader", line: socket.socket) -> None:
        command = reader.take(1)
        if command == b"v":
            self._raster(reader)
        elif command == b"V":
            kind = reader.take(1)
            if kind in (b"A", b"B"):
                reader.take(1)
            self._cut()
        elif command == b"r":
            reader.take(1)
            if self.mood.answers and self.mood.paper != "none":
                line.sendall(b"\x03" if self.mood.paper == "low" else b"\x00")
        else:
            self.unknown.append(b"\x1d" + command)

    def _tell_now(self, question: bytes, line: socket.socket) -> None:
        if not self.mood.answers:
            return
        if question == b"\x04\x04":
            line.sendall({"full": b"\x12", "low": b"\x1e", "none": b"\x7e"}[self.mood.paper])
        elif question == b"\x04\x02":
            line.sendall(bytes([0x12 | (0x04 if self.mood.cover_open else 0)]))
        else:
            self.unknown.append(b"\x10" + question)

    def _raster(self, reader: "_Reader") -> None:
        assert reader.take(2) == b"0\x00", "GS v 0, normal size"
        width_bytes, height = (int.from_bytes(reader.take(2), "little") for _part in range(2))
        assert width_bytes * 8 <= WIDTH_DOTS, "wider than the head"
        bits = np.unpackbits(np.frombuffer(reader.take(width_bytes * height), np.uint8))
        for row in np.where(bits.reshape(height, width_bytes * 8), 0, 255).astype(np.uint8):
            if self.mood.ends_after_dots is not None:
                if self.mood.ends_after_dots <= 0:
                    self.mood.paper = "none"
                    continue
                self.mood.ends_after_dots -= 1
            self._roll.rows.append(row)

    def _cut(self) -> None:
        if self._roll.rows and self.mood.paper != "none":
            self.slips.append(np.array(self._roll.rows, np.uint8))
        self._roll.rows = []


class _Reader:
    """Takes exactly so many bytes off a line."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line

    def take(self, count: int) -> bytes:
        """Return the next bytes.

        Raises:
            EOFError: the line was closed.
        """
        content = b""
        while len(content) < count:
            part = self._line.recv(count - len(content))
            if not part:
                raise EOFError
            content += part
        return content
