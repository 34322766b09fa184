"""The server behind which the region's app stands: waitress, with three things more.

What arrived of a request that was cut off is handed to the app instead of being thrown away, so that a cut costs an
upload nothing; when more comes in than can be worked off, the rest is turned away with 503 before it is stored; and
whoever sends so slowly that no venue's line could be meant is let go, the sooner the fewer connections are left.
waitress collects a request's body before a thread is given to it: slow venues, however many, occupy none.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, cast

from flask import request
from waitress.buffers import OverflowableBuffer
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.receiver import FixedStreamReceiver
from waitress.server import create_server
from waitress.task import WSGITask

CUT, ARRIVING, SHED = "kaodian.cut", "kaodian.arriving", "kaodian.shed"
UPLOADS = "/api/v1/uploads"
QUIET_S, LONGEST_WAIT_S = 1.5, 4.0
MAX_QUEUED = 64
"""Requests that wait for a thread; each waits some ten milliseconds for every one before it."""
MAX_WAITING_BYTES = 256 * 1024 * 1024
"""Bodies that are in the making, all connections together."""
IN_MEMORY_BYTES = 1024 * 1024
"""What is kept of one upload's body before it goes into a temporary file: every file of a candidate but the largest."""
READ_BYTES = 128 * 1024
"""What is read at once. The one thread that reads gives way to all others at each read: many small ones are slow."""

LOOKS_EVERY_S = 2
PATIENCE_S, CROWDED_PATIENCE_S = 30.0, 4.0
"""How long a request may take before it has to come at a pace; and when most connections are taken."""
MOST_AHEAD_BYTES = 512 * 1024
"""How far an answer that is written while it is sent may be ahead of its reader. waitress puts what is more than 1 MB
into a temporary file, in clear: that must not happen to a list of names."""
SLOWEST_BYTES_S = 500
"""A pace below that of any line: eight lanes of a modem have more. What is cut off for it is kept, and gone on with."""
CROWDED_SHARE = 0.75

WsgiApp = Callable[..., Iterable[bytes]]


def is_cut() -> bool:
    """Whether the connection ended in the middle of this request; nobody waits for the answer."""
    return bool(request.environ.get(CUT))


def is_shed() -> bool:
    """Whether the region has too much to do to take this request's body, which was let go."""
    return bool(request.environ.get(SHED))


def wait_for_the_rest(name: str) -> None:
    """Wait until no older request for this upload is still arriving: its bytes count, and need not come again.

    Args:
        name: the upload's path, or its Upload-Metadata while it has none.
    """
    arriving = cast("Callable[[str], bool] | None", request.environ.get(ARRIVING))
    deadline = time.monotonic() + LONGEST_WAIT_S
    while name and arriving and arriving(name) and time.monotonic() < deadline:
        time.sleep(0.02)


def serving(app: WsgiApp, **options: Any) -> Any:
    """Return a waitress server for the region's app; `run()` serves until it is closed."""
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # else a line a request when many venues send at once
    defaults = {"cleanup_interval": LOOKS_EVERY_S, "recv_bytes": READ_BYTES, "outbuf_high_watermark": MOST_AHEAD_BYTES}
    server = create_server(app, **{**defaults, **options})
    server.channel_class = Channel
    server.remnants = Counter()
    close_the_idle = server.maintenance

    def maintenance(now: float) -> None:
        close_the_idle(now)
        _let_go_of_the_slow(server)

    server.maintenance = maintenance
    return server


def _let_go_of_the_slow(server: Any) -> None:
    """Close the connections that bring next to nothing; with few left, also those that nobody uses at the moment."""
    channels = list(server.active_channels.values())
    is_crowded = len(channels) >= CROWDED_SHARE * server.adj.connection_limit
    for channel in channels:
        if channel.is_too_slow(is_crowded):
            channel.will_close = True


