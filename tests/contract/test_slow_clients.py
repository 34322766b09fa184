"""Clients that hold a connection and bring next to nothing must not keep a region from the venues (slow loris)."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from local_db.parcels import Parcel
from records.receipt import read_keys
from region import receiving
from region.receiving import serving
from region.signing import receipt_signer
from sync.errors import UnreachableError
from sync.transport import Enrolment, HttpTransport
from tests.support.region_app import KEY, Region, furnish, open_region
from tests.support.region_records import VENUE, sealed
from tests.support.web_server import WebServer

CONNECTIONS, SLOW_ONES = 24, 60
ARRIVES_IN_S = 60
HEAD = b"POST /api/v1/uploads HTTP/1.1\r\nHost: localhost\r\n"
WHOLE = b"GET /api/v1/status HTTP/1.1\r\nHost: localhost\r\n\r\n"
BODY = HEAD + b"Content-Type: application/offset+octet-stream\r\nContent-Length: 900000\r\n\r\n"


@pytest.fixture
def region(tmp_path: Path) -> Iterator[Region]:
    region = furnish(open_region(tmp_path / "region"))
    yield region
    region.store.close()


@pytest.fixture
def server(region: Region, monkeypatch: pytest.MonkeyPatch) -> Iterator[WebServer]:
    """The region with few connections, and little patience so that the test is short."""
    monkeypatch.setattr(receiving, "PATIENCE_S", 0.5)
    monkeypatch.setattr(receiving, "CROWDED_PATIENCE_S", 1.0)
    monkeypatch.setattr(receiving, "SLOWEST_BYTES_S", 50)
    server = WebServer(region.app, make=serving, connection_limit=CONNECTIONS, cleanup_interval=1)
    yield server
    server.stop()


@contextmanager
def slow_ones(port: int, begins: bytes, then: bytes) -> Iterator[None]:
    """Hold many connections, on each of which a little comes now and then."""
    over = threading.Event()
    with ExitStack() as stack:
        lines = [stack.enter_context(socket.create_connection(("127.0.0.1", port))) for _one in range(SLOW_ONES)]

        def dribble() -> None:
            for line in lines:
                with suppress(OSError):
                    line.sendall(begins)
            while not over.wait(0.1):
                for line in lines:
                    with suppress(OSError):
                        line.sendall(then)

        thread = threading.Thread(target=dribble)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


@pytest.mark.parametrize(
    ("begins", "then"),
    [(HEAD, b"X-Slow: 1\r\n"), (BODY, b"x"), (b"", b""), (WHOLE, b"")],
    ids=["headers", "body", "nothing", "kept open"],
)
def test_a_venue_gets_through_while_others_hold_every_connection(
    region: Region, server: WebServer, begins: bytes, then: bytes
) -> None:
    record, _files = sealed()
    keys = read_keys(receipt_signer(region.settings.home).public.hex())
    with slow_ones(server.port, begins, then):
        deadline = time.monotonic() + ARRIVES_IN_S
        while True:
            way = HttpTransport(Enrolment(server.url, VENUE, KEY, keys), timeout_s=5)
            try:
                parcel = Parcel(1, "record", record.digest, "application/json", len(record.content), 0)
                found = way.send(parcel, record.content)
            except UnreachableError:
                assert time.monotonic() < deadline, "the slow ones keep the venue out"
                continue
            finally:
                way.close()
            break
    assert found.receipt.digest == record.digest


def test_what_comes_at_a_pace_is_taken_however_long_it_takes(server: WebServer) -> None:
    content = b"0" * 3000
    head = f"PUT /api/v1/records/{'a' * 64} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {KEY}\r\n"
    with socket.create_connection(("127.0.0.1", server.port)) as line:
        line.sendall(f"{head}Content-Length: {len(content)}\r\n\r\n".encode())
        for start in range(0, len(content), 500):
            line.sendall(content[start : start + 500])
            time.sleep(0.5)  # the slowness is what is tried
        line.settimeout(ARRIVES_IN_S)
        assert b"digest_mismatch" in line.recv(4096)
