"""What the connections to the region put on the wire."""

import socket
import threading

import pytest

from sync.line import Line
from sync.pace import Throttle

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nSet-Cookie: a=b\r\n\r\nok"
LASTS_S = 20


class Listener:
    """Answers every request on one connection, and keeps what came in each read."""

    def __init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._server.getsockname()[1]}/there"
        self.reads: list[bytes] = []
        self._thread = threading.Thread(target=self._answer, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._thread.join(LASTS_S)
        self._server.close()

    def _answer(self) -> None:
        line, _address = self._server.accept()
        with line:
            while part := line.recv(256 * 1024):
                self.reads.append(part)
                line.sendall(ANSWER)


@pytest.mark.parametrize("limit_bytes_s", [0, 10_000_000], ids=["free", "throttled"])
@pytest.mark.parametrize("content", [None, b"", b"few bytes"], ids=["no body", "empty body", "small body"])
def test_a_small_request_goes_out_at_once_and_without_what_the_region_never_asked_for(
    content: bytes | None, limit_bytes_s: int
) -> None:
    listener, line = Listener(), Line(2, Throttle(limit_bytes_s), LASTS_S)
    for _time in range(2):  # the second one over the kept connection
        answer = line.ask("POST", listener.url, {"Authorization": "Bearer key"}, content)
        assert (answer.status_code, answer.content) == (200, b"ok")
    line.close()
    listener.close()
    assert len(listener.reads) == 2
    for read in listener.reads:
        head, _ends, body = read.partition(b"\r\n\r\n")
        assert body == (content or b"")
        names = [one.partition(b":")[0].lower() for one in head.split(b"\r\n")[1:]]
        assert set(names) <= {b"host", b"authorization", b"content-length"}
