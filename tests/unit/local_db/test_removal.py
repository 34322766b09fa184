"""Captured files go when they are sealed, are known to have gone, and no kill leaves a doubt."""

import os
from pathlib import Path

import pytest
from sqlalchemy import select

from local_db.audit_models import AuditRow
from local_db.blobs import BlobFolder
from local_db.models import RemovalRow
from local_db.removal import Clearable, Removal
from local_db.visits import Visit
from records.canonical import digest_bytes
from tests.support.builders import DESK, KEY, Shelf, never, photo

PICTURE = digest_bytes(b"picture")


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def only(shelf: Shelf) -> Clearable:
    (one,) = shelf.removal.clearable()
    return one


def test_a_sealed_file_goes_is_audited_and_stays_named(shelf: Shelf) -> None:
    visit = shelf.finished()
    assert shelf.removal.clear(only(shelf), {PICTURE}, set()) == 1
    assert not shelf.store.blobs.has(PICTURE)
    assert shelf.removal.removed([PICTURE, "0" * 64]) == {PICTURE}
    assert shelf.removal.is_cleared(visit.versions[-1].digest)
    assert shelf.removal.clearable() == []
    with shelf.database.reading() as session:
        (line,) = session.scalars(select(AuditRow).where(AuditRow.act == "biometrics_removed"))
    assert (line.subject, line.detail) == (visit.id, {"files": 1, "record": visit.versions[-1].digest})
    assert shelf.store.visit(visit.id).entries == visit.entries


def test_a_visit_that_goes_on_is_not_cleared(shelf: Shelf) -> None:
    visit = shelf.finished()
    shelf.store.save_evidence(visit.id, visit.last_seq, [photo(b"better")], DESK, never)
    assert shelf.removal.clearable() == []


def test_only_the_newest_version_is_cleared(shelf: Shelf) -> None:
    visit = shelf.finished()
    newer = shelf.store.save_evidence(visit.id, visit.last_seq, [photo(b"better")], DESK, shelf.seal)
    assert only(shelf).record == newer.versions[-1].digest


class Killed(BaseException):
    """The plug was pulled."""


class DyingFolder(BlobFolder):
    """A folder whose computer loses power at a removal, before or after the file has gone."""

    def __init__(self, root: Path, moment: str) -> None:
        super().__init__(root, KEY)
        self._moment = moment

    def remove(self, digest: str) -> None:
        if self._moment == "after":
            super().remove(digest)
        raise Killed


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_kill_between_deciding_and_noting_leaves_no_doubt(shelf: Shelf, moment: str) -> None:
    """Killed before or after the file went, the next round ends what was begun."""
    shelf.finished()
    dying = Removal(shelf.database, DyingFolder(shelf.folder / "blobs", moment), shelf.clock)
    with pytest.raises(Killed):
        dying.clear(only(shelf), {PICTURE}, set())
    shelf.restart()
    assert shelf.store.blobs.has(PICTURE) is (moment == "before")
    assert shelf.removal.removed([PICTURE]) == {PICTURE}, "it counts as removed on purpose, whether it went or not"
    assert shelf.removal.clear(only(shelf), set(), set()) == 1
    assert not shelf.store.blobs.has(PICTURE)


def test_a_picture_of_equal_bytes_stays_until_the_last_visit_is_sealed(shelf: Shelf) -> None:
    shelf.finished(0)
    other = shelf.arrived(1)
    other = shelf.store.save_evidence(other.id, other.last_seq, [photo()], DESK, never)
    assert shelf.removal.clear(only(shelf), {PICTURE}, set()) == 0
    assert shelf.store.blobs.has(PICTURE)
    shelf.store.save_evidence(other.id, other.last_seq, [photo(b"better")], DESK, shelf.seal)
    assert shelf.removal.clear(only(shelf), {PICTURE}, set()) == 1
    assert not shelf.store.blobs.has(PICTURE)


def test_a_file_that_something_else_needs_stays(shelf: Shelf) -> None:
    shelf.finished()
    assert shelf.removal.clear(only(shelf), {PICTURE}, {PICTURE}) == 0
    assert shelf.store.blobs.has(PICTURE)


def test_the_same_bytes_captured_anew_are_here_again(shelf: Shelf) -> None:
    visit = shelf.finished()
    shelf.removal.clear(only(shelf), {PICTURE}, set())
    shelf.store.save_evidence(visit.id, visit.last_seq, [photo()], DESK, never)
    assert shelf.store.blobs.get(PICTURE) == b"picture"
    assert shelf.removal.removed([PICTURE]) == frozenset()


def test_a_file_removed_while_it_is_being_saved_again_is_not_lost(shelf: Shelf) -> None:
    """The remover may come between the writing of a file and of its row."""
    visit, one = shelf.finished(), only(shelf)

    def meanwhile(_visit: Visit) -> None:
        shelf.removal.clear(one, {PICTURE}, set())
        assert not shelf.store.blobs.has(PICTURE)

    shelf.store.save_evidence(visit.id, visit.last_seq, [photo()], DESK, meanwhile)
    assert shelf.store.blobs.get(PICTURE) == b"picture"
    with shelf.database.reading() as session:
        assert session.scalars(select(RemovalRow)).all() == []


def test_after_removal_a_new_version_takes_the_sealed_file_over(shelf: Shelf) -> None:
    visit = shelf.finished()
    before = {one.digest for one in shelf.store.sealed_files(visit.id).values()}
    shelf.removal.clear(only(shelf), {PICTURE}, set())
    again = shelf.store.save_evidence(visit.id, visit.last_seq, [], DESK, shelf.seal)
    assert [version.version for version in again.versions] == [1, 2]
    assert {one.digest for one in shelf.store.sealed_files(visit.id).values()} == before


def test_what_a_kill_left_without_a_row_is_swept(shelf: Shelf) -> None:
    shelf.finished()
    stray = shelf.store.blobs.put(b"a print that was never saved")
    somewhere = next(shelf.store.blobs.files()).parent
    half, fresh = (somewhere / name for name in (".part-1", ".part-2"))
    half.write_bytes(b"half a print")
    os.utime(half, (0, 0))
    fresh.write_bytes(b"being written")
    assert shelf.store.sweep() == 1
    assert not shelf.store.blobs.has(stray)
    assert shelf.store.blobs.has(PICTURE)
    assert list((shelf.folder / "blobs").rglob(".part-*")) == [fresh]
