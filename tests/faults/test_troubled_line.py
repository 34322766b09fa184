"""The proxy that the fault campaign puts before the region does what it says, each trouble for itself."""

import json
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from tests.support.troubled_line import TroubledLine
from tests.support.troubles import STAND_INS, WEIGHTS, WELL, Dice, Kind, Trouble, spoken

BODY = bytes(range(256)) * 40


class Echo(ThreadingHTTPServer):
    """Answers with what it was sent and remembers what arrived in full."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.came: list[bytes] = []

    def handle_error(self, *_whose: object) -> None:
        """Being cut off is what the test is about."""


class _Handler(BaseHTTPRequestHandler):
    server: Echo
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length)
        if len(body) == length:
            self.server.came.append(body)
            self.send_response(200)
            self.send_header("Content-Length", str(length))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        pass


@pytest.fixture
def echo() -> Iterator[Echo]:
    with Echo() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def line(echo: Echo) -> Iterator[TroubledLine]:
    with TroubledLine(region_port=echo.server_port) as line:
        yield line


def post(line: TroubledLine, *troubles: Trouble, body: bytes = BODY) -> httpx.Response:
    """Send a request while these troubles come, one a request, and none after them."""
    coming = iter(troubles)
    line.choose = lambda: next(coming, WELL)
    return httpx.post(line.url, content=body, timeout=20, trust_env=False)


def test_without_trouble_everything_passes_as_it_is(line: TroubledLine, echo: Echo) -> None:
    assert post(line).content == BODY
    assert echo.came == [BODY]


@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.99])
def test_a_request_is_cut_at_any_byte_and_never_arrives(line: TroubledLine, echo: Echo, share: float) -> None:
    with pytest.raises(httpx.HTTPError):
        post(line, Trouble(Kind.CUT_REQUEST, share))
    assert echo.came == []


@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.99])
def test_an_answer_is_cut_after_the_region_has_done_its_part(line: TroubledLine, echo: Echo, share: float) -> None:
    with pytest.raises(httpx.HTTPError):
        post(line, Trouble(Kind.CUT_ANSWER, share))
    assert echo.came == [BODY]


def test_one_bit_of_what_goes_or_comes_is_turned_over(line: TroubledLine, echo: Echo) -> None:
    assert post(line, Trouble(Kind.CORRUPT_ANSWER, 0.9)).content != BODY
    assert echo.came == [BODY]
    post(line, Trouble(Kind.CORRUPT_REQUEST, 0.9))
    changed = [place for place, byte in enumerate(echo.came[1]) if byte != BODY[place]]
    assert len(changed) == 1
    assert (echo.came[1][changed[0]] ^ BODY[changed[0]]).bit_count() == 1


def test_a_request_is_doubled_or_comes_again_later(line: TroubledLine, echo: Echo) -> None:
    assert post(line, body=b"first").content == b"first"
    assert post(line, Trouble(Kind.OLD_REQUEST, 0.0), body=b"second").content == b"second"
    assert echo.came == [b"first", b"first", b"second"]
    assert post(line, Trouble(Kind.OLD_ANSWER, 0.0), body=b"third").content == b"first"
    assert echo.came[3:] == [b"third"]


def test_somebody_else_answers_before_or_after_the_region(line: TroubledLine, echo: Echo) -> None:
    page = spoken(503, "text/html", b"<html>", Retry_After="7")
    answer = post(line, Trouble(Kind.STAND_IN, answer=page))
    assert (answer.status_code, answer.headers["Retry-After"], answer.content) == (503, "7", b"<html>")
    assert echo.came == []
    assert post(line, Trouble(Kind.STAND_IN_AFTER, answer=page)).status_code == 503
    assert echo.came == [BODY]


def test_whoever_answers_in_the_regions_stead_knows_what_was_asked() -> None:
    request = b"POST /api/v1/uploads HTTP/1.1\r\nUpload-Metadata: kind ZmlsZQ==,sha256 " + b"YWFh" + b"\r\n\r\n"
    receipt = json.loads(STAND_INS["stranger"](request).partition(b"\r\n\r\n")[2])
    assert receipt["receipt"]["digest"] == "aaa"
    statuses = {int(said(b"").split()[1]) for name, said in STAND_INS.items() if name[:4] in ("page", "word")}
    assert {400, 401, 403, 404, 409, 413, 429, 500, 503} <= statuses


def test_a_region_that_is_gone_is_a_cut(line: TroubledLine, echo: Echo) -> None:
    line.region_port = 9
    with pytest.raises(httpx.HTTPError):
        post(line)
    line.region_port = echo.server_port
    assert post(line).content == BODY


def test_the_same_seed_draws_the_same_troubles_and_every_kind_comes() -> None:
    first, second = Dice(4711), Dice(4711)
    drawn = [first() for _draw in range(600)]
    assert drawn == [second() for _draw in range(600)]
    assert set(Counter(one.kind for one in drawn)) == set(WEIGHTS)
