"""The connections to the region: kept, throttled, and never waited for without end."""

import socket
import ssl
import time
from collections.abc import Iterable, Mapping
from typing import Any

import httpcore
import httpx

from sync.pace import Throttle

SLICE, THROTTLED_SLICE = 64 * 1024, 16 * 1024
WRITE_LASTS_S = 600.0
KEEPALIVE_S = 50.0
CONNECTS_IN_S = 5.0
SEND_BUFFER = 192 * 1024
"""What the system keeps of what we wrote: enough for eight connections on any venue's line, little to lose in a cut."""


class _Stream(httpcore.NetworkStream):
    """A connection whose answer must be there in time as a whole.

    httpx's timeouts are for single reads: a peer that sends a byte now and then would hold a lane for ever.
    """

    def __init__(self, inner: httpcore.NetworkStream, throttle: Throttle, down: Throttle, answer_s: float) -> None:
        self._inner = inner
        self._throttle = throttle
        self._down = down
        self._answer_s = answer_s
        self._write_by: float | None = None
        self._read_by: float | None = None
        self._slice = THROTTLED_SLICE if throttle.holds_back else SLICE
        self._head = b""

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if self._head:
            self.write(b"", timeout)
        now = time.monotonic()
        self._write_by = None
        self._read_by = self._read_by or now + self._answer_s
        if now >= self._read_by:
            raise httpcore.ReadTimeout("the answer does not end")
        content = self._inner.read(max_bytes, min(self._read_by - now, timeout or self._answer_s))
        self._down.take(len(content))
        return content

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send it; what begins a request goes with what follows, so that a small request is one packet."""
        self._read_by = None
        if self._write_by is None:
            self._write_by, self._head = time.monotonic() + WRITE_LASTS_S, buffer
            return
        whole, self._head = memoryview(self._head + buffer), b""
        for start in range(0, len(whole), self._slice):
            if time.monotonic() >= self._write_by:
                raise httpcore.WriteTimeout("the line is too slow for one chunk")
            part = whole[start : start + self._slice]
            self._throttle.take(len(part))
            self._inner.write(part, timeout)  # type: ignore[arg-type]  # the socket below takes any buffer

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        inner = self._inner.start_tls(ssl_context, server_hostname, timeout)
        return _Stream(inner, self._throttle, self._down, self._answer_s)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Backend(httpcore.SyncBackend):
    """Opens such connections."""

    def __init__(self, throttle: Throttle, down: Throttle, answer_s: float) -> None:
        self._throttle = throttle
        self._down = down
        self._answer_s = answer_s

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        options = [*(socket_options or ()), (socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)]
        inner = super().connect_tcp(host, port, timeout, local_address, options)
        return _Stream(inner, self._throttle, self._down, self._answer_s)


class Line(httpx.HTTPTransport):
    """What httpx sends through."""

    def __init__(
        self,
        connections: int,
        throttle: Throttle,
        answer_s: float,
        authority: str | None = None,
        down: Throttle | None = None,
        connect_s: float = CONNECTS_IN_S,
    ) -> None:
        """Keep up to so many connections.

        Args:
            throttle, down: what is sent and what is received of all connections together; without `down` no limit.
            authority: file of the certificate authority that signed the region's certificate; None for the system's.
        """
        context = ssl.create_default_context(cafile=authority)
        super().__init__(verify=context, trust_env=False)
        self._pool.close()
        self._pool = httpcore.ConnectionPool(
            ssl_context=context,
            max_connections=connections,
            max_keepalive_connections=connections,
            keepalive_expiry=KEEPALIVE_S,
            network_backend=_Backend(throttle, down or Throttle(), answer_s),
        )
        self._timeouts = {"timeout": {"connect": connect_s, "read": answer_s, "write": answer_s, "pool": answer_s}}

    def ask(self, method: str, url: str, headers: Mapping[str, str], content: bytes | None = None) -> httpx.Response:
        """Send one request and return the whole answer, whatever it is.

        httpx's client does the same with cookies, redirects and sign-in, of which the region knows nothing: that takes
        longer than all the rest, and what it adds to each request has to cross the line.

        Raises:
            httpx.HTTPError, httpx.InvalidURL: there is no answer.
        """
        request = httpx.Request(method, url, headers=headers, content=content, extensions=self._timeouts)
        answer = self.handle_request(request)
        try:
            answer.read()
        finally:
            answer.close()
        return answer
