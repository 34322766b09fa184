"""A receipt printer with a network socket (port 9100)."""

import socket

from escpos.escpos import Escpos
from escpos.printer import Network

from devices.errors import ConfigurationError
from devices.printer.escpos import ANSWER_S, EscposPrinter

TAKES_S = 5.0
"""A printer takes a slip's bytes at once, or in pieces while it prints; one that takes none for so long is stuck."""
CONNECT_S = 2.0
SENT_AHEAD_BYTES = 32_768


class NetworkPrinter(EscposPrinter):
    """Raw TCP, as print servers and printers with a socket of their own speak it."""

    driver = "printer.network"

    def __init__(self, host: str, port: int = 9100, width_px: int = 576) -> None:
        """Take the address; `host` may carry the port: `192.168.1.50:9100`.

        Raises:
            ConfigurationError: no address, or no such width.
        """
        super().__init__(width_px)
        name, colon, own_port = host.partition(":")
        number = own_port if colon else str(port)
        if not name or not number.isdigit() or not 0 < int(number) < 65536:
            raise ConfigurationError(f"{host!r} is no address of a printer")
        self._host, self._port = name, int(number)
        self._socket: socket.socket | None = None

    def _connect(self) -> Escpos:
        # Opened by us: python-escpos 3.1 leaves a socket that was refused to the garbage collector.
        self._socket = socket.create_connection((self._host, self._port), timeout=CONNECT_S)
        self._socket.settimeout(TAKES_S)
        # A system that keeps a whole roll's worth for us would hide that the printer takes nothing.
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SENT_AHEAD_BYTES)
        line = Network(self._host, self._port)
        line.device = self._socket
        return line

    def _wait_at_most(self, seconds: float) -> None:
        if self._socket is not None:
            self._socket.settimeout(seconds)

    def _ask(self, question: bytes, wait_s: float = ANSWER_S) -> bytes:
        said = super()._ask(question, wait_s)
        self._wait_at_most(TAKES_S)
        return said
