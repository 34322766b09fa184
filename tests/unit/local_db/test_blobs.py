"""Files by their digest."""

import errno
from pathlib import Path

import pytest

from local_db.blobs import BlobFolder
from local_db.errors import DiskFullError, MissingBlobError
from records.canonical import digest_bytes


class FullFolder(BlobFolder):
    """A folder on a disk that is full after some files."""

    def __init__(self, root: Path, room_for: int) -> None:
        super().__init__(root)
        self._room = room_for

    def put(self, content: bytes) -> str:
        self._room -= 1
        if self._room < 0:
            raise DiskFullError("no room for a file") from OSError(errno.ENOSPC, "full")
        return super().put(content)


def test_many_files_are_saved_together_each_once(tmp_path: Path) -> None:
    contents = [b"%d" % (number % 20) for number in range(40)]
    folder = BlobFolder(tmp_path / "blobs")
    folder.put_all(contents)
    assert sorted(folder.digests()) == sorted({digest_bytes(content) for content in contents})
    assert all(folder.get(digest_bytes(content)) == content for content in contents)
    folder.put_all([])


def test_a_disk_that_fills_up_in_the_middle_is_said(tmp_path: Path) -> None:
    folder = FullFolder(tmp_path / "blobs", room_for=5)
    with pytest.raises(DiskFullError):
        folder.put_all([b"%d" % number for number in range(30)])
    assert not list(tmp_path.rglob(".part-*"))


def test_what_is_removed_is_gone_and_removing_it_again_changes_nothing(tmp_path: Path) -> None:
    folder = BlobFolder(tmp_path / "blobs")
    digest = folder.put(b"x")
    assert (folder.has(digest), folder.size_bytes(digest)) == (True, 1)
    for _time in range(2):
        folder.remove(digest)
    assert not folder.has(digest)
    with pytest.raises(MissingBlobError):
        folder.size_bytes(digest)
