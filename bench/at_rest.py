"""Prints what encryption costs: `python -m bench.at_rest [SECONDS] [FOLDER]`.

Commits a second of 16 threads, each commit one row of 400 bytes, write-ahead log and synchronous=FULL, through the
engine the venue uses and through the same engine without a key; and files a second of 1 MB through the blob folder
beside the same durable writing in clear. All in turns, seven times; medians, and medians of each turn's own ratio, so
that other work on the computer counts for both. One JSON object.
"""

import json
import statistics
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from pathlib import Path

from sqlalchemy import create_engine, event, text
from sqlalchemy.pool import QueuePool

from local_db.blobs import BlobFolder
from local_db.durable import make_folder, write_durably
from local_db.engine import Database
from local_db.vault.keys import VenueKey
from records.canonical import digest_bytes

THREADS, ROUNDS, ROW = 16, 7, "x" * 400
FILE_BYTES, FILES = 1_000_000, 20


class ClearDatabase(Database):
    """The venue's engine on the standard library's SQLite, without a key."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._write_lock = threading.RLock()
        self.engine = create_engine(
            f"sqlite:///{path}", connect_args={"check_same_thread": False}, poolclass=QueuePool, pool_size=24
        )

        @event.listens_for(self.engine, "connect")
        def set_up(connection, _record) -> None:  # type: ignore[no-untyped-def]
            connection.isolation_level = None
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000"):
                connection.execute(f"PRAGMA {pragma}")

        @event.listens_for(self.engine, "begin")
        def begin(connection) -> None:  # type: ignore[no-untyped-def]
            connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))


def commits_a_second(database: Database, seconds: float) -> tuple[float, float]:
    """Commit as fast as 16 threads can; return how many a second, and the processor's milliseconds for each."""
    with database.writing() as session:
        session.execute(text("CREATE TABLE entries (id INTEGER PRIMARY KEY, data TEXT)"))
    until, counts = time.monotonic() + seconds, [0] * THREADS

    def work(number: int) -> None:
        while time.monotonic() < until:
            with database.writing() as session:
                session.execute(text("INSERT INTO entries (data) VALUES (:data)"), {"data": ROW})
            counts[number] += 1

    begun_cpu_s = time.process_time()
    threads = [threading.Thread(target=work, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    database.close()
    return sum(counts) / seconds, 1000 * (time.process_time() - begun_cpu_s) / sum(counts)


def files_a_second(put: Callable[[bytes], object]) -> float:
    """Save files of 1 MB one after the other."""
    contents = [bytes([number]) * FILE_BYTES for number in range(FILES)]
    begun = time.monotonic()
    for content in contents:
        put(content)
    return FILES / (time.monotonic() - begun)


def put_plain(root: Path, content: bytes) -> None:
    """Save a file as the blob folder does, in clear."""
    digest = digest_bytes(content)
    write_durably(root / digest[:2] / digest, content)


def _ratio(ours: list[float], plain: list[float]) -> float:
    return round(statistics.median(one / other for one, other in zip(ours, plain, strict=True)), 2)


def main(seconds: float, where: Path | None) -> None:
    """Measure everything."""
    key = VenueKey.random()
    found: defaultdict[str, list[float]] = defaultdict(list)
    for _round in range(ROUNDS):
        with tempfile.TemporaryDirectory(dir=where) as folder:
            home = Path(folder)
            blobs = BlobFolder(home / "blobs", key)
            databases = {"plain": ClearDatabase(home / "plain.db"), "sqlcipher": Database(home / "venue.db", key)}
            for name, database in databases.items():
                rate, cpu_ms = commits_a_second(database, seconds)
                found[name].append(rate)
                found[f"{name}_cpu_ms"].append(cpu_ms)
            for number in range(256):  # the folders of a venue that has worked for an hour
                make_folder(home / "blobs" / f"{number:02x}")
                make_folder(home / "plain" / f"{number:02x}")
            found["files_plain"].append(files_a_second(partial(put_plain, home / "plain")))
            found["files_encrypted"].append(files_a_second(blobs.put))
    medians = {name: round(statistics.median(values), 2) for name, values in found.items()}
    ratios = {
        "commits_ratio": _ratio(found["sqlcipher"], found["plain"]),
        "files_ratio": _ratio(found["files_encrypted"], found["files_plain"]),
    }
    print(json.dumps({"seconds": seconds, **medians, **ratios}))


if __name__ == "__main__":
    main(float(sys.argv[1]) if sys.argv[1:] else 2.0, Path(sys.argv[2]) if sys.argv[2:] else None)
