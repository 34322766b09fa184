"""What both sides do with a stick: which places are sticks, writing for good, and which trouble an error is."""

import errno
from pathlib import Path

import pytest

from records import stick


def test_what_is_written_is_read_back_and_leaves_nothing_half_done(tmp_path: Path) -> None:
    path = tmp_path / "object"
    for content in (b"", b"first", bytes(3_000_000)):
        stick.write(path, content)
        assert stick.read_back(path) == content
    assert [one.name for one in tmp_path.iterdir()] == ["object"]


def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    folder = tmp_path / "object"
    folder.mkdir()
    (folder / "within").write_bytes(b"")
    with pytest.raises(OSError, match="object"):
        stick.write(folder, b"content")
    assert [one.name for one in tmp_path.iterdir()] == ["object"]


def test_no_folder_is_made_where_a_stick_was(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        stick.make_folder(tmp_path / "stick" / "kaodian-bundle-V")
    with pytest.raises(FileNotFoundError):
        stick.write(tmp_path / "stick" / "object", b"content")
    assert list(tmp_path.iterdir()) == []


def test_places_that_are_named_are_offered_while_they_are_there(tmp_path: Path) -> None:
    here, gone = tmp_path / "here", tmp_path / "gone"
    here.mkdir()
    offered = {drive.path: drive.free_bytes for drive in stick.drives([here, gone, here])}
    assert offered[here] > 0
    assert gone not in offered


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "full"),
        (errno.EROFS, "read_only"),
        (errno.EACCES, "read_only"),
        (errno.ENOENT, "missing"),
        (errno.EIO, "missing"),
        (errno.EFBIG, "unwritable"),
    ],
)
def test_an_error_of_the_system_says_what_to_do(tmp_path: Path, number: int, code: str) -> None:
    assert stick.trouble_of(OSError(number, "said"), tmp_path) == code


def test_whatever_goes_wrong_after_the_stick_is_gone_is_a_missing_stick(tmp_path: Path) -> None:
    assert stick.trouble_of(OSError(errno.EACCES, "said"), tmp_path / "gone") == "missing"


def test_a_small_file_takes_a_block(tmp_path: Path) -> None:
    block = stick.room_taken(tmp_path, [1])
    assert block > 1
    assert stick.room_taken(tmp_path, [0, block, block + 1]) == 3 * block


def test_what_a_killed_program_left_is_swept_away(tmp_path: Path) -> None:
    (tmp_path / "ab").mkdir()
    for path in (tmp_path / ".part-1", tmp_path / "ab" / ".part-2", tmp_path / "ab" / "kept"):
        path.write_bytes(b"")
    stick.sweep(tmp_path)
    assert [path.name for path in tmp_path.rglob("*")] == ["ab", "kept"]
