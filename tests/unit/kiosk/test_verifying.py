"""`verify` names everything that is damaged: one flipped bit, a deleted file, a cut one, a forged row."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from kiosk.verifying import verify
from local_db.engine import connect, keyed
from tests.support.builders import KEY
from tests.support.candidates import Candidate, Crew
from tests.support.venue_rig import VenueRig, venue_rig


@pytest.fixture(scope="module")
def person(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Candidate]:
    with venue_rig(tmp_path_factory.mktemp("venue")) as rig:
        yield Crew.at(rig).newcomer().finish_at_once()


@pytest.fixture
def as_it_was(person: Candidate, tmp_path: Path) -> Iterator[None]:
    """Puts the database back afterwards."""
    live = connect(person.rig.venue.settings.database, KEY)
    with closing(live), closing(keyed(tmp_path / "before.db", KEY)) as before:
        live.backup(before)
        yield
        before.backup(live)


def bad(rig: VenueRig) -> list[str]:
    return [f"{finding.what}: {finding.words}" for finding in verify(rig.venue) if not finding.is_good]


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


@pytest.mark.parametrize("harm", [flip, Path.unlink, cut], ids=["bit", "gone", "cut"])
@pytest.mark.parametrize("folder", ["blobs", "sealed"])
def test_a_harmed_file_is_named_with_its_visit(person: Candidate, folder: str, harm: Callable[[Path], object]) -> None:
    store = person.rig.venue.store
    captured = [file.digest for entry in person.visit.entries for file in entry.evidence.attachments]
    sealed = [one.digest for one in store.sealed_files(person.visit.id).values()]
    files, digest = (store.blobs, captured[0]) if folder == "blobs" else (store.sealed, sealed[0])
    path = files.path(digest)
    before = path.read_bytes()
    assert bad(person.rig) == []
    harm(path)
    try:
        named = bad(person.rig)
    finally:
        path.write_bytes(before)
    assert len(named) == 2, "the count, and the file by its name"
    assert digest in named[1]
    assert person.visit.id in named[1]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("UPDATE records SET content = CAST(replace(content, 'V-TEST', 'V-TESU') AS BLOB)", "SHA-256"),
        ("UPDATE records SET content = CAST(content || ' ' AS BLOB)", "SHA-256"),
        ("UPDATE records SET version = 2", "another visit or version"),
        ("DELETE FROM record_files WHERE rowid IN (SELECT rowid FROM record_files LIMIT 1)", "other objects"),
        ("DELETE FROM signing_keys", "names another key"),
        ("DELETE FROM outbox WHERE kind = 'record'", "not in the list of what is sent"),
        ("DELETE FROM outbox WHERE kind = 'file' AND rowid IN (SELECT rowid FROM outbox WHERE kind = 'file' LIMIT 1)",
         "not in the list of what is sent"),
        ("UPDATE outbox SET size_bytes = size_bytes + 1 WHERE id = (SELECT max(id) FROM outbox)", "not in the list"),
    ],
)  # fmt: skip
def test_a_row_that_contradicts_the_sealed_record_is_named(
    person: Candidate, as_it_was: None, change: str, words: str
) -> None:
    assert bad(person.rig) == []
    with person.rig.venue.database.writing() as session:
        session.execute(text(change))
    assert any(words in line for line in bad(person.rig)), bad(person.rig)


def test_a_removed_capture_that_is_back_is_named(person: Candidate, as_it_was: None) -> None:
    venue = person.rig.venue
    (file,) = person.visit.entries[-1].evidence.attachments
    content = venue.store.blobs.get(file.digest)
    (one,) = venue.removal.clearable()
    venue.removal.clear(one, {file.digest}, set())
    assert bad(person.rig) == []
    venue.store.blobs.put(content)
    assert any("removed after sealing and is here again" in line and file.digest in line for line in bad(person.rig))
