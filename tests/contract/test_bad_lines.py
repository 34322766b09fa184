"""What comes of a line that breaks, and of servers that are none: an error that says try again, and never a success."""

import json
import socket
import threading
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from local_db.parcels import Parcel
from records.canonical import digest_bytes
from records.receipt import Receipt, read_keys
from region.receiving import MAX_QUEUED, serving
from region.signing import receipt_signer
from sync.errors import InterruptedSendError, OverloadedError, UnreachableError
from sync.line import SLICE
from sync.pace import MIN_CHUNK
from sync.transport import Enrolment, HttpTransport, Watch
from tests.support import bad_sockets
from tests.support.bad_sockets import answering_over_tls, certificate, listening
from tests.support.builders import RECEIPT_SIGNER, START, enrolment
from tests.support.region_app import KEY, Region, furnish, open_region
from tests.support.region_records import VENUE, ordinary_evidence, picture, sealed
from tests.support.tus_requests import Tus
from tests.support.web_server import WebServer

DIGEST = "a" * 64
RECORD = Parcel(1, "record", DIGEST, "application/json", 2, 0)
LASTS_S = 20
TREATMENTS = [
    bad_sockets.reset,
    bad_sockets.hang_up,
    bad_sockets.dribble,
    bad_sockets.dribble_body,
    bad_sockets.speak_nonsense,
]


@pytest.mark.parametrize("treat", TREATMENTS, ids=lambda treat: treat.__name__)
def test_a_broken_line_is_given_up_in_time_and_tried_again(treat: bad_sockets.Treat) -> None:
    with listening(treat) as port:
        way = HttpTransport(enrolment(f"http://127.0.0.1:{port}"), timeout_s=0.5)
        began = time.monotonic()
        for ask in (lambda: way.send(RECORD, b"{}"), lambda: way.receipt(DIGEST), lambda: way.verdicts(0)):
            with pytest.raises(UnreachableError):
                ask()
        way.close()
    assert time.monotonic() - began < LASTS_S


def test_a_name_nobody_has_is_no_fault_of_the_object() -> None:
    way = HttpTransport(enrolment("http://region.invalid"), timeout_s=2)
    with pytest.raises(UnreachableError):
        way.send(RECORD, b"{}")
    way.close()


def receipt_over_tls() -> bytes:
    body = json.dumps(RECEIPT_SIGNER.sign(Receipt(DIGEST, "stored"), "V-TEST", START)).encode()
    return b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body


def test_only_the_regions_own_certificate_opens_the_line(tmp_path: Path) -> None:
    own = certificate(tmp_path)
    with listening(answering_over_tls(own, receipt_over_tls())) as port:
        trusting = HttpTransport(enrolment(f"https://127.0.0.1:{port}", str(own[0])), timeout_s=5)
        assert trusting.send(RECORD, b"{}").receipt.digest == DIGEST
        stranger = HttpTransport(enrolment(f"https://127.0.0.1:{port}"), timeout_s=5)
        with pytest.raises(UnreachableError):
            stranger.send(RECORD, b"{}")
        for way in (trusting, stranger):
            way.close()


@pytest.mark.parametrize(("host", "days"), [("127.0.0.9", 2), ("127.0.0.1", -1)], ids=["another's", "expired"])
def test_a_certificate_that_does_not_fit_closes_it(tmp_path: Path, host: str, days: int) -> None:
    own = certificate(tmp_path, host, days)
    with listening(answering_over_tls(own, receipt_over_tls())) as port:
        way = HttpTransport(enrolment(f"https://127.0.0.1:{port}", str(own[0])), timeout_s=5)
        with pytest.raises(UnreachableError):
            way.send(RECORD, b"{}")
        way.close()


class Line:
    """Stands before a real region; counts what is asked and, when told to, cuts the answer off or the request."""

    def __init__(self, region: Region) -> None:
        self.region = region
        self.asked: list[tuple[str, int]] = []
        self.loses_answers = 0
        self.server = WebServer(self, make=serving)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        self.asked.append((environ["REQUEST_METHOD"], int(environ.get("CONTENT_LENGTH") or 0)))
        answer = self.region.app(environ, start_response)
        if self.loses_answers:
            self.loses_answers -= 1
            raise OSError("the line broke before the answer was out")
        return answer

    @property
    def bytes_sent(self) -> int:
        """How much came in all."""
        return sum(size for _method, size in self.asked)


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    region = furnish(open_region(tmp_path / "region"))
    line = Line(region)
    yield line
    line.server.stop()
    region.store.close()


