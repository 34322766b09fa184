"""A network camera on loopback that can be unplugged, frozen, darkened and silenced."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

import cv2
import numpy as np

_FPS = 25
_HEAD = b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n"


class NetworkCamera:
    """Serves multipart JPEG at `url`, small noisy pictures; `fault` is as in the control file, or `silent`."""

    def __init__(self) -> None:
        self.fault = ""
        self.opened = 0
        self._stopping = threading.Event()
        self._server: ThreadingHTTPServer | None = None
        self._thread: threading.Thread | None = None
        self._chance = np.random.default_rng(1)
        self._port = 0
        self._still = self._picture()

    @property
    def url(self) -> str:
        """Where it is; the same after `plug_in`."""
        return f"http://127.0.0.1:{self._port}/"

    def __enter__(self) -> Self:
        self.plug_in()
        return self

    def __exit__(self, *_: object) -> None:
        self.unplug()

    def plug_in(self) -> None:
        """Answer."""
        camera = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                camera.opened += 1
                self.send_response(200)
                self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
                self.end_headers()
                camera._stream(self)

            def log_message(self, *_: object) -> None:
                """Keep quiet."""

        class Server(ThreadingHTTPServer):
            allow_reuse_address = True
            daemon_threads = True

        self._stopping.clear()
        self._server = Server(("127.0.0.1", self._port), Handler)
        self._port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def unplug(self) -> None:
        """Close every connection, and the port."""
        self._stopping.set()
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
        self._server = None

    def _stream(self, handler: BaseHTTPRequestHandler) -> None:
        while not self._stopping.wait(1 / _FPS):
            if self.fault == "silent":
                continue
            picture = self._picture()
            try:
                handler.wfile.write(_HEAD % len(picture) + picture + b"\r\n")
            except OSError:
                return

    def _picture(self) -> bytes:
        if self.fault == "frozen":
            return self._still
        if self.fault == "green":
            return bytes(cv2.imencode(".jpg", np.full((120, 160, 3), (0, 135, 0), np.uint8))[1])
        level = 0 if self.fault == "black" else 150
        noise = self._chance.normal(level, 0 if self.fault == "black" else 20, (120, 160, 3))
        return bytes(cv2.imencode(".jpg", np.clip(noise, 0, 255).astype(np.uint8))[1])
