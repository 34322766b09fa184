"""The worker sends everything once, waits when told to, and lets one object's trouble delay no other."""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from local_db.parcels import Parcel, SyncCounts
from records.receipt import SignedReceipt
from records.verdict import Decision, Verdict
from sync.dispatch import SMALL_BYTES
from sync.errors import OverloadedError, RefusedError, UnreachableError
from sync.transport import LANES, SIDE_LANES, UNWATCHED, Watch
from sync.worker import Worker
from tests.support.builders import START, Shelf, seal_lightly, signed


class Region:
    """A region in memory, which can be told to fail for certain objects."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.files: dict[str, set[str]] = {}
        self.has: set[str] = set()
        self.sent: list[str] = []
        self.given: list[Verdict] = []
        self.trouble: dict[str, Exception] = {}
        self.receipt_trouble: dict[str, Exception] = {}
        self.line: Exception | None = None
        self.is_closed = False
        self._one_at_a_time = threading.Lock()

    def send(self, parcel: Parcel, content: bytes, watch: Watch = UNWATCHED) -> SignedReceipt:
        with self._one_at_a_time:
            self.sent.append(parcel.digest)
            self._fail(parcel.digest, self.trouble)
            self.has.add(parcel.digest)
            return self._receipt(parcel.digest) if parcel.kind == "record" else signed(parcel.digest)

    def receipt(self, record_digest: str) -> SignedReceipt | None:
        self._fail(record_digest, self.receipt_trouble)
        return self._receipt(record_digest) if record_digest in self.has else None

    def verdicts(self, since: int) -> tuple[Sequence[Verdict], int]:
        if self.line:
            raise self.line
        new = [verdict for verdict in self.given if verdict.seq > since]
        return new, new[-1].seq if new else since

    def close(self) -> None:
        self.is_closed = True

    def _fail(self, digest: str, trouble: dict[str, Exception]) -> None:
        if self.line:
            raise self.line
        if digest in trouble:
            raise trouble[digest]

    def _receipt(self, digest: str) -> SignedReceipt:
        missing = tuple(sorted(self.files.get(digest, set()) - self.has))
        return signed(digest, "stored" if missing else "accepted", missing)


class SlowForFiles(Region):
    """A region to which a file is not through before so many records are there."""

    def __init__(self, shelf: Shelf, records: int) -> None:
        super().__init__(shelf)
        self._awaited = records
        self._are_here = threading.Event()

    def send(self, parcel: Parcel, content: bytes, watch: Watch = UNWATCHED) -> SignedReceipt:
        if parcel.kind == "file":
            assert self._are_here.wait(20), "the records wait for the files"
        receipt = super().send(parcel, content, watch)
        if len(self.has) == self._awaited:
            self._are_here.set()
        return receipt


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path, people=40)


@pytest.fixture
def region(shelf: Shelf) -> Region:
    return Region(shelf)


@pytest.fixture
def worker(shelf: Shelf, region: Region) -> Worker:
    return Worker(shelf.outbox, region, shelf.clock, dice=lambda: 0.0)


def finished(shelf: Shelf, region: Region, number: int = 0, size_bytes: int = 0) -> tuple[str, str]:
    """Seal a visit with one file; return the digests of record and file."""
    visit = shelf.finished(number, (b"picture %d" % number).ljust(size_bytes), seal_lightly)
    (one,) = seal_lightly(visit).objects
    record, file = visit.versions[-1].digest, one.digest
    region.files[record] = {file}
    return record, file


def test_one_round_sends_record_and_file_once_and_sees_them_accepted(
    shelf: Shelf, region: Region, worker: Worker
) -> None:
    record, file = finished(shelf, region)
    assert worker.round()
    assert region.sent == [record, file]
    assert shelf.outbox.counts() == SyncCounts(0, 0, 1, 0)
    worker.round()
    assert region.sent == [record, file]


def test_more_records_than_one_batch_go_in_one_round(shelf: Shelf, region: Region, worker: Worker) -> None:
    for number in range(40):
        finished(shelf, region, number)
    worker.round()
    assert len(region.sent) == len(set(region.sent)) == 80
    for _round in range(4):
        worker.round()
    assert shelf.outbox.counts().accepted == 40


def test_records_go_past_files_that_take_long(shelf: Shelf) -> None:
    count = LANES + 3 * SIDE_LANES
    region = SlowForFiles(shelf, count)
    for number in range(count):
        finished(shelf, region, number, SMALL_BYTES)
    Worker(shelf.outbox, region, shelf.clock, dice=lambda: 0.0).round()
    assert len(region.sent) == len(set(region.sent)) == 2 * count


@pytest.mark.parametrize("kind", [0, 1], ids=["record", "file"])
def test_a_refused_object_is_parked_and_the_others_go_on(
    shelf: Shelf, region: Region, worker: Worker, kind: int
) -> None:
    bad = finished(shelf, region, 0)
    good = [finished(shelf, region, number) for number in (1, 2)]
    region.trouble[bad[kind]] = RefusedError("HTTP 422 malformed")
    for _round in range(3):
        worker.round()
    assert {digest for pair in good for digest in pair} <= region.has
    assert [(parcel.digest, error) for parcel, error in shelf.outbox.parked()] == [(bad[kind], "HTTP 422 malformed")]
    assert region.sent.count(bad[kind]) == 1, "what was refused is not sent again by itself"
    region.trouble.clear()
    shelf.outbox.send_again([bad[kind]])
    worker.round()
    worker.round()
    assert shelf.outbox.counts() == SyncCounts(0, 0, 3, 0)


def test_a_damaged_file_is_parked_and_said(shelf: Shelf, region: Region, worker: Worker) -> None:
    _record, file = finished(shelf, region)
    path = shelf.folder / "sealed" / file[:2] / file
    path.write_bytes(b"something else")
    worker.round()
    ((parcel, error),) = shelf.outbox.parked()
    assert (parcel.digest, error) == (file, "the file is damaged or gone on this computer")


@pytest.mark.parametrize(
    ("error", "wait_s"), [(UnreachableError("HTTP 500"), 1), (OverloadedError("HTTP 503", 90.0), 90)]
)
def test_a_failed_object_waits_its_time(
    shelf: Shelf, region: Region, worker: Worker, error: Exception, wait_s: int
) -> None:
    record, _file = finished(shelf, region)
    region.trouble[record] = error
    worker.round()
    worker.round()
    assert region.sent == [record]
    shelf.clock.forward(seconds=wait_s)
    region.trouble.clear()
    worker.round()
    assert shelf.outbox.counts().saved == 0


def test_a_line_that_comes_back_ends_the_waiting(shelf: Shelf, region: Region, worker: Worker) -> None:
    finished(shelf, region)
    region.line = UnreachableError("no line")
    assert not worker.round()
    assert shelf.outbox.recall("last_error") == "no line"
    region.line = None
    assert worker.round()
    worker.round()
    assert shelf.outbox.counts() == SyncCounts(0, 0, 1, 0)


def test_what_the_region_has_lost_is_sent_again(shelf: Shelf, region: Region, worker: Worker) -> None:
    record, file = finished(shelf, region)
    keep = region.files.pop(record)
    region.files[record] = keep | {"f" * 64}  # so that it is not accepted at once
    worker.round()
    region.has.discard(file)
    region.files[record] = keep
    worker.round()
    worker.round()
    assert region.sent.count(file) == 2
    assert shelf.outbox.counts() == SyncCounts(0, 0, 1, 0)


def test_a_region_that_forgot_the_whole_record_gets_it_again(shelf: Shelf, region: Region, worker: Worker) -> None:
    record, file = finished(shelf, region)
    region.files[record] = {file, "f" * 64}
    worker.round()
    region.has.clear()
    region.files[record] = {file}
    for _round in range(4):
        worker.round()
    assert region.sent.count(record) == 2
    assert shelf.outbox.counts() == SyncCounts(0, 0, 1, 0)


def test_trouble_with_one_receipt_does_not_keep_the_others_waiting(
    shelf: Shelf, region: Region, worker: Worker
) -> None:
    pairs = [finished(shelf, region, number) for number in range(3)]
    for record, file in pairs:
        region.files[record] = {file, "f" * 64}
    worker.round()
    region.has.add("f" * 64)
    region.receipt_trouble[pairs[0][0]] = UnreachableError("HTTP 500")
    worker.round()
    assert shelf.outbox.counts() == SyncCounts(0, 1, 2, 0)


def test_a_record_that_the_region_cannot_open_is_parked_and_said(shelf: Shelf, region: Region, worker: Worker) -> None:
    record, file = finished(shelf, region)
    region.files[record] = {file, "f" * 64}  # so that it is not accepted at once
    region.receipt_trouble[record] = RefusedError("HTTP 422 cannot_be_opened")
    for _round in range(2):
        worker.round()
    assert [(parcel.digest, error) for parcel, error in shelf.outbox.parked()] == [
        (record, "HTTP 422 cannot_be_opened")
    ]
    region.receipt_trouble.clear()
    region.has.add("f" * 64)
    shelf.outbox.send_again([record])
    worker.round()
    assert shelf.outbox.counts() == SyncCounts(0, 0, 1, 0)


def test_verdicts_are_fetched_once_and_move_the_cursor(shelf: Shelf, region: Region, worker: Worker) -> None:
    record, _file = finished(shelf, region)
    worker.round()
    region.given.append(Verdict(7, shelf.people[0].reg_no, record, Decision.RETURNED, "photo", "模糊", START))
    for _round in range(2):
        worker.round()
    assert shelf.outbox.recall("verdict_cursor") == "7"
    visit = shelf.store.visit_of(shelf.people[0].reg_no)
    assert visit is not None
    assert [entry.evidence.step for entry in visit.entries][-1:] == ["return"]
    assert not visit.is_sealed


def test_a_restart_in_the_middle_sends_the_rest(shelf: Shelf, region: Region, worker: Worker) -> None:
    record, file = finished(shelf, region)
    region.trouble[file] = UnreachableError("the plug was pulled")
    worker.round()
    shelf.restart()
    region.trouble.clear()
    shelf.clock.forward(minutes=10)
    Worker(shelf.outbox, region, shelf.clock).round()
    assert region.sent == [record, file, file]
    assert region.has == {record, file}


def wait_for(is_so: Callable[[], bool]) -> bool:
    waiting = threading.Event()
    return any(is_so() or waiting.wait(0.01) for _look in range(500))


def test_the_thread_wakes_when_told_and_ends_when_told(shelf: Shelf, region: Region, worker: Worker) -> None:
    worker.start(pause_s=60)
    assert wait_for(lambda: bool(shelf.outbox.recall("last_contact_at")))
    finished(shelf, region)
    worker.wake()
    assert wait_for(lambda: shelf.outbox.counts().accepted == 1)
    worker.stop()
    assert region.is_closed
    assert not any(thread.name == "sync" for thread in threading.enumerate())


def test_a_fault_in_one_round_does_not_end_the_day(
    shelf: Shelf, region: Region, worker: Worker, caplog: pytest.LogCaptureFixture
) -> None:
    region.line = ValueError("a bug")
    worker.start(pause_s=0.01)
    assert wait_for(lambda: "sync round failed" in caplog.text)
    region.line = None
    finished(shelf, region)
    assert wait_for(lambda: shelf.outbox.counts().accepted == 1)
    worker.stop()
