"""The venue's data is held by another program, or the end of its log is cut off: words, nothing lost, work goes on."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC
from pathlib import Path

import pytest

from local_db.audit_log import AuditLog
from local_db.backup.snapshot import integrity_problems
from local_db.engine import Database, connect, keyed
from local_db.errors import LockedError
from local_db.store import Store
from tests.support.builders import DESK, KEY, Shelf, never, photo
from tests.support.server import ROOT

HOLDS = """
import sys
from pathlib import Path
from local_db.engine import connect
from tests.support.builders import KEY
held = connect(Path(sys.argv[1]), KEY)
held.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def held(database: Path) -> Iterator[None]:
    """Let another program write to the database, and not come to an end."""
    command = [sys.executable, "-c", HOLDS, str(database)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        try:
            assert other.stdout
            assert other.stdout.readline() == "held\n"
            yield
        finally:
            other.kill()


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    shelf = Shelf(tmp_path / "venue")
    yield shelf
    shelf.database.close()


def test_data_that_another_program_holds_is_said_and_saved_once_it_lets_go(shelf: Shelf) -> None:
    visit = shelf.arrived()
    impatient = Database(shelf.folder / "venue.db", KEY, patience_ms=50)
    store = Store(impatient, shelf.store.blobs, shelf.store.sealed, shelf.clock)
    with held(shelf.folder / "venue.db"):
        with pytest.raises(LockedError, match="another program"):
            store.save_evidence(visit.id, visit.last_seq, [photo()], DESK, never)
        assert store.visit(visit.id) == visit, "reading goes on, and nothing was saved"
    assert store.save_evidence(visit.id, visit.last_seq, [photo()], DESK, never).last_seq == 2
    impatient.close()


@pytest.mark.parametrize("share", [0.0, 0.3, 0.6, 0.95, 1.0])
def test_a_log_whose_end_is_cut_off_leaves_whole_screens(shelf: Shelf, tmp_path: Path, share: float) -> None:
    """A power cut may take the end of the write-ahead log. No transaction is half there, whatever is left of it."""
    visits = [shelf.arrived(number) for number in range(3)]
    with closing(connect(shelf.folder / "venue.db", KEY)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for number, visit in enumerate(visits):
        shelf.store.save_evidence(visit.id, visit.last_seq, [photo(b"%d" % number), photo(b"a")], DESK, shelf.seal)
    stolen = Path(shutil.copytree(shelf.folder, tmp_path / "stolen", ignore=shutil.ignore_patterns("*-shm")))
    log = stolen / "venue.db-wal"
    content = log.read_bytes()
    log.write_bytes(content[: int(share * len(content))])
    with closing(keyed(stolen / "venue.db", KEY)) as cut:
        assert integrity_problems(cut) == []
    after = Shelf(stolen)
    found = [after.store.visit(visit.id) for visit in visits]
    whole = [visit.last_seq == 3 for visit in found]
    assert whole == sorted(whole, reverse=True), "what was saved first is there first"
    assert [visit.last_seq for visit in found] == [3 if is_whole else 1 for is_whole in whole]
    assert [len(visit.versions) for visit in found] == [int(is_whole) for is_whole in whole]
    assert {0.0: 0, 1.0: 3}.get(share, sum(whole)) == sum(whole)
    assert AuditLog(after.database, after.clock, UTC).first_break([]) is None
    after.database.close()
