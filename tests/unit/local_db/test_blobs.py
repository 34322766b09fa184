"""Files by their digest."""

import errno
from collections.abc import Callable
from pathlib import Path

import pytest

from local_db import blobs
from local_db.blobs import BlobFolder, DigestFolder, SealedFolder
from local_db.errors import DiskFullError, MissingBlobError
from records.canonical import digest_bytes
from tests.support.builders import KEY

Kind = Callable[[Path], DigestFolder]


class FullFolder(BlobFolder):
    """A folder on a disk that is full after some files."""

    def __init__(self, root: Path, room_for: int) -> None:
        super().__init__(root, KEY)
        self._room = room_for

    def put(self, content: bytes) -> str:
        self._room -= 1
        if self._room < 0:
            raise DiskFullError("no room for a file") from OSError(errno.ENOSPC, "full")
        return super().put(content)


@pytest.fixture(params=["captured", "sealed"])
def kind(request: pytest.FixtureRequest) -> Kind:
    return {
        "captured": lambda folder: BlobFolder(folder / "blobs", KEY),
        "sealed": lambda f: SealedFolder(f / "sealed"),
    }[request.param]


def test_many_files_are_saved_together_each_once(tmp_path: Path, kind: Kind) -> None:
    contents = [b"%d" % (number % 20) for number in range(40)]
    folder = kind(tmp_path)
    folder.put_all(contents)
    assert len(list(folder.files())) == 20
    assert all(folder.get(digest_bytes(content)) == content for content in contents)
    folder.put_all([])


def test_what_an_attempt_left_that_failed_at_its_end_is_brought_to_the_disk_by_the_next(
    tmp_path: Path, kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file has its name and the folder was not synced: a row that named it now could outlive it in a power cut."""
    folder = kind(tmp_path)
    digest = folder.put(b"picture")
    synced: list[Path] = []
    monkeypatch.setattr(blobs, "sync_folder", synced.append)
    fresh = kind(tmp_path)
    fresh.put(b"picture")
    assert synced == [fresh.root, fresh.path(digest).parent]
    synced.clear()
    fresh.put(b"picture")
    assert synced == [fresh.path(digest).parent]


def test_a_disk_that_fills_up_in_the_middle_is_said(tmp_path: Path) -> None:
    folder = FullFolder(tmp_path / "blobs", room_for=5)
    with pytest.raises(DiskFullError):
        folder.put_all([b"%d" % number for number in range(30)])
    assert not list(tmp_path.rglob(".part-*"))


def test_what_is_removed_is_gone_and_removing_it_again_changes_nothing(tmp_path: Path, kind: Kind) -> None:
    folder = kind(tmp_path)
    digest = folder.put(b"x")
    assert (folder.has(digest), folder.size_bytes(digest)) == (True, 1)
    for _time in range(2):
        folder.remove(digest)
    assert not folder.has(digest)
    with pytest.raises(MissingBlobError):
        folder.size_bytes(digest)


def test_a_copy_is_whole_or_not_wherever_it_lies(tmp_path: Path, kind: Kind) -> None:
    folder = kind(tmp_path)
    folder.put(b"what was saved")
    [path] = folder.files()
    copy = tmp_path / "copy"
    copy.write_bytes(path.read_bytes())
    assert folder.is_whole(copy, path.name)
    copy.write_bytes(path.read_bytes()[:-1] + b"?")
    assert not folder.is_whole(copy, path.name)
    assert not folder.is_whole(tmp_path / "nowhere", path.name)


def test_others_than_those_named_are_removed(tmp_path: Path, kind: Kind) -> None:
    folder = kind(tmp_path)
    named, other = folder.put(b"named"), folder.put(b"other")
    assert folder.remove_others({named}) == 1
    assert (folder.has(named), folder.has(other)) == (True, False)