class _Parser(HTTPRequestParser):  # type: ignore[misc]  # waitress ships no types
    """A request in the making; `sheds` says whether the region has no room for another body."""

    is_cut = is_shed = False

    def __init__(self, adj: Any, sheds: Callable[[], bool]) -> None:
        super().__init__(adj)
        self._sheds = sheds
        self._began_at = time.monotonic()

    def received(self, data: bytes) -> int:
        was_reading_headers = not self.headers_finished
        consumed = int(super().received(data))
        if was_reading_headers and self.is_upload:
            self.is_shed = self._sheds()
            receiver = _Drain if self.is_shed else FixedStreamReceiver
            self.body_rcv = receiver(self.content_length, OverflowableBuffer(IN_MEMORY_BYTES))
        return consumed

    def is_too_slow(self, patience_s: float) -> bool:
        """Whether it comes more slowly than any line would bring it."""
        late_s = time.monotonic() - self._began_at - patience_s
        came = int(self.body_bytes_received) if self.headers_finished else 0
        return not self.completed and came < late_s * SLOWEST_BYTES_S

    @property
    def is_upload(self) -> bool:
        """Whether a part of an upload comes, of which the length is known."""
        return (
            self.headers_finished
            and not self.completed
            and not self.chunked
            and self.command in ("POST", "PATCH")
            and str(self.path).startswith(UPLOADS)
        )

    @property
    def names(self) -> tuple[str, ...]:
        """What the upload is known by: its path, and what is announced."""
        return (self.path, self.headers.get("UPLOAD_METADATA", ""))


class _Drain(FixedStreamReceiver):  # type: ignore[misc]
    """Takes a body and keeps nothing."""

    def received(self, data: bytes) -> int:
        taken: int = min(self.remain, len(data))
        self.remain -= taken
        self.completed = self.remain == 0
        return taken


class _Task(WSGITask):  # type: ignore[misc]
    """Tells the app what only the server knows."""

    def get_environment(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environment()
        environ[CUT], environ[SHED] = self.request.is_cut, self.request.is_shed
        environ[ARRIVING] = self.channel.arriving
        if self.request.is_shed:
            environ["CONTENT_LENGTH"] = "0"
        return environ


class Channel(HTTPChannel):  # type: ignore[misc]
    """One connection."""

    task_class = _Task
    request: Any

    def parser_class(self, adj: Any) -> _Parser:
        """Return what reads the next request."""
        return _Parser(adj, self._is_too_much)

    def arriving(self, name: str) -> bool:
        """Whether another connection is still bringing bytes of this upload, or has just been cut doing so."""
        if self.server.remnants[name] > 0:
            return True
        recently = time.time() - QUIET_S
        others = [one for one in list(self.server.active_channels.values()) if one is not self]
        return any(one.is_bringing(name) and one.last_activity > recently for one in others)

    def is_too_slow(self, is_crowded: bool) -> bool:
        """Whether the connection is of no use to anybody else."""
        if isinstance(self.request, _Parser):
            return self.request.is_too_slow(CROWDED_PATIENCE_S if is_crowded else PATIENCE_S)
        is_idle = not self.requests and self.last_activity < time.time() - CROWDED_PATIENCE_S
        return is_crowded and is_idle

    def is_bringing(self, name: str) -> bool:
        """Whether the request that is being received here belongs to the upload."""
        coming = self.request
        return isinstance(coming, _Parser) and coming.is_upload and name in coming.names

    def handle_close(self) -> None:
        """The other side is gone: what has come of an upload is worth keeping."""
        coming, self.request = self.request, None
        super().handle_close()
        if isinstance(coming, _Parser) and coming.is_upload and coming.body_bytes_received and not coming.is_shed:
            self.server.remnants.update(coming.names)
            self.server.add_task(_Remnant(self, coming))

    def _is_too_much(self) -> bool:
        waiting = sum(len(one.request.body_rcv) for one in list(self.server.active_channels.values()) if _has_body(one))
        return len(self.server.task_dispatcher.queue) >= MAX_QUEUED or waiting >= MAX_WAITING_BYTES


class _Remnant:
    """The first part of a request whose connection is gone; it is worked off like any other, and answered to nobody."""

    def __init__(self, channel: Channel, coming: _Parser) -> None:
        self._channel = channel
        self._coming = coming

    def service(self) -> None:
        """Hand the app what has come."""
        coming, server = self._coming, self._channel.server
        coming.is_cut = True
        coming.headers["CONTENT_LENGTH"] = str(len(coming.body_rcv))
        try:
            environ = _Task(self._channel, coming).get_environment()
            answer = server.application(environ, lambda *_head: lambda _body: None)
            getattr(answer, "close", lambda: None)()
        finally:
            server.remnants.subtract(coming.names)
            coming.close()

    def cancel(self) -> None:
        """The server ends; the venue sends again what was not acknowledged."""
        self._coming.close()


def _has_body(channel: Channel) -> bool:
    coming = channel.request
    return coming is not None and coming.body_rcv is not None
