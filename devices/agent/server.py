"""The agent's door: takes requests that were signed with the pairing key, and none else, to the service.

    MOSIPDISC  /device    what is plugged in             open to all: it says nothing about anybody
    MOSIPDINFO /info      the same, signed
    RCAPTURE   /capture   a print, or pictures as the camera gave them
    STREAM     /stream    the newest frame after `after`; without `after` SBI's endless multipart stream
    POST       /check     opens a device and lets it go
    POST       /compare   whether two templates are of one finger

The standard library's server is enough: a desk has a handful of devices and one venue that asks.
"""

import json
import logging
import ssl
import tempfile
import threading
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from devices.agent.faults import fault_of, pack_error
from devices.agent.packing import FRAMES
from devices.agent.pairing import PairingKey
from devices.agent.service import Service
from devices.errors import DeviceError

NONCE, SIGNATURE = "X-Kaodian-Nonce", "X-Kaodian-Signature"
LINES = "application/x-ndjson"
LOCAL = ("127.0.0.1", "localhost", "::1")
_JSON = "application/json"
_BOUNDARY = "frame"
_MOST_BYTES = 256 * 1024
_IDLE_S = 30.0
_CONNECTIONS = 32
_SHORTEST_NONCE = 16

log = logging.getLogger(__name__)