def way_to(line: Line, **options: Any) -> HttpTransport:
    keys = read_keys(receipt_signer(line.region.settings.home).public.hex())
    return HttpTransport(Enrolment(line.server.url, VENUE, KEY, keys), **options)


def parcels(line: Line) -> tuple[Parcel, bytes, Parcel, bytes]:
    """A record, and its largest file, which takes several chunks."""
    record, files = sealed("R0001", ordinary_evidence(picture(7) + bytes(range(256)) * 3500))
    digest, large = max(files.items(), key=lambda one: len(one[1]))
    return (
        Parcel(1, "record", record.digest, "application/json", len(record.content), 0),
        record.content,
        Parcel(2, "file", digest, "application/age", len(large), 0),
        large,
    )


def test_a_large_object_goes_in_chunks_and_is_taken_once(line: Line) -> None:
    way = way_to(line)
    record, record_bytes, file, content = parcels(line)
    assert file.digest in way.send(record, record_bytes).receipt.missing
    seen: list[int] = []
    assert way.send(file, content, Watch(note=lambda _url, offset: seen.append(offset))).receipt.digest == file.digest
    assert seen[0] > 0, "the first chunk came with the announcement"
    assert seen == sorted(seen)
    assert line.bytes_sent == len(record_bytes) + len(content)
    assert line.region.store.files.read_intact(file.digest) == content
    way.close()


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_an_answer_that_is_lost_after_the_commit_costs_no_chunk(line: Line, lost: int) -> None:
    way = way_to(line)
    record, record_bytes, file, content = parcels(line)
    way.send(record, record_bytes)
    notes: list[tuple[str, int]] = []
    line.loses_answers = lost
    tries = 0
    while tries < 9:
        again = Parcel(2, "file", file.digest, "application/age", len(content), tries, notes[-1][0] if notes else "")
        tries += 1
        try:
            found = way.send(again, content, Watch(note=lambda *note: notes.append(note)))
        except UnreachableError:
            continue
        break
    assert found.receipt.digest == file.digest
    assert tries == lost + 1
    assert line.bytes_sent == len(record_bytes) + len(content), "nothing crossed twice"
    way.close()


@pytest.mark.parametrize("whose", ["whole and shorter", "half and shorter", "half and as long"])
def test_an_address_of_anothers_upload_is_noticed_and_forgotten(line: Line, whose: str) -> None:
    """An old answer that was played back has told us where another object goes on. That is not where ours does."""
    way, tus = way_to(line), Tus(line.region)
    both = [sealed(f"R{size}", ordinary_evidence(b"x" * size)) for size in (9000, 11_000)]
    for record, _files in both:
        line.region.put(f"/records/{record.digest}", record.content)
    theirs, ours = (max(files.values(), key=len) for _record, files in both)
    length = {"Upload_Length": str(len(ours))} if whose == "half and as long" else {}
    url = urlsplit(tus.create(theirs, **length).headers["Location"]).path
    there = len(theirs) if whose == "whole and shorter" else 5000
    tus.append(url, 0, theirs[:there])
    mine = Parcel(2, "file", digest_bytes(ours), "application/age", len(ours), 1, url)
    assert way.send(mine, ours).receipt.digest == digest_bytes(ours)
    assert tus.offset(url) == there, "nothing of ours was written there"
    way.close()


def test_a_pause_ends_between_two_chunks_and_goes_on_there(line: Line) -> None:
    way = way_to(line)
    record, record_bytes, file, content = parcels(line)
    way.send(record, record_bytes)
    with pytest.raises(InterruptedSendError):
        way.send(file, content, Watch(may_go_on=lambda: False))
    before = line.bytes_sent
    way.send(Parcel(2, "file", file.digest, "application/age", len(content), 1), content)
    assert 0 < line.bytes_sent - before < len(content)
    assert line.bytes_sent == len(record_bytes) + len(content)
    way.close()


