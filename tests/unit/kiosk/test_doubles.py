"""The same print under two names: found in the background, told to a lead once, settled by a person."""

from pathlib import Path

import pytest

from devices.fingerprint.press import press
from devices.formats.finger_minutiae import write_minutiae
from devices.matching.minutiae import find_minutiae
from kiosk.doubles import ROLE, DoubleWatch
from local_db.prints import Double, PrintShelf
from local_db.visits import Visit
from records.canonical import digest_bytes
from records.evidence import Attachment, Evidence
from tests.support.builders import DESK, START, Shelf, never


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path, people=4)


def watch(shelf: Shelf) -> DoubleWatch:
    return DoubleWatch(PrintShelf(shelf.database, shelf.clock), shelf.store.blobs, shelf.clock)


def told(shelf: Shelf) -> list[Double]:
    return PrintShelf(shelf.database, shelf.clock).doubles()


def finger(name: str, number: int = 0, part: str = "11") -> Evidence:
    record = write_minutiae(find_minutiae(press(name, "good", number), 500), 1, 80)
    return Evidence("fingerprint", START, {}, part=part, attachments=(Attachment.of(ROLE, "x/y", record),))


def presses(shelf: Shelf, person: int, *evidence: Evidence) -> Visit:
    visit = shelf.arrived(person)
    return shelf.store.save_evidence(visit.id, visit.last_seq, evidence, DESK, never)


def all_rounds(one: DoubleWatch) -> None:
    while one.round():
        pass


def test_a_print_under_two_names_is_told_with_both_visits_and_fingers(shelf: Shelf) -> None:
    first = presses(shelf, 0, finger("A-11"))
    second = presses(shelf, 1, finger("B-11"), finger("A-11", 1, part="16"))
    one = watch(shelf)
    all_rounds(one)
    [double] = told(shelf)
    assert (double.visit, double.other) == (second.id, first.id)
    assert (double.finger, double.other_finger) == ("16", "11")
    assert double.likeness_pct >= 9
    assert double.found_at == START


def test_ones_own_second_press_is_nothing_to_tell(shelf: Shelf) -> None:
    visit = presses(shelf, 0, finger("A-11"))
    shelf.store.save_evidence(visit.id, visit.last_seq, [finger("A-11", 1)], DESK, never)
    one = watch(shelf)
    all_rounds(one)
    assert told(shelf) == []


def test_two_people_are_told_of_once_however_many_fingers_they_share(shelf: Shelf) -> None:
    presses(shelf, 0, finger("A-11"), finger("A-16", part="16"))
    presses(shelf, 1, finger("A-11", 1), finger("A-16", 1, part="16"))
    one = watch(shelf)
    all_rounds(one)
    assert len(told(shelf)) == 1


def test_nobody_is_stopped_and_no_visit_is_changed(shelf: Shelf) -> None:
    presses(shelf, 0, finger("A-11"))
    visit = presses(shelf, 1, finger("A-11", 1))
    all_rounds(watch(shelf))
    assert shelf.store.visit(visit.id).last_seq == visit.last_seq


def test_after_a_restart_the_prints_are_known_again_and_nothing_is_told_twice(shelf: Shelf) -> None:
    presses(shelf, 0, finger("A-11"))
    presses(shelf, 1, finger("A-11", 1))
    all_rounds(watch(shelf))
    shelf.restart()
    again = watch(shelf)
    assert len(told(shelf)) == 1
    third = presses(shelf, 2, finger("A-11", 2))
    all_rounds(again)
    assert [double.visit for double in told(shelf)].count(third.id) == 2


def test_a_file_that_is_gone_or_is_no_record_is_passed_over(shelf: Shelf) -> None:
    broken = Evidence("fingerprint", START, {}, part="12", attachments=(Attachment.of(ROLE, "x/y", b"nonsense"),))
    presses(shelf, 0, broken, finger("A-11"))
    gone = shelf.store.blobs.path(digest_bytes(b"nonsense"))
    presses(shelf, 1, finger("A-11", 1))
    one = watch(shelf)
    all_rounds(one)
    assert len(told(shelf)) == 1
    gone.unlink()
    again = watch(shelf)
    all_rounds(again)
    assert len(told(shelf)) == 1


def test_the_thread_takes_in_what_comes_and_ends_when_told(shelf: Shelf) -> None:
    presses(shelf, 0, finger("A-11"))
    presses(shelf, 1, finger("A-11", 1))
    one = watch(shelf)
    one.start()
    try:
        for _ in range(600):
            if told(shelf):
                break
            one._stop.wait(0.05)
        assert len(told(shelf)) == 1
    finally:
        one.stop()
    assert one._thread is not None
    assert not one._thread.is_alive()
