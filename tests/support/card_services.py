"""Reading services as vendors run them on a desk: one over HTTP, one over a WebSocket (RFC 6455, written from it)."""

import base64
import contextlib
import hashlib
import json
import socket
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_TEXT, _CLOSE, _PING, _PONG = 1, 8, 9, 10


class Table:
    """What lies on the reader, and what the service makes of it.

    Attributes:
        fault: "" or `half`, `no_name`, `garbage`, `encoding`, `silence`, `error`; `gb18030` and `jsonp` are no faults.
    """

    def __init__(self) -> None:
        self.card: dict[str, Any] | None = None
        self.fault = ""
        self.stopping = threading.Event()

    def answer(self) -> bytes:
        """Return what the service says at this moment, in the words of one vendor."""
        if self.card is None:
            return json.dumps({"resultFlag": -1, "errorMsg": "找卡失败"}, ensure_ascii=False).encode()
        content = dict(self.card)
        if self.fault == "no_name":
            content["partyName"] = ""
        text = json.dumps({"resultFlag": 0, "resultContent": content}, ensure_ascii=False)
        if self.fault == "garbage":
            return b"\xff\xfe\xfd" + bytes(range(255, 127, -1))
        if self.fault == "encoding":
            return text.encode().decode("latin-1").encode()
        if self.fault == "gb18030":
            return text.encode("gb18030")
        if self.fault == "jsonp":
            return f"callback({text});".encode()
        return text.encode()[:60] if self.fault == "half" else text.encode()


class HttpCardService:
    """Answers every GET with what lies on the table."""

    def __init__(self) -> None:
        self.table = Table()
        self.port = 0
        self._server: ThreadingHTTPServer | None = None
        self.start()

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}/readcard"

    def start(self) -> None:
        """Answer, at the same port as before."""
        table = self.table
        table.stopping.clear()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if table.fault == "silence":
                    table.stopping.wait(20)
                    return
                content = table.answer()
                self.send_response(500 if table.fault == "error" else 200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                """Keep quiet."""

        class Server(ThreadingHTTPServer):
            allow_reuse_address = True
            daemon_threads = True

        self._server = Server(("127.0.0.1", self.port), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        """Let nobody answer any more."""
        self.table.stopping.set()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


class SocketCardService:
    """Says every tenth of a second what lies on the table, or only when it is asked."""

    def __init__(self, waits_to_be_asked: bool) -> None:
        self.table = Table()
        self.port = 0
        self.asked: list[str] = []
        self._waits = waits_to_be_asked
        self._listener: socket.socket | None = None
        self._lines: list[socket.socket] = []
        self.start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"ws://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Listen, at the same port as before."""
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        listener.listen()
        self.port = listener.getsockname()[1]
        self._listener = listener
        self.table.stopping.clear()
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def stop(self) -> None:
        """Hang up on everybody."""
        self.table.stopping.set()
        listener, self._listener = self._listener, None
        for one in [*([listener] if listener else []), *self._lines]:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        self._lines.clear()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                line, _peer = listener.accept()
            except OSError:
                return
            self._lines.append(line)
            threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, line: socket.socket) -> None:
        with contextlib.suppress(OSError, EOFError):
            _shake_hands(line)
            last = 0.0
            while not self.table.stopping.is_set():
                line.settimeout(0.02)
                try:
                    kind, content = _frame(line)
                except TimeoutError:
                    kind, content = 0, b""
                if self.table.fault == "silence":
                    continue
                if kind == _PING:
                    _send(line, _PONG, content)
                elif kind == _TEXT:
                    self.asked.append(content.decode())
                    _send(line, _TEXT, self.table.answer())
                elif not self._waits and self.table.card is not None and time.monotonic() - last > 0.1:
                    last = time.monotonic()
                    _send(line, _TEXT, self.table.answer())


def _shake_hands(line: socket.socket) -> None:
    heading = b""
    while b"\r\n\r\n" not in heading:
        heading += _some(line, 1024)
    key = next(
        row.split(b":")[1].strip() for row in heading.split(b"\r\n") if row.lower().startswith(b"sec-websocket-key")
    )
    accept = base64.b64encode(hashlib.sha1(key + _GUID, usedforsecurity=False).digest())
    line.sendall(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
    )


def _frame(line: socket.socket) -> tuple[int, bytes]:
    """Return the kind and content of the next frame; a client's are masked."""
    first, second = _exactly(line, 2)
    line.settimeout(5)
    size = second & 0x7F
    if size == 126:
        size = struct.unpack(">H", _exactly(line, 2))[0]
    mask = _exactly(line, 4)
    content = bytes(byte ^ mask[place % 4] for place, byte in enumerate(_exactly(line, size)))
    if first & 0x0F == _CLOSE:
        raise EOFError
    return first & 0x0F, content


def _send(line: socket.socket, kind: int, content: bytes) -> None:
    size = bytes([len(content)]) if len(content) < 126 else b"\x7e" + struct.pack(">H", len(content))
    line.settimeout(5)
    line.sendall(bytes([0x80 | kind]) + size + content)


def _some(line: socket.socket, most: int) -> bytes:
    part = line.recv(most)
    if not part:
        raise EOFError
    return part


def _exactly(line: socket.socket, count: int) -> bytes:
    content = b""
    while len(content) < count:
        content += _some(line, count - len(content))
    return content