class AgentServer(ThreadingHTTPServer):
    """Listens until `shutdown()`; over the network with TLS, on this PC alone without."""

    daemon_threads = True
    request_queue_size = _CONNECTIONS

    def __init__(
        self, address: tuple[str, int], service: Service, key: PairingKey, *, is_local: bool | None = None
    ) -> None:
        """Begin to listen.

        Args:
            is_local: whether only this PC can ask, so that nothing has to be encrypted; left out: by the address.

        Raises:
            OSError: the port is taken, or the address is not this PC's.
        """
        self.service, self.key = service, key
        self.is_local = address[0] in LOCAL if is_local is None else is_local
        self._room = threading.BoundedSemaphore(_CONNECTIONS)
        self._tls = None if self.is_local else _tls(key)
        super().__init__(address, _Handler)

    @property
    def url(self) -> str:
        """The address to be written into the venue's settings."""
        return f"{'http' if self.is_local else 'https'}://{self.server_address[0]!s}:{self.server_address[1]}"

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Shake hands in the connection's own thread, so that a silent caller keeps nobody else waiting."""
        with self._room:
            try:
                request.settimeout(_IDLE_S)
                if self._tls is not None:
                    request = self._tls.wrap_socket(request, server_side=True)
            except OSError:  # somebody without the key, or a port scanner
                self.shutdown_request(request)
                return
            super().process_request_thread(request, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that goes away in the middle is no fault; anything else goes to the log."""
        log.debug("connection from %s ended", client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "Kaodian-agent"
    sys_version = ""
    timeout = _IDLE_S
    disable_nagle_algorithm = True
    server: AgentServer

    def do_MOSIPDISC(self) -> None:
        self._answer({"/device": self.server.service.discover}, is_open=True)

    def do_MOSIPDINFO(self) -> None:
        self._answer({"/info": self.server.service.info})

    do_MOSIPINFO = do_MOSIPDINFO  # noqa: N815 - the specification's schema page has this name

    def do_POST(self) -> None:
        self._answer({"/check": self.server.service.check, "/compare": self.server.service.compare})

    def do_RCAPTURE(self) -> None:
        asked = self._asked("/capture")
        if asked is None:
            return
        accepted = self.headers.get("Accept", "")
        if FRAMES in accepted:
            self._send_result(asked, self.server.service.frames, FRAMES)
        elif LINES in accepted:
            self._send_lines(asked)
        else:
            self._send_result(asked, self.server.service.capture, _JSON)

    def do_STREAM(self) -> None:
        asked = self._asked("/stream")
        if asked is None:
            return
        if "after" in asked:
            self._send_result(asked, self.server.service.frame, FRAMES)
        else:
            self._send_stream(asked)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's name
        """Say nothing: the venue asks many times a second."""

    def _answer(self, routes: Mapping[str, Callable[[dict[str, Any]], Any]], *, is_open: bool = False) -> None:
        asked = self._asked(*routes, is_open=is_open)
        if asked is not None:
            self._send_result(asked, routes[self.path], _JSON)

    def _asked(self, *paths: str, is_open: bool = False) -> dict[str, Any] | None:
        """Return the request's JSON; None if it was refused, which is then already said."""
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > _MOST_BYTES:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "the request is too large", is_over=True)
            return None
        body = self.rfile.read(int(length))
        if self.path not in paths:
            self._refuse(HTTPStatus.NOT_FOUND, "there is no such address here")
            return None
        if not is_open and not self._is_ours(body):
            self._refuse(HTTPStatus.UNAUTHORIZED, "not signed with this agent's pairing key")
            return None
        try:
            asked = json.loads(body or b"{}")
        except ValueError:
            asked = None
        if not isinstance(asked, dict):
            self._refuse(HTTPStatus.BAD_REQUEST, "the request is no JSON object")
            return None
        return asked

    def _is_ours(self, body: bytes) -> bool:
        """Tell whether the caller has the key: signs with it, or as other programs do shows it (`Bearer`)."""
        kind, _, shown = self.headers.get("Authorization", "").partition(" ")
        if kind.casefold() == "bearer":
            return self.server.key.is_text(shown)
        nonce = self.headers.get(NONCE, "")
        said = self.headers.get(SIGNATURE, "")
        parts = ("ask", str(self.command), self.path, nonce, body)
        return len(nonce) >= _SHORTEST_NONCE and self.server.key.has_signed(said, *parts)

    def _refuse(self, status: HTTPStatus, words: str, *, is_over: bool = False) -> None:
        self.close_connection = self.close_connection or is_over
        error = {"errorCode": "500" if status is HTTPStatus.NOT_FOUND else "110", "errorInfo": words}
        self._send(status, json.dumps({"error": error}).encode(), _JSON)

    def _send_result(self, asked: dict[str, Any], work: Callable[[dict[str, Any]], Any], media_type: str) -> None:
        """Do the work and send what came of it, or the device's trouble."""
        try:
            result = work(asked)
        except DeviceError as error:
            packed = pack_error(error, self.server.service.state_of(asked))
            self._send(fault_of(error).status, json.dumps(packed).encode(), _JSON)
            return
        except (ValueError, TypeError) as error:
            self._refuse(HTTPStatus.BAD_REQUEST, f"the request cannot be understood: {error}")
            return
        self._send(HTTPStatus.OK, result if isinstance(result, bytes) else json.dumps(result).encode(), media_type)

    def _send(self, status: HTTPStatus, body: bytes, media_type: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        nonce = self.headers.get(NONCE, "")
        self.send_header(SIGNATURE, self.server.key.sign("answer", nonce, str(int(status)), body))
        self.end_headers()
        self.wfile.write(body)

    def _send_lines(self, asked: dict[str, Any]) -> None:
        """Send one line of JSON after another while a finger is read; each is signed with its number."""
        self.close_connection = True
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", LINES)
        self.send_header("Connection", "close")
        self.end_headers()
        nonce, sent = self.headers.get(NONCE, ""), 0

        def tell(table: Mapping[str, Any]) -> None:
            nonlocal sent
            line = json.dumps(table)
            signature = self.server.key.sign("line", nonce, str(sent), line)
            self.wfile.write(f"{signature} {line}\n".encode())
            sent += 1

        tell({})
        tell(self.server.service.capture(asked, tell))

    def _send_stream(self, asked: dict[str, Any]) -> None:
        """Send pictures until the caller has seen enough or the camera fails."""
        self.close_connection = True
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", f"multipart/x-mixed-replace; boundary={_BOUNDARY}")
        self.send_header("Connection", "close")
        self.end_headers()
        seq = -1
        while True:
            try:
                seq, picture = self.server.service.live(asked, seq)
            except DeviceError as error:
                log.warning("stream ended: %s", error)
                return
            head = f"--{_BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(picture)}\r\n\r\n"
            self.wfile.write(head.encode() + picture + b"\r\n")


def _tls(key: PairingKey) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    with tempfile.TemporaryDirectory() as folder:  # the ssl module reads certificates from files only
        path = Path(folder) / "agent.pem"
        path.write_bytes(b"".join(key.certificate()))
        context.load_cert_chain(path)
    return context
