"""The backup's disk is full, locked, or pulled out, and the venue's own is full: really, on small mounted disks."""

import subprocess
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.backups import Backups, Plan
from local_db.backup.checking import check_backup
from local_db.backup.layout import BackupFolder
from local_db.backup.restoring import restore
from local_db.backup.writing import Source, make_backup
from local_db.blobs import BlobFolder
from local_db.encrypting import encrypt_home, is_clear
from local_db.errors import BackupError, DiskFullError
from tests.faults.test_full_disk import has_room_for
from tests.support.builders import DESK, KEY, Shelf
from tests.unit.local_db.test_encrypting import counts, ensure_encrypted, old_home

MB = 1024 * 1024
WAIT_S = 60


def mount(folder: Path, size_mb: int) -> None:
    command = ["mount", "-t", "tmpfs", "-o", f"size={size_mb}m", "tmpfs", str(folder)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("a small disk can be mounted by root only")


def unmount(folder: Path) -> None:
    subprocess.run(["umount", "-l", str(folder)], check=False, capture_output=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A stick of 6 MB."""
    folder = tmp_path / "stick"
    folder.mkdir()
    mount(folder, 6)
    yield folder
    while folder.is_mount():
        unmount(folder)


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    shelf = Shelf(tmp_path / "home")
    (tmp_path / "home" / "vault").mkdir()
    yield shelf
    shelf.database.close()


def source(shelf: Shelf) -> Source:
    return Source("V-TEST", shelf.folder, shelf.database, shelf.store.blobs, shelf.store.sealed, shelf.folder / "vault")


def back_up(shelf: Shelf, disk: Path) -> str:
    shelf.clock.forward(seconds=1)
    return make_backup(source(shelf), disk, shelf.clock.now).name


def picture(number: int, size_mb: int = 1) -> bytes:
    return number.to_bytes(4, "big") * (size_mb * MB // 4)


def ballast(disk: Path) -> Path:
    path = disk / "ballast"
    with path.open("wb", buffering=0) as file:
        while has_room_for(file, bytes(4096)):
            pass
    return path


def folder_of(disk: Path) -> BackupFolder:
    return BackupFolder.of(disk, "V-TEST", KEY.id)


def test_a_full_stick_is_said_and_the_backup_before_stays_whole(shelf: Shelf, disk: Path, tmp_path: Path) -> None:
    visit = shelf.finished(0, picture(1))
    first = back_up(shelf, disk)
    for number in range(2, 10):
        shelf.store.blobs.put(picture(number))
    with pytest.raises(BackupError, match="full"):
        back_up(shelf, disk)
    filling = ballast(disk)
    with pytest.raises(BackupError, match="full"):
        back_up(shelf, disk)
    assert folder_of(disk).names() == [first]
    assert check_backup(folder_of(disk), KEY) == []
    assert not [path for path in disk.rglob(".part-*") if path.stat().st_size]
    filling.unlink()
    assert shelf.store.visit(visit.id) == visit
    assert restore(folder_of(disk), tmp_path / "new", KEY).lacking == []


def test_a_locked_stick_is_said(shelf: Shelf, disk: Path) -> None:
    first = back_up(shelf, disk)
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    with pytest.raises(BackupError, match="unwritable"):
        back_up(shelf, disk)
    assert check_backup(folder_of(disk), KEY, first) == []


def test_a_stick_pulled_out_in_the_middle_is_no_backup_and_fills_no_other_disk(shelf: Shelf, tmp_path: Path) -> None:
    stick = tmp_path / "large"
    stick.mkdir()
    mount(stick, 80)
    for number in range(60):
        shelf.store.blobs.put(picture(number))
    outcome: list[BaseException | str] = []

    def copy() -> None:
        try:
            outcome.append(back_up(shelf, stick))
        except BackupError as error:
            outcome.append(error)

    worker = threading.Thread(target=copy)
    worker.start()
    try:
        deadline = time.monotonic() + WAIT_S
        while not list(stick.rglob("*.enc")) and time.monotonic() < deadline:
            pass
    finally:
        unmount(stick)
        worker.join()
    assert isinstance(outcome[0], BackupError)
    assert outcome[0].code in ("missing", "unwritable")
    assert list(stick.iterdir()) == [], "the mount point is the venue's own disk"


def test_an_empty_mount_point_counts_as_a_missing_stick_and_work_goes_on(shelf: Shelf, disk: Path) -> None:
    backups = Backups(source(shelf), Plan(disk, timedelta(minutes=30)), shelf.store, shelf.outbox, shelf.clock)
    name = backups.make(DESK).name
    assert (backups.state().error, backups.is_late(), backups.is_on_own_disk()) == ("", False, False)
    unmount(disk)
    with pytest.raises(BackupError, match="the venue's own disk"):
        backups.make(DESK)
    assert backups.state().error == "missing"
    assert backups.state().made == shelf.clock.now(), "when the last good one was is still known"
    assert list(disk.iterdir()) == []
    shelf.clock.forward(hours=2)
    assert backups.is_late()
    assert name


def test_the_clock_makes_backups_and_outlives_a_missing_stick(shelf: Shelf, disk: Path) -> None:
    plan = Plan(disk, timedelta(milliseconds=20))
    unmount(disk)
    backups = Backups(source(shelf), plan, shelf.store, shelf.outbox, shelf.clock)
    backups.start(first_after_s=0)
    try:
        wait_until(lambda: backups.state().error == "missing")
        mount(disk, 6)
        wait_until(lambda: backups.state().error == "" and backups.state().made_at != "")
    finally:
        backups.stop()
    assert check_backup(folder_of(disk), KEY) == []


def wait_until(is_so) -> None:
    deadline = time.monotonic() + WAIT_S
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)  # waits for another thread; there is nothing to be told by


def test_no_room_for_the_encrypted_copy_leaves_the_clear_one_and_goes_on_later(tmp_path: Path) -> None:
    before = old_home(tmp_path / "old")
    home = tmp_path / "disk" / "home"
    home.parent.mkdir()
    mount(home.parent, 3)
    try:
        subprocess.run(["cp", "-r", str(tmp_path / "old" / "home"), str(home)], check=True)
        filling = ballast(home.parent)
        with pytest.raises(DiskFullError):
            encrypt_home(home / "venue.db", BlobFolder(home / "blobs", KEY), home / "reports", KEY)
        assert is_clear(home / "venue.db")
        filling.unlink()
        encrypt_home(home / "venue.db", BlobFolder(home / "blobs", KEY), home / "reports", KEY)
        ensure_encrypted(home, before)
        assert counts(home) == before
    finally:
        unmount(home.parent)


def test_a_stick_too_small_for_the_database_is_called_full(shelf: Shelf, disk: Path) -> None:
    ballast(disk)
    (disk / "ballast").write_bytes(bytes(5 * MB + MB * 7 // 8))
    with pytest.raises(BackupError) as refused:
        back_up(shelf, disk)
    assert refused.value.code == "full"
