"""A cable made of a TCP connection on this machine, for `socket://…`; for systems without pseudo-terminals."""

import select
import socket

from devices.fingerprint.emulator.line import STUCK_S, Line, LineClosedError


class Loopback(Line):
    """A listening port on 127.0.0.1. One driver at a time; a new connection takes the old one's place."""

    def __init__(self, port: int = 0) -> None:
        """Take the TCP port; 0 lets the system choose one, which is kept from then on."""
        self._listener: socket.socket | None = None
        self._driver: socket.socket | None = None
        self._port = port
        self.plug_in()

    @property
    def is_plugged_in(self) -> bool:
        return self._listener is not None

    def plug_in(self) -> None:
        if self._listener is not None:
            return
        self._listener = socket.create_server(("127.0.0.1", self._port), backlog=1)
        self._port = self._listener.getsockname()[1]
        self.url = f"socket://127.0.0.1:{self._port}"

    def unplug(self) -> None:
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.close()
        self._hang_up()

    def receive(self, timeout_s: float) -> bytes:
        if self._listener is None:
            return b""
        ends = [end for end in (self._listener, self._driver) if end is not None]
        ready = select.select(ends, [], [], timeout_s)[0]
        if self._listener in ready:
            self._take_call()
        elif ready:
            return self._read()
        return b""

    def send(self, data: bytes) -> None:
        if self._driver is None:
            raise LineClosedError(self.url)
        try:
            self._driver.sendall(data)
        except OSError as error:
            self._hang_up()
            raise LineClosedError(self.url) from error

    def _take_call(self) -> None:
        self._hang_up()
        if self._listener is not None:
            self._driver, _ = self._listener.accept()
            self._driver.settimeout(STUCK_S)
            self._driver.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _read(self) -> bytes:
        try:
            received = self._driver.recv(4096) if self._driver else b""
        except OSError:
            received = b""
        if not received:
            self._hang_up()
        return received

    def _hang_up(self) -> None:
        if self._driver is not None:
            self._driver.close()
        self._driver = None
