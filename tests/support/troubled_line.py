"""A proxy before the region that cuts, delays, corrupts, doubles and answers for it: plain HTTP/1.1 on loopback."""

import socket
import struct
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

from tests.support.troubles import WELL, Kind, Trouble

REMEMBERED = 24
PATIENCE_S, IDLE_S = 10.0, 60.0
HEAD_ENDS = b"\r\n\r\n"
MOST_HEAD = 64 * 1024


class TroubledLine:
    """Carries requests to the region. What happens to each is asked of `choose`, in the order of their arrival.

    Attributes:
        region_port: where the region listens; it may change at any time.
        counts: how often what has happened.
    """

    def __init__(self, choose: Callable[[], Trouble] = lambda: WELL, region_port: int = 0) -> None:
        self.choose = choose
        self.region_port = region_port
        self.counts: Counter[Kind] = Counter()
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._requests: deque[bytes] = deque(maxlen=REMEMBERED)
        self._answers: deque[bytes] = deque(maxlen=REMEMBERED)
        self._server = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self._server.getsockname()[1]}"
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Carry nothing any more."""
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join(PATIENCE_S)
        self.cut_all()

    def cut_all(self) -> None:
        """Cut every connection at once, as a router does that is switched off."""
        with self._lock:
            lines = list(self._open)
        for line in lines:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while True:
            try:
                line, _address = self._server.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(line,), daemon=True).start()

    def _carry(self, line: socket.socket) -> None:
        """Carry one connection's requests, one after the other, until it is cut."""
        side, goes_on = self._opened(line), True
        try:
            while goes_on and (head := side.head()):
                goes_on = self._pass_on(side, head)
        except OSError:
            pass  # one of the two ends was killed, or has had enough
        finally:
            self._shut(side)

    def _pass_on(self, venue: "_Side", head: bytes) -> bool:
        """Carry one request and its answer; return whether the connection lives on."""
        trouble = self._next()
        if trouble.kind is Kind.CUT_REQUEST:
            self._send_part(venue, head, trouble.share)
            return False
        request = head + venue.body(_length(head))
        if len(request) < len(head) + _length(head):  # the venue was killed in the middle of it
            self._send_part(venue, request, 1.0)
            return False
        if trouble.kind is Kind.STAND_IN:
            venue.line.sendall(trouble.answer(request))
            return True
        answer = self._through(request, trouble)
        venue.line.sendall(answer)
        return trouble.kind is not Kind.CUT_ANSWER

    def _through(self, request: bytes, trouble: Trouble) -> bytes:
        """Return what the venue is to get when the region has had its say."""
        if trouble.kind is Kind.OLD_REQUEST and self._requests:
            self._exchange(_one_of(self._requests, trouble.share))
        if trouble.kind is Kind.TWICE:
            threading.Thread(target=self._again, args=(request,), daemon=True).start()
        if trouble.kind is Kind.SLOW:
            time.sleep(trouble.wait_s)
        sent = _flipped(request, trouble.share) if trouble.kind is Kind.CORRUPT_REQUEST else request
        answer = self._exchange(sent)
        if trouble.kind is Kind.CORRUPT_ANSWER:
            return _flipped(answer, trouble.share)
        if trouble.kind is Kind.CUT_ANSWER:
            return answer[: int(trouble.share * len(answer))]
        if trouble.kind is Kind.OLD_ANSWER and self._answers:
            return _one_of(self._answers, trouble.share)
        if trouble.kind is Kind.STAND_IN_AFTER:
            return trouble.answer(request)
        self._requests.append(request)
        self._answers.append(answer)
        return answer

    def _next(self) -> Trouble:
        with self._lock:
            trouble = self.choose()
            self.counts[trouble.kind] += 1
            return trouble

    def _send_part(self, venue: "_Side", head: bytes, share: float) -> None:
        """Let only this share of a request through to the region."""
        count = int(share * (len(head) + _length(head)))
        region = self._dialled()
        try:
            region.line.sendall(head[:count] + venue.body(count - len(head)))
        finally:
            self._shut(region, resets=share < 0.5)

    def _exchange(self, request: bytes) -> bytes:
        """Ask the region on a connection of its own, as whoever comes after a cut does.

        Raises:
            OSError: it does not answer in full.
        """
        region = self._dialled()
        try:
            region.line.sendall(request)
            head = region.head()
            count = 0 if request.startswith(b"HEAD ") else _length(head)
            answer = head + region.body(count)
            if not head or len(answer) < len(head) + count:
                raise ConnectionResetError("the region ended in the middle of its answer")
            return answer
        finally:
            self._shut(region)

    def _again(self, request: bytes) -> None:
        with suppress(OSError):
            self._exchange(request)

    def _dialled(self) -> "_Side":
        return self._opened(socket.create_connection(("127.0.0.1", self.region_port), PATIENCE_S), PATIENCE_S)

    def _opened(self, line: socket.socket, patience_s: float = IDLE_S) -> "_Side":
        line.settimeout(patience_s)
        with self._lock:
            self._open.add(line)
        return _Side(line)

    def _shut(self, side: "_Side", resets: bool = False) -> None:
        with self._lock:
            self._open.discard(side.line)
        if resets:
            side.line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        side.line.close()


class _Side:
    """One end of a connection."""

    def __init__(self, line: socket.socket) -> None:
        self.line = line
        self._kept = b""

    def head(self) -> bytes:
        """Return the next message up to its empty line, "" where there is none any more."""
        while HEAD_ENDS not in self._kept:
            part = self.line.recv(MOST_HEAD)
            if not part or len(self._kept) > MOST_HEAD:
                return b""
            self._kept += part
        head, _ends, self._kept = self._kept.partition(HEAD_ENDS)
        return head + HEAD_ENDS

    def body(self, count: int) -> bytes:
        """Return so many bytes, fewer where the connection ends."""
        parts = [self._kept[: max(0, count)]]
        self._kept = self._kept[len(parts[0]) :]
        left = count - len(parts[0])
        while left > 0 and (part := self.line.recv(min(left, 256 * 1024))):
            parts.append(part)
            left -= len(part)
        return b"".join(parts)


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n")[1:]:
        name, _colon, value = line.partition(b":")
        if name.lower() == b"content-length" and value.strip().isdigit():
            return int(value)
    return 0


def _flipped(message: bytes, share: float) -> bytes:
    """Return the message with one bit of one byte turned over."""
    place = int(share * len(message))
    bit = 1 << int(share * 1000) % 8
    return message[:place] + bytes([message[place] ^ bit]) + message[place + 1 :] if message else message


def _one_of(kept: "deque[bytes]", share: float) -> bytes:
    known = list(kept)
    return known[int(share * len(known))]
