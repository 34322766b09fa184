"""Our venue as a process of its own: sends what waits in a venue's folder, or records out of memory at full speed.

python -m bench.sender outbox HOME URL        until everything is accepted
python -m bench.sender through HOME URL       the same, with a person who has what was refused sent again at once
python -m bench.sender burst HOME URL FROM TO    the records of these numbers, over eight lanes

`through` and `burst` print a JSON object: the seconds, and those that the processor had to work for it.
"""

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.sizes import VENUE
from local_db.blobs import BlobFolder, SealedFolder
from local_db.clock import Clock
from local_db.engine import Database
from local_db.outbox import Outbox
from local_db.parcels import Parcel
from local_db.store import Store
from records.age import MEDIA_TYPE
from records.canonical import digest_bytes
from records.manifest import Manifest, unwrap
from records.receipt import SignedReceipt, read_keys
from sync.errors import OverloadedError
from sync.transport import LANES, Enrolment, HttpTransport
from sync.worker import Worker
from tests.support.builders import KEY


def enrolment(home: Path, url: str) -> Enrolment:
    """Return what the region has handed out to this venue."""
    key = (home / "region.key").read_text(encoding="ascii")
    return Enrolment(url, VENUE, key, read_keys((home / "region-receipt.pub").read_text(encoding="utf-8")))


def send_outbox(home: Path, url: str, max_kbit_s: int = 0) -> None:
    """Send what waits, as a venue does after it was started."""
    database = Database(home / "venue.db", KEY)
    outbox = Outbox(database, _store(home, database), Clock())
    worker = Worker(outbox, HttpTransport(enrolment(home, url), max_bytes_s=max_kbit_s * 125), Clock())
    while outbox.not_accepted():
        worker.round()
        time.sleep(0.05)
    worker.stop()


def send_through(home: Path, url: str) -> None:
    """Send what waits over a line that does anything to it, and wait for nothing but the answers."""
    began, again = time.monotonic(), 0
    database = Database(home / "venue.db", KEY)
    outbox = Outbox(database, _store(home, database), Clock())
    worker = Worker(outbox, HttpTransport(enrolment(home, url), timeout_s=10), Clock())
    while outbox.not_accepted():
        worker.round()
        parked = [parcel.digest for parcel, _why in outbox.parked()]
        again += len(parked)
        outbox.send_again(parked)
        outbox.retry_now()
    worker.stop()
    _tell(began, sent_again_by_a_person=again)


def _tell(began: float, **figures: float) -> None:
    seconds = {"seconds": time.monotonic() - began, "cpu_s": time.process_time()}
    print(json.dumps({**seconds, **figures}), flush=True)


def _store(home: Path, database: Database) -> Store:
    return Store(database, BlobFolder(home / "blobs", KEY), SealedFolder(home / "sealed"), Clock())


def send_burst(home: Path, url: str, first: int, last: int) -> None:
    """Send records and files with nothing of the venue's disk in the way; wait for every signed receipt."""
    records = [path.read_bytes() for path in sorted((home / "envelopes").iterdir())[first:last]]
    sealed = SealedFolder(home / "sealed")
    objects = [[sealed.get(one.digest) for one in _manifest(record).objects] for record in records]
    way = HttpTransport(enrolment(home, url))
    way.verdicts(0)
    print("ready", flush=True)
    sys.stdin.readline()
    began, worked_s = time.monotonic(), time.process_time()

    def deliver(number: int) -> None:
        digest = digest_bytes(records[number])
        _send_until_taken(way, "record", records[number])
        last = [_send_until_taken(way, "file", content) for content in objects[number]][-1]
        assert digest in {one.receipt.digest for one in last.records if one.is_accepted}

    with ThreadPoolExecutor(LANES) as lanes:
        list(lanes.map(deliver, range(len(records))))
    _tell(began, cpu_s=time.process_time() - worked_s)


def _manifest(record: bytes) -> Manifest:
    return unwrap(record, digest_bytes(record)).manifest


def _send_until_taken(way: HttpTransport, kind: str, content: bytes) -> SignedReceipt:
    for attempt in range(100):
        parcel = Parcel(1, kind, digest_bytes(content), MEDIA_TYPE, len(content), attempt)
        try:
            return way.send(parcel, content)
        except OverloadedError as error:
            time.sleep(error.retry_after_s)
    raise SystemExit("the region did not take it")


if __name__ == "__main__":
    what, folder, address, *numbers = sys.argv[1:]
    if what == "outbox":
        send_outbox(Path(folder), address, int(numbers[1]) if numbers else 0)
    elif what == "through":
        send_through(Path(folder), address)
    else:
        send_burst(Path(folder), address, int(numbers[0]), int(numbers[1]))
