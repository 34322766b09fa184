"""What every way to the region must do, with a region that answers well and with whatever else may answer."""

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from local_db.parcels import Parcel
from records.receipt import Receipt, ReceiptSigner
from records.verdict import Decision
from sync.errors import DamagedError, OverloadedError, RefusedError, SyncError, UnreachableError
from sync.transport import HttpTransport, Transport
from tests.support.builders import RECEIPT_SIGNER, START, enrolment

DIGEST, FILE = "a" * 64, "b" * 64
RECORD = Parcel(1, "record", DIGEST, "application/json", 2, 0)
PICTURE = Parcel(2, "file", FILE, "image/jpeg", 2, 0)
Answer = tuple[int, str, bytes, dict[str, str]]


class Region(ThreadingHTTPServer):
    """Answers what it is told to, and remembers what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer: Answer = (200, "application/json", b"{}", {})
        self.asked: list[tuple[str, str, str | None, bytes]] = []
        self.silence = threading.Event()
        self.is_silent = False

    def says(self, document: object, status: int = 200, **headers: str) -> None:
        """Answer with this document."""
        self.answer = (status, "application/json", json.dumps(document).encode(), headers)


class _Handler(BaseHTTPRequestHandler):
    server: Region
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers.get("Content-Length", 0))))

    def do_PATCH(self) -> None:
        self.do_POST()

    def do_GET(self) -> None:
        self._answer(b"")

    def _answer(self, body: bytes) -> None:
        self.server.asked.append((self.command, self.path, self.headers.get("Authorization"), body))
        if self.server.is_silent:
            self.server.silence.wait(10)
            self.close_connection = True
            return
        status, kind, content, headers = self.server.answer
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_words: object) -> None:
        pass


@pytest.fixture
def region() -> Iterator[Region]:
    with Region() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.silence.set()
        server.shutdown()
        thread.join()


@pytest.fixture(params=[HttpTransport], ids=["http"])
def transport(request: pytest.FixtureRequest, region: Region) -> Iterator[Transport]:
    way: Transport = request.param(enrolment(f"http://127.0.0.1:{region.server_port}"), timeout_s=0.5)
    yield way
    way.close()


def receipt(
    digest: str = DIGEST,
    state: str = "stored",
    missing: tuple[str, ...] = (),
    venue: str = "V-TEST",
    signer: ReceiptSigner = RECEIPT_SIGNER,
) -> dict[str, object]:
    return signer.sign(Receipt(digest, state, missing), venue, START)


def changed(**parts: object) -> dict[str, object]:
    """A receipt into which somebody has written after it was signed."""
    document = receipt()
    return {**document, "receipt": {**document["receipt"], **parts}}  # type: ignore[dict-item]


def test_an_object_is_sent_with_the_venues_key_and_its_receipt_comes_back(region: Region, transport: Transport) -> None:
    region.says(receipt(missing=(FILE,)), 201)
    found = transport.send(RECORD, b"{}")
    assert (found.receipt.missing, found.key_id, found.at) == ((FILE,), RECEIPT_SIGNER.key_id, START)
    region.says(receipt(FILE))
    assert transport.send(PICTURE, b"\xff\xd8").receipt.digest == FILE
    assert region.asked == [
        ("POST", "/api/v1/uploads", "Bearer the-key", b"{}"),
        ("POST", "/api/v1/uploads", "Bearer the-key", b"\xff\xd8"),
    ]


@pytest.mark.parametrize(
    "document",
    [
        receipt("c" * 64),  # the wrong hash, or an old receipt played back for another object
        receipt(venue="V-OTHER"),
        receipt(signer=ReceiptSigner(b"the seed of somebody else's key.")),
        receipt(state="maybe"),
        receipt(state="accepted", missing=(FILE,)),
        receipt(missing=("not a digest",)),
        changed(digest=DIGEST, at="2030-01-01T00:00:00+00:00"),
        changed(state="accepted"),
        changed(key="0" * 16),
        {**receipt(), "signature": ""},
        {**receipt(), "signature": "!"},
        {**receipt(), "signature": None},
        {"receipt": receipt()["receipt"]},
        {"receipt": None, "signature": "AA=="},
        {"receipt": {"digest": DIGEST, "state": "stored", "missing": []}},
        {},
        [],
        "stored",
        None,
    ],
)
def test_only_a_receipt_that_names_the_object_counts_as_success(
    region: Region, transport: Transport, document: object
) -> None:
    region.says(document)
    with pytest.raises(UnreachableError):
        transport.send(RECORD, b"{}")


@pytest.mark.parametrize(
    ("status", "kind", "content"),
    [
        (200, "text/html", b"<html>Please sign in to the hotel's network</html>"),
        (200, "application/json", b""),
        (200, "application/json", b'{"receipt"'),
        (200, "application/json", b"\xff\xfe\x00"),
        (204, "text/plain", b""),
        (302, "text/html", b""),
        (401, "application/json", b'{"error": {"code": "unknown_key", "message": ""}}'),
        (404, "text/html", b"<html>no such page</html>"),
        (413, "text/html", b"<html>a proxy's page</html>"),
        (422, "application/json", b'{"error": "no code"}'),
        (500, "text/plain", b"oops"),
        (502, "text/html", b"<html>Bad Gateway</html>"),
    ],
)
def test_an_answer_that_is_not_the_regions_word_is_tried_again(
    region: Region, transport: Transport, status: int, kind: str, content: bytes
) -> None:
    region.answer = (status, kind, content, {"Location": "/elsewhere"} if status == 302 else {})
    for ask in (
        lambda: transport.send(RECORD, b"{}"),
        lambda: transport.receipt(DIGEST),
        lambda: transport.verdicts(0),
    ):
        with pytest.raises(SyncError) as caught:
            ask()
        assert caught.value.retryable, status


def test_bytes_that_changed_on_the_way_are_sent_again_but_told_apart(region: Region, transport: Transport) -> None:
    region.says({"error": {"code": "digest_mismatch", "message": "", "retryable": True}}, 409)
    with pytest.raises(DamagedError):
        transport.send(RECORD, b"{}")


@pytest.mark.parametrize("status", [400, 403, 409, 413, 415, 422])
def test_a_refusal_of_the_region_is_final(region: Region, transport: Transport, status: int) -> None:
    region.says({"error": {"code": "malformed", "message": "no"}}, status)
    with pytest.raises(RefusedError, match=f"HTTP {status} malformed"):
        transport.send(RECORD, b"{}")


@pytest.mark.parametrize("status", [429, 503, 507])
@pytest.mark.parametrize(
    ("header", "wait_s"),
    [
        ("7", 7.0),
        ("soon", 30.0),
        ("", 30.0),
        ("999999999", 3600.0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
        ("-1", 30.0),
    ],
)
def test_a_busy_region_says_how_long_to_wait(
    region: Region, transport: Transport, status: int, header: str, wait_s: float
) -> None:
    region.says({}, status, **({"Retry-After": header} if header else {}))
    with pytest.raises(OverloadedError) as caught:
        transport.send(RECORD, b"{}")
    assert caught.value.retry_after_s == wait_s


def test_a_region_that_says_nothing_is_given_up_after_a_while(region: Region, transport: Transport) -> None:
    region.is_silent = True
    with pytest.raises(UnreachableError):
        transport.send(RECORD, b"{}")


def test_nobody_at_the_address_is_no_fault() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    way = HttpTransport(enrolment(f"http://127.0.0.1:{port}"), timeout_s=0.5)
    with pytest.raises(UnreachableError):
        way.verdicts(0)
    way.close()


def test_a_record_the_region_does_not_know_has_no_receipt(region: Region, transport: Transport) -> None:
    region.says({"error": {"code": "unknown_object", "message": ""}}, 404)
    assert transport.receipt(DIGEST) is None
    region.says(receipt(state="accepted"))
    found = transport.receipt(DIGEST)
    assert found is not None
    assert found.is_accepted


def test_verdicts_come_with_the_next_cursor(region: Region, transport: Transport) -> None:
    verdict = {
        "seq": 4,
        "reg_no": "R1",
        "record_digest": DIGEST,
        "decision": "returned",
        "step": "photo",
        "reason": "模糊",
        "decided_at": "2026-03-02T02:00:00+00:00",
    }
    region.says({"verdicts": [verdict], "cursor": 4})
    (found,), cursor = transport.verdicts(3)
    assert (found.decision, found.step, found.reason, cursor) == (Decision.RETURNED, "photo", "模糊", 4)
    assert region.asked[-1][1] == "/api/v1/verdicts?since=3"
    for broken in ({**verdict, "decision": "maybe"}, {**verdict, "decided_at": "yesterday"}, {"seq": 1}, None):
        region.says({"verdicts": [broken], "cursor": 4})
        with pytest.raises(UnreachableError):
            transport.verdicts(3)
