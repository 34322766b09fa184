"""A device service that speaks the interface, with made-up fingers: for trying a client without a device.

It obeys the control file of the emulated sensor (emulator/control.py); of its faults it knows `silence`,
`silence_in_picture` (hangs up in the middle), `garbage` (no JSON), `refuse` (error 102) and `unplugged` (error 202).
"""

import json
import os
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from devices.errors import ConfigurationError
from devices.fingerprint.emulator.control import Control
from devices.fingerprint.emulator.glass import SHIPPED_FINGERS, Glass, Press
from devices.fingerprint.press import press
from devices.fingerprint.sbi.protocol import HOST, PORTS, encoded, hash_after
from devices.formats.coding import Coding
from devices.formats.finger_image import FingerImage, Quality, write_record

LOOK_EVERY_S = 0.02
SILENCE_S = 30.0
SERIAL = {
    "serialNo": "000000000042",
    "make": "KAODIAN",
    "model": "SIM-1",
    "type": "Finger",
    "deviceSubType": "Single",
    "deviceProvider": "KAODIAN",
    "deviceProviderId": "SIMULATOR",
}


class SbiSimulator:
    """A service with one finger reader. Its blocks are shaped as signed ones; the signature is none.

    Attributes:
        status: what the device says of itself, e.g. `Busy`.
        purpose: `Registration`, or `Auth` for a device that a venue cannot use.
        coding: of the pictures in its records.
        key: what a caller has to show, "" for nothing.
    """

    def __init__(
        self,
        control: Callable[[], Control] = Control,
        port: int | None = None,
        fingers: Sequence[str] = SHIPPED_FINGERS,
        press_after_s: float = 0.3,
    ) -> None:
        """Take the settings; None for the port is the first free one of 4501 to 4600, 0 any."""
        self.status, self.purpose = "Ready", "Registration"
        self.coding, self.key = Coding.JPEG_2000_LOSSLESS, ""
        self._control = control
        self._glass = Glass(control, fingers, press_after_s)
        self._capturing = threading.Lock()
        self._stopped = threading.Event()
        self._server = _listen(self, port)
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="sbi", daemon=True)

    def start(self) -> None:
        """Answer from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Answer no longer; requests under way are cut off."""
        self._stopped.set()
        self._server.shutdown()
        self._server.server_close()

    def answer(self, verb: str, body: dict[str, Any]) -> bytes | None:
        """Return what is sent back, None for a verb that is not known."""
        fault = self._control().fault
        if fault == "silence":
            self._stopped.wait(SILENCE_S)
        acts = {"MOSIPDISC": self._discovered, "MOSIPDINFO": self._info, "RCAPTURE": self._captured}
        if verb not in acts:
            return None
        if fault == "garbage":
            return b"<html>It works!</html>"
        content = json.dumps(acts[verb](body)).encode()
        return content[: len(content) // 2] if fault == "silence_in_picture" and verb == "RCAPTURE" else content

    def _about(self) -> dict[str, Any]:
        is_there = self._control().fault != "unplugged"
        return {
            "deviceId": "1",
            "deviceStatus": self.status if is_there else "Not Ready",
            "certification": "L0",
            "serviceVersion": "0.9.5",
            "deviceSubId": ["0"],
            "callbackId": f"http://{HOST}:{self.port}",
            "digitalId": encoded(json.dumps(SERIAL).encode()),
            "deviceCode": SERIAL["serialNo"],
            "specVersion": ["0.9.5"],
            "purpose": self.purpose,
        }

    def _discovered(self, body: dict[str, Any]) -> list[dict[str, Any]]:
        if body.get("type") not in ("Finger", "Fingerprint", "Biometric Device"):
            return []
        return [self._about() | {"error": _error(0)}]

    def _info(self, _body: dict[str, Any]) -> list[dict[str, Any]]:
        about = self._about() | {"firmware": "0.9.5", "env": "Developer"}
        return [{"deviceInfo": _signed(about), "error": _error(0)}]

    def _captured(self, body: dict[str, Any]) -> dict[str, Any]:
        fault = self._control().fault
        if fault in ("unplugged", "refuse"):
            return _failed(202 if fault == "unplugged" else 102)
        if not self._capturing.acquire(blocking=False):
            return _failed(500)
        try:
            found = self._await_finger(time.monotonic() + int(body["timeout"]) / 1000)
            return self._captured_of(found, body) if found else _failed(101)
        finally:
            self._capturing.release()

    def _await_finger(self, deadline: float) -> Press | None:
        while True:
            if found := self._glass.look():
                return found
            if time.monotonic() >= deadline or self._stopped.wait(LOOK_EVERY_S):
                return None

    def _captured_of(self, found: Press, body: dict[str, Any]) -> dict[str, Any]:
        self._glass.lift()
        if found.quality in ("messy", "few"):
            return _failed(102)
        pixels, now, wanted = press(found.identity, found.quality, found.number), datetime.now(UTC), body["bio"][0]
        image = FingerImage(pixels, 0, 500, now, (Quality(50),), coding=self.coding)
        data = _signed(
            {
                "digitalId": encoded(json.dumps(SERIAL).encode()),
                "deviceCode": SERIAL["serialNo"],
                "deviceServiceVersion": "0.9.5",
                "bioType": "Finger",
                "bioSubType": "UNKNOWN",
                "purpose": body["purpose"],
                "env": body["env"],
                "bioValue": encoded(write_record(image)),
                "transactionId": body["transactionId"],
                "timestamp": now.isoformat(timespec="milliseconds"),
                "requestedScore": wanted["requestedScore"],
                "qualityScore": "50",
            }
        )
        block = {"specVersion": "0.9.5", "data": data, "hash": hash_after(wanted["previousHash"], data)}
        return {"biometrics": [block | {"error": _error(0)}]}


class _Handler(BaseHTTPRequestHandler):
    """Answers one request; the verbs are the interface's own."""

    simulator: SbiSimulator

    def handle_one_request(self) -> None:
        """Read a request of any verb."""
        self.raw_requestline = self.rfile.readline(65_537)
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.simulator.key and self.headers.get("Authorization") != f"Bearer {self.simulator.key}":
            self.send_error(401)
            return
        try:
            answer = self.simulator.answer(self.command, json.loads(content or b"{}"))
        except (LookupError, ValueError, TypeError):
            self.send_error(400)  # not what the specification's schemas have
            return
        if answer is None:
            self.send_error(405)
            return
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *args: Any) -> None:
        """Say nothing: what is asked is nobody's business."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = os.name != "nt"  # there it would let two services have one port
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a client that hung up."""


def _listen(simulator: SbiSimulator, port: int | None) -> _Server:
    handler = type("Handler", (_Handler,), {"simulator": simulator})
    for candidate in PORTS if port is None else (port,):
        try:
            return _Server((HOST, candidate), handler)
        except OSError:
            continue
    raise ConfigurationError(f"no free port for the simulator: {port or 'all of 4501 to 4600 are taken'}")


def _signed(block: dict[str, Any]) -> str:
    header = encoded(json.dumps({"alg": "none", "type": "JWT"}).encode())
    return f"{header}.{encoded(json.dumps(block).encode())}."


def _error(code: int) -> dict[str, str]:
    return {"errorCode": str(code), "errorInfo": "Success" if not code else f"simulated error {code}"}


def _failed(code: int) -> dict[str, Any]:
    return {"biometrics": [{"specVersion": "0.9.5", "data": "", "hash": "", "error": _error(code)}]}
