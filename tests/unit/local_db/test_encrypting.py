"""A home folder from before the vault, all in clear, becomes an encrypted one; killed at any moment nothing is lost."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
from sqlcipher3 import dbapi2

from local_db.blobs import BlobFolder
from local_db.encrypting import encrypt_home, is_clear
from local_db.engine import Database, keyed
from local_db.errors import DamagedError
from local_db.reports import ReportFolder
from records.canonical import digest_bytes
from tests.support.builders import KEY, Shelf

ROOT = Path(__file__).resolve().parents[3]
PICTURES = tuple(bytes([number]) * (1000 + number) for number in range(40))
KILLS = 4
SCRIPT = """
import sys
from pathlib import Path
from local_db.blobs import BlobFolder
from local_db.encrypting import encrypt_home
from tests.support.builders import KEY
home = Path(sys.argv[1])
print("ready", flush=True)
encrypt_home(home / "venue.db", BlobFolder(home / "blobs", KEY), home / "reports", KEY)
"""


def old_home(folder: Path) -> Mapping[str, int]:
    """Make what version 0.2 left: a database in clear with its log, files by their digest, a report."""
    shelf = Shelf(folder / "new")
    shelf.finished()
    shelf.arrived(1)
    shelf.database.close()
    home = folder / "home"
    home.mkdir()
    with closing(keyed(folder / "new" / "venue.db", KEY)) as new:
        new.execute("ATTACH DATABASE ? AS clear KEY ''", (str(home / "venue.db"),))
        new.execute("SELECT sqlcipher_export('clear')")
    with closing(dbapi2.connect(str(home / "venue.db"))) as clear:
        clear.execute("PRAGMA journal_mode=WAL")
    for picture in PICTURES:
        digest = digest_bytes(picture)
        (home / "blobs" / digest[:2]).mkdir(parents=True, exist_ok=True)
        (home / "blobs" / digest[:2] / digest).write_bytes(picture)
    (home / "reports").mkdir()
    (home / "reports" / "roster-1.csv").write_text("报名号", "utf-8")
    return counts(folder / "new")


def counts(home: Path) -> Mapping[str, int]:
    with closing(keyed(home / "venue.db", KEY)) as database:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        count = "SELECT count(*) FROM {}"
        return {name: database.execute(count.format(name)).fetchone()[0] for name in names}


def ensure_encrypted(home: Path, before: Mapping[str, int]) -> None:
    assert counts(home) == before
    blobs = BlobFolder(home / "blobs", KEY)
    assert [blobs.get(digest_bytes(picture)) for picture in PICTURES] == list(PICTURES)
    assert len(list(blobs.files())) == sum(1 for path in (home / "blobs").rglob("*") if path.is_file())
    assert ReportFolder(home / "reports", KEY).get("roster-1.csv").decode() == "报名号"
    everything = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
    for shape in (PICTURES[7], b"CREATE TABLE", "报名号".encode()):
        assert shape not in everything
    database = Database(home / "venue.db", KEY)
    with database.reading() as session:
        triggers = session.connection().exec_driver_sql("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'")
        assert triggers.scalar_one() >= 6, "what may not be changed still may not"
    database.close()


def test_a_home_in_clear_is_encrypted_whole(tmp_path: Path) -> None:
    before = old_home(tmp_path)
    home = tmp_path / "home"
    assert is_clear(home / "venue.db")
    encrypt_home(home / "venue.db", BlobFolder(home / "blobs", KEY), home / "reports", KEY)
    assert not is_clear(home / "venue.db")
    ensure_encrypted(home, before)


def test_killed_at_any_moment_it_goes_on_at_the_next_start(tmp_path: Path) -> None:
    before, random = old_home(tmp_path), Random(20270115)
    home = tmp_path / "home"
    command = [sys.executable, "-c", SCRIPT, str(home)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    for _kill in range(KILLS):
        with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(random.uniform(0, 0.3))  # anywhere: among the files, in the copy, before the rename
            process.send_signal(signal.SIGTERM if os.name == "nt" else signal.SIGKILL)
        if not is_clear(home / "venue.db"):
            break
    if is_clear(home / "venue.db"):
        encrypt_home(home / "venue.db", BlobFolder(home / "blobs", KEY), home / "reports", KEY)
    ensure_encrypted(home, before)


def test_a_damaged_database_in_clear_is_left_as_it_is(tmp_path: Path) -> None:
    old_home(tmp_path)
    home = tmp_path / "home"
    content = bytearray((home / "venue.db").read_bytes())
    content[4096:] = b"\x55" * len(content[4096:])
    (home / "venue.db").write_bytes(content)
    with pytest.raises(DamagedError, match="nothing was changed"):
        encrypt_home(home / "venue.db", BlobFolder(home / "blobs", KEY), home / "reports", KEY)
    assert (home / "venue.db").read_bytes()[4096:] == content[4096:]
    assert is_clear(home / "venue.db")
    assert not list(home.glob(".part-*"))
