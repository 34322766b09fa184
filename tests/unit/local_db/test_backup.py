"""Backups: made while people work, read back, incremental; restored on a computer that has nothing."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from random import Random

import pytest

from local_db.backup import extras
from local_db.backup.checking import check_backup
from local_db.backup.layout import BackupFolder
from local_db.backup.restoring import restore
from local_db.backup.writing import KEEP, BackupReport, Source, make_backup
from local_db.blobs import BlobFolder
from local_db.engine import keyed
from local_db.errors import BackupError
from local_db.vault.keys import VenueKey
from local_db.vault.vault import Vault
from local_db.vault.wrapping import Cost
from records.canonical import digest_bytes
from tests.support.builders import DESK, KEY, Shelf, photo

ROOT = Path(__file__).resolve().parents[3]
WORDS = "correct horse battery"
RESTORE = """
import sys
from pathlib import Path
from local_db.backup.layout import BackupFolder
from local_db.backup.restoring import restore
from tests.support.builders import KEY
print("ready", flush=True)
restore(BackupFolder(Path(sys.argv[1])), Path(sys.argv[2]), KEY)
"""


class Venue:
    """A shelf with a vault and a stick."""

    def __init__(self, folder: Path) -> None:
        self.home, self.stick = folder / "home", folder / "stick"
        self.stick.mkdir()
        self.shelf = Shelf(self.home)
        self.vault = Vault(self.home / "vault", cost=Cost(64, 1, 1))
        self.vault.folder.mkdir()
        self.vault.set_passphrase(KEY, WORDS)
        self.vault._finish(KEY)
        (self.home / "settings.toml").write_text("# 测试考点", "utf-8")

    def back_up(self, now: Callable[[], datetime] | None = None) -> BackupReport:
        self.shelf.clock.forward(seconds=1)
        source = Source(
            "V-TEST", self.home, self.shelf.database, self.shelf.store.blobs, self.shelf.store.sealed, self.vault.folder
        )
        return make_backup(source, self.stick, now or self.shelf.clock.now)

    @property
    def folder(self) -> BackupFolder:
        return BackupFolder.of(self.stick, "V-TEST", KEY.id)


@pytest.fixture
def venue(tmp_path: Path) -> Iterator[Venue]:
    venue = Venue(tmp_path)
    yield venue
    venue.shelf.database.close()


def reopened(home: Path) -> Shelf:
    return Shelf(home, is_new=False)


def test_what_was_backed_up_is_there_on_a_new_computer(venue: Venue, tmp_path: Path) -> None:
    visit = venue.shelf.finished()
    report = venue.back_up()
    sealed = [one.digest for one in venue.shelf.store.sealed_files(visit.id).values()]
    parts = len(list(venue.shelf.store.sealed.files()))
    assert (report.files, report.copied) == (1 + parts, 1 + parts), "the picture, and what is sealed to the region"
    later = venue.shelf.arrived(1)
    key = Vault(venue.folder.vault).open(WORDS)
    restored = restore(venue.folder, tmp_path / "new", key)
    assert (restored.lacking, restored.contents.venue) == ([], "V-TEST")
    new = reopened(tmp_path / "new")
    assert new.store.visit(visit.id) == visit
    assert new.store.blobs.get(digest_bytes(b"picture")) == b"picture"
    assert sealed
    assert all(new.store.sealed.is_intact(digest) for digest in sealed)
    assert new.store.visit_of(later.registration.reg_no) is None, "as of the backup, and the command says so"
    assert (tmp_path / "new" / "settings.toml").read_text("utf-8") == "# 测试考点"
    assert Vault(tmp_path / "new" / "vault").open(WORDS) == KEY
    new.database.close()


def test_a_second_backup_copies_only_what_is_new(venue: Venue) -> None:
    venue.shelf.finished(0, b"first")
    venue.back_up()
    before = len(list(venue.shelf.store.sealed.files()))
    venue.shelf.finished(1, b"second")
    new = 1 + len(list(venue.shelf.store.sealed.files())) - before
    assert (venue.back_up().copied, venue.back_up().copied) == (new, 0)
    assert check_backup(venue.folder, KEY) == []


def test_only_the_newest_snapshots_stay(venue: Venue) -> None:
    names = [venue.back_up().name for _time in range(KEEP + 2)]
    assert venue.folder.names() == names[2:]
    assert len(list(venue.folder.snapshots.iterdir())) == 3 * KEEP


def test_what_the_venue_removed_leaves_the_stick_with_the_last_snapshot_that_names_it(venue: Venue) -> None:
    venue.shelf.finished(0, b"removed after sealing")
    venue.shelf.finished(1, b"kept")
    removed = venue.shelf.store.blobs.path(digest_bytes(b"removed after sealing")).name
    venue.back_up()
    venue.shelf.store.blobs.remove(digest_bytes(b"removed after sealing"))
    here = [venue.back_up() and venue.folder.blob(removed).exists() for _time in range(KEEP)]
    assert here == [True] * (KEEP - 1) + [False]
    assert check_backup(venue.folder, KEY) == []
    assert venue.folder.blob(venue.shelf.store.blobs.path(digest_bytes(b"kept")).name).exists()


def test_a_backup_is_consistent_while_people_work(venue: Venue, tmp_path: Path) -> None:
    over, saved = threading.Event(), [0]

    def work() -> None:
        visit = venue.shelf.arrived()
        while not over.is_set():
            visit = venue.shelf.store.save_evidence(
                visit.id, visit.last_seq, [photo(str(saved[0]).encode())], DESK, lambda _visit: None
            )
            saved[0] += 1

    worker = threading.Thread(target=work)
    worker.start()
    try:
        for _time in range(5):
            before = saved[0]
            venue.back_up()
            assert check_backup(venue.folder, KEY) == []
            with closing(keyed(venue.folder.database(venue.folder.names()[-1]), KEY)) as copy:
                rows = copy.execute("SELECT count(*) FROM evidence").fetchone()[0]
                lines = copy.execute("SELECT count(*) FROM audit WHERE act LIKE 'evidence:%'").fetchone()[0]
            assert rows == lines, "one transaction is in it whole or not at all"
            assert rows >= before
    finally:
        over.set()
        worker.join()
    restored = restore(venue.folder, tmp_path / "new", KEY)
    assert restored.lacking == []
    new = reopened(tmp_path / "new")
    visit = new.store.visit_of(venue.shelf.people[0].reg_no)
    assert visit is not None
    for entry in visit.entries:
        for attachment in entry.evidence.attachments:
            assert new.store.blobs.get(attachment.digest)
    new.database.close()


def test_nothing_in_a_backup_can_be_read(venue: Venue) -> None:
    venue.shelf.finished()
    venue.back_up()
    everything = b"".join(path.read_bytes() for path in venue.stick.rglob("*") if path.is_file())
    person = venue.shelf.people[0]
    for shape in (person.fields["name"], person.fields["id_no"], person.reg_no, "picture", "# 测试考点"):
        assert shape.encode() not in everything
    assert KEY.root not in everything


def test_a_damaged_or_deleted_file_is_named_and_the_rest_restored(venue: Venue, tmp_path: Path) -> None:
    venue.shelf.finished(0, b"first")
    venue.shelf.finished(1, b"second")
    venue.shelf.finished(2, b"third")
    venue.back_up()
    damaged, deleted, whole = sorted(venue.folder.blobs.rglob("*.enc"))
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"?")
    deleted.unlink()
    assert check_backup(venue.folder, KEY) == [damaged.name, deleted.name]
    assert list(restore(venue.folder, tmp_path / "new", KEY).lacking) == [damaged.name, deleted.name]
    assert [path.name for path in BlobFolder(tmp_path / "new" / "blobs", KEY).files()] == [whole.name]


@pytest.mark.parametrize("suffix", ["db", "list", "files"])
def test_a_damaged_snapshot_is_refused_and_an_older_one_still_works(venue: Venue, tmp_path: Path, suffix: str) -> None:
    visit = venue.shelf.finished()
    older, newer = venue.back_up().name, venue.back_up().name
    path = venue.folder.snapshots / f"{newer}.{suffix}"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(BackupError, match="unreadable"):
        restore(venue.folder, tmp_path / "new", KEY)
    assert not (tmp_path / "new" / "venue.db").exists()
    restore(venue.folder, tmp_path / "new", KEY, older)
    new = reopened(tmp_path / "new")
    assert new.store.visit(visit.id) == visit
    new.database.close()


def test_a_restore_never_overwrites(venue: Venue, tmp_path: Path) -> None:
    venue.back_up()
    before = (venue.home / "venue.db").read_bytes()
    with pytest.raises(BackupError, match="occupied"):
        restore(venue.folder, venue.home, KEY)
    assert (venue.home / "venue.db").read_bytes() == before
    other = Vault(tmp_path / "other" / "vault", cost=Cost(64, 1, 1))
    other.create(WORDS)
    with pytest.raises(BackupError, match="occupied"):
        restore(venue.folder, tmp_path / "other", KEY)
    assert other.exists


def test_a_restore_that_was_cut_off_is_done_again(venue: Venue, tmp_path: Path) -> None:
    venue.shelf.finished()
    venue.back_up()
    new = tmp_path / "new"
    restore(venue.folder, new, KEY)
    (new / "venue.db").unlink()  # as if it had been killed just before its last act
    (new / "venue.db-wal").write_bytes(b"of another life")
    assert restore(venue.folder, new, KEY).lacking == []
    reopened(new).database.close()


def test_a_restore_killed_at_any_moment_is_done_again(venue: Venue, tmp_path: Path) -> None:
    visit, random = venue.shelf.finished(), Random(20270115)
    for number in range(60):
        venue.shelf.store.blobs.put(bytes([number]) * 50_000)
    venue.back_up()
    new = tmp_path / "new"
    command = [sys.executable, "-c", RESTORE, str(venue.folder.root), str(new)]
    for _kill in range(3):
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(random.uniform(0, 0.3))  # anywhere: before the vault, among the files, at the database
            process.kill()
    if not (new / "venue.db").exists():
        assert restore(venue.folder, new, KEY).lacking == []
    restored = reopened(new)
    assert restored.store.visit(visit.id) == visit
    assert len(list(restored.store.blobs.files())) == 61
    restored.database.close()


def test_another_key_reads_nothing(venue: Venue, tmp_path: Path) -> None:
    venue.back_up()
    with pytest.raises(BackupError, match="unreadable"):
        restore(venue.folder, tmp_path / "new", VenueKey.random())
    with pytest.raises(BackupError, match="none"):
        restore(venue.folder, tmp_path / "new", KEY, "20200101-000000")
    assert not (tmp_path / "new").exists()


def test_a_stick_that_is_not_there_is_said(venue: Venue) -> None:
    venue.stick.rmdir()
    with pytest.raises(BackupError, match="missing"):
        venue.back_up()
    assert not venue.stick.exists(), "an empty mount point must not fill the venue's own disk"


def test_the_log_and_old_bundles_stay_where_they_were_written(tmp_path: Path) -> None:
    home, other = tmp_path / "home", tmp_path / "other"
    for name in ("settings.toml", "logs/venue.log", "diagnostics/kaodian-diagnosis.zip"):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text("x", "utf-8")
    extras.unpack(extras.pack(home, KEY, "one"), other, KEY, "one")
    assert [path.name for path in other.iterdir()] == ["settings.toml"]
