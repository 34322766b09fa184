"""The venue's only writer."""

import os
import threading
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from local_db.durable import sweep
from local_db.errors import MissingBlobError, NoSuchVisitError, StaleVisitError
from records.canonical import digest_bytes
from records.evidence import Evidence
from tests.support.builders import DAY, DESK, PROFILE, START, Shelf, never, photo


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def test_arriving_twice_is_arriving_once(shelf: Shelf) -> None:
    first, second = shelf.arrived(), shelf.arrived()
    assert first.id == second.id
    assert first.ticket == second.ticket
    assert len(second.entries) == 1


def test_ten_doors_at_once_give_one_ticket_a_person(shelf: Shelf) -> None:
    tickets: list[tuple[int, str]] = []

    def arrive(number: int) -> None:
        visit = shelf.arrived(number % 3)
        assert visit.ticket
        tickets.append((number % 3, visit.ticket.number))

    threads = [threading.Thread(target=arrive, args=(number,)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(tickets) == 10
    assert len(set(tickets)) == 3


def test_a_page_drawn_before_somebody_elses_saving_saves_nothing(shelf: Shelf) -> None:
    visit = shelf.arrived()
    shelf.store.save_evidence(visit.id, visit.last_seq, [photo()], DESK, never)
    with pytest.raises(StaleVisitError):
        shelf.store.save_evidence(visit.id, visit.last_seq, [photo(b"other")], DESK, never)
    assert len(shelf.store.visit(visit.id).entries) == 2


def test_of_two_desks_saving_at_once_exactly_one_wins(shelf: Shelf) -> None:
    visit = shelf.arrived()
    outcomes: list[str] = []

    def save(number: int) -> None:
        try:
            shelf.store.save_evidence(visit.id, visit.last_seq, [photo(bytes([number]))], DESK, never)
            outcomes.append("saved")
        except StaleVisitError:
            outcomes.append("stale")

    threads = [threading.Thread(target=save, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["saved"] + ["stale"] * 5


def test_everything_confirmed_is_there_after_a_restart(shelf: Shelf) -> None:
    visit = shelf.arrived()
    saved = shelf.store.save_evidence(visit.id, visit.last_seq, [photo(b"print")], DESK, never)
    shelf.restart()
    assert shelf.store.visit(visit.id) == saved
    assert shelf.store.blobs.get(digest_bytes(b"print")) == b"print"


def test_finishing_seals_in_the_same_transaction(shelf: Shelf) -> None:
    visit = shelf.finished()
    assert visit.is_sealed
    assert [parcel.kind for parcel in shelf.outbox.due(9)] == ["record"]

    def fails(_visit: object) -> None:
        raise ZeroDivisionError

    other = shelf.arrived(1)
    with pytest.raises(ZeroDivisionError):
        shelf.store.save_evidence(other.id, other.last_seq, [photo()], DESK, fails)
    assert len(shelf.store.visit(other.id).entries) == 1


def test_evidence_can_not_be_changed_or_deleted(shelf: Shelf) -> None:
    shelf.arrived()
    for statement in ("UPDATE evidence SET step='x'", "DELETE FROM evidence", "DELETE FROM audit"):
        with pytest.raises(IntegrityError, match="append-only"), shelf.database.writing() as session:
            session.connection().exec_driver_sql(statement)


def test_a_made_up_visit_is_refused(shelf: Shelf) -> None:
    with pytest.raises(NoSuchVisitError):
        shelf.store.visit("0" * 32)
    with pytest.raises(NoSuchVisitError):
        shelf.store.open_visit("nobody", PROFILE, DAY, "normal", Evidence("arrival", START, {}), DESK)


def test_a_file_changed_on_the_disk_is_not_handed_out(shelf: Shelf) -> None:
    digest = shelf.store.blobs.put(b"finger")
    [path] = shelf.store.blobs.files()
    assert digest not in path.name, "the name must not tell which picture it is"
    path.write_bytes(path.read_bytes()[:-1] + bytes([path.read_bytes()[-1] ^ 1]))
    with pytest.raises(MissingBlobError):
        shelf.store.blobs.get(digest)
    with pytest.raises(MissingBlobError):
        shelf.store.blobs.get("../../venue.db")


def test_the_database_commits_to_the_disk(shelf: Shelf) -> None:
    with shelf.database.writing() as session:
        pragmas = [
            session.connection().exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")
        ]
    assert pragmas == ["wal", 2]


def test_a_second_version_names_the_first(shelf: Shelf) -> None:
    visit = shelf.finished()
    again = shelf.store.save_evidence(visit.id, visit.last_seq, [photo(b"better")], DESK, shelf.seal)
    assert [version.version for version in again.versions] == [1, 2]
    assert again.is_sealed


def test_what_a_killed_process_left_unfinished_is_swept_up_once_nobody_can_be_writing_it(shelf: Shelf) -> None:
    shelf.store.blobs.put(b"finger")
    [whole] = shelf.store.blobs.files()
    old, young = whole.with_name(".part-old"), whole.with_name(".part-young")
    for path in (old, young):
        path.write_bytes(b"half")
    os.utime(old, (0, 0))
    sweep(shelf.folder / "blobs")
    assert sorted(whole.parent.iterdir()) == sorted([whole, young])