def test_the_bandwidth_limit_is_kept(line: Line) -> None:
    way = way_to(line, max_bytes_s=400_000)
    record, record_bytes, file, content = parcels(line)
    way.send(record, record_bytes)
    began = time.monotonic()
    way.send(file, content)
    assert time.monotonic() - began > 0.8 * len(content) / 400_000
    way.close()


def cut_in_the_middle(line: Line, head: str, part: bytes, announced_bytes: int) -> None:
    """Send a request whose connection ends before its body does, as a killed program or a pulled cable leaves it."""
    with socket.create_connection(("127.0.0.1", line.server.port)) as bare:
        lines = [head, f"Authorization: Bearer {KEY}", "Host: localhost", "Tus-Resumable: 1.0.0"]
        lines += ["Content-Type: application/offset+octet-stream", f"Content-Length: {announced_bytes}", "", ""]
        bare.sendall("\r\n".join(lines).encode() + part)


def test_what_arrived_of_a_chunk_that_was_cut_need_not_come_again(line: Line) -> None:
    way = way_to(line)
    record, record_bytes, file, content = parcels(line)
    way.send(record, record_bytes)
    notes: list[tuple[str, int]] = []
    with pytest.raises(InterruptedSendError):
        way.send(file, content, Watch(lambda: False, lambda *note: notes.append(note)))
    url, offset = notes[-1]
    part = content[offset : offset + 3 * SLICE]
    cut_in_the_middle(line, f"PATCH {url} HTTP/1.1\r\nUpload-Offset: {offset}", part, MIN_CHUNK * 4)
    deadline = time.monotonic() + LASTS_S
    while ("PATCH", len(part)) not in line.asked and time.monotonic() < deadline:
        time.sleep(0.01)  # a program that was killed does not come back within a millisecond
    way.send(Parcel(2, "file", file.digest, "application/age", len(content), 1, url), content)
    sent_again = [size for method, size in line.asked if method == "PATCH"][1:]
    assert sum(sent_again) == len(content) - offset - len(part), line.asked
    way.close()


def test_over_capacity_a_body_is_let_go_and_the_venue_told_to_wait(line: Line) -> None:
    way = way_to(line)
    record, record_bytes, file, content = parcels(line)
    way.send(record, record_bytes)
    queue = line.server.queue
    queue.extend([Idle(queue)] * 2 * MAX_QUEUED)  # as if so many requests waited for a thread
    with pytest.raises(OverloadedError) as caught:
        way.send(file, content)
    assert caught.value.is_for_all
    assert 0 < caught.value.retry_after_s < 10
    deadline = time.monotonic() + LASTS_S
    while queue and time.monotonic() < deadline:
        time.sleep(0.01)
    assert way.send(file, content).receipt.digest == file.digest
    way.close()


class Idle:
    """A task that lasts until a request waits behind it, so that a queue of them is long when that comes."""

    def __init__(self, queue: deque[Any]) -> None:
        self._queue = queue

    def service(self) -> None:
        deadline = time.monotonic() + LASTS_S
        while all(isinstance(task, Idle) for task in list(self._queue)) and time.monotonic() < deadline:
            time.sleep(0.01)

    def cancel(self) -> None:
        pass


def test_the_same_object_from_many_sides_at_once_is_one(line: Line) -> None:
    ways = [way_to(line) for _way in range(4)]
    record, record_bytes, file, content = parcels(line)
    ways[0].send(record, record_bytes)
    found: list[str] = []

    def deliver(way: HttpTransport) -> None:
        for attempt in range(40):
            try:
                again = Parcel(2, "file", file.digest, "application/age", len(content), attempt)
                found.append(way.send(again, content).receipt.digest)
            except UnreachableError:
                continue
            return

    threads = [threading.Thread(target=deliver, args=(way,)) for way in ways]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert found == [file.digest] * 4
    assert [path.name for path in line.region.store.files.folder.rglob("*") if path.is_file()] == [file.digest]
    for way in ways:
        way.close()
