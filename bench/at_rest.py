"""Prints what encryption costs: `python -m bench.at_rest [SECONDS] [FOLDER]`.

Commits a second of 16 threads, each commit one row of 400 bytes, write-ahead log and synchronous=FULL, through the
engine the venue uses and through the same engine without a key, in turns, three times each. Then files a second of
1 MB through the blob folder beside the same durable writing in clear. One JSON object.
"""

import json
import statistics
import sys
import tempfile
import threading
import time
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

THREADS, ROUNDS, ROW = 16, 3, "x" * 400
FILE_BYTES, FILES = 1_000_000, 30


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


def commits_a_second(database: Database, seconds: float) -> float:
    """Commit as fast as 16 threads can."""
    with database.writing() as session:
        session.execute(text("CREATE TABLE entries (id INTEGER PRIMARY KEY, data TEXT)"))
    until, counts = time.monotonic() + seconds, [0] * THREADS

    def work(number: int) -> None:
        while time.monotonic() < until:
            with database.writing() as session:
                session.execute(text("INSERT INTO entries (data) VALUES (:data)"), {"data": ROW})
            counts[number] += 1

    threads = [threading.Thread(target=work, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    database.close()
    return sum(counts) / seconds


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


def main(seconds: float, where: Path | None) -> None:
    """Measure everything."""
    key = VenueKey.random()
    found: dict[str, list[float]] = {name: [] for name in ("plain", "sqlcipher", "files_plain", "files_encrypted")}
    for _round in range(ROUNDS):
        with tempfile.TemporaryDirectory(dir=where) as folder:
            home = Path(folder)
            blobs = BlobFolder(home / "blobs", key)
            found["plain"].append(commits_a_second(ClearDatabase(home / "plain.db"), seconds))
            found["sqlcipher"].append(commits_a_second(Database(home / "venue.db", key), seconds))
            for number in range(256):  # the folders of a venue that has worked for an hour
                make_folder(home / "blobs" / f"{number:02x}")
                make_folder(home / "plain" / f"{number:02x}")
            found["files_plain"].append(files_a_second(partial(put_plain, home / "plain")))
            found["files_encrypted"].append(files_a_second(blobs.put))
    medians = {name: round(statistics.median(values), 1) for name, values in found.items()}
    ratios = {
        "commits_ratio": round(medians["sqlcipher"] / medians["plain"], 2),
        "files_ratio": round(medians["files_encrypted"] / medians["files_plain"], 2),
    }
    print(json.dumps({"seconds": seconds, **medians, **ratios}))


if __name__ == "__main__":
    main(float(sys.argv[1]) if sys.argv[1:] else 4.0, Path(sys.argv[2]) if sys.argv[2:] else None)
