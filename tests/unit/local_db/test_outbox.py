"""Each object on its way to the region has its own fate."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from local_db.parcels import Fate, Parcel, SyncCounts
from records.evidence import Evidence
from records.verdict import Decision, Verdict
from tests.support.builders import DESK, START, Shelf, photo, signed


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def received(parcel: Parcel) -> Fate:
    """The region has it and has said so."""
    return Fate(parcel, signed(parcel.digest))


def test_saved_here_sent_and_accepted_are_three_things(shelf: Shelf) -> None:
    record = shelf.finished().versions[-1].digest
    seen = [shelf.outbox.counts()]
    for _object in range(4):  # the envelope, two parts, the picture
        shelf.outbox.note([received(shelf.outbox.due(9)[0])])
        seen.append(shelf.outbox.counts())
    shelf.outbox.accept(signed(record, "accepted"))
    seen.append(shelf.outbox.counts())
    assert seen == [*[SyncCounts(1, 0, 0, 0)] * 4, SyncCounts(0, 1, 0, 0), SyncCounts(0, 0, 1, 0)]


def test_files_wait_until_the_record_that_names_them_was_sent(shelf: Shelf) -> None:
    shelf.finished()
    (record,) = shelf.outbox.due(9)
    shelf.outbox.note([Fate(record, None, "no line", shelf.clock.now() + timedelta(minutes=1))])
    assert shelf.outbox.due(9) == []
    shelf.clock.forward(minutes=2)
    shelf.outbox.note([received(shelf.outbox.due(9)[0])])
    assert [parcel.kind for parcel in shelf.outbox.due(9)] == ["file"] * 3


def test_what_was_queued_while_the_clock_was_a_year_ahead_does_not_wait_a_year(shelf: Shelf) -> None:
    shelf.clock.forward(days=365)
    shelf.finished()
    shelf.clock.forward(days=-365)
    (record,) = shelf.outbox.due(9)
    shelf.outbox.note([Fate(record, None, "no line", shelf.clock.now() + timedelta(minutes=89))])
    assert shelf.outbox.due(9) == [], "the longest wait there is, is waited"


def test_a_parked_object_stays_and_delays_nobody(shelf: Shelf) -> None:
    shelf.finished(0, b"one")
    shelf.finished(1, b"two")
    first, second = shelf.outbox.due(9)
    shelf.outbox.note([Fate(first, None, "HTTP 422 malformed")])
    assert shelf.outbox.due(9) == [second]
    assert shelf.outbox.parked()[0][1] == "HTTP 422 malformed"
    shelf.outbox.send_again([first.digest])
    assert {parcel.digest for parcel in shelf.outbox.due(9)} == {first.digest, second.digest}


def test_what_was_parked_of_a_record_that_the_region_accepts_is_asked_for_again(shelf: Shelf) -> None:
    """A stranger on the line answered with a refusal after the region had taken the object."""
    record = shelf.finished().versions[-1].digest
    shelf.outbox.note([received(shelf.outbox.due(9)[0])])
    refused, *others = shelf.outbox.due(9)
    accepted = replace(signed(others[-1].digest), records=(signed(record, "accepted"),))
    shelf.outbox.note([Fate(refused, None, "HTTP 403 other_venue"), *map(received, others[:-1])])
    assert shelf.outbox.counts().parked == 1
    shelf.outbox.note([Fate(others[-1], accepted)])
    assert shelf.outbox.counts() == SyncCounts(0, 0, 1, 0)
    assert [parcel.digest for parcel in shelf.outbox.due(9)] == [refused.digest]
    shelf.outbox.note([received(shelf.outbox.due(9)[0])])
    assert shelf.outbox.due(9) == []


def test_a_picture_that_two_versions_name_is_sent_once(shelf: Shelf) -> None:
    visit = shelf.finished()
    form = Evidence("form", START, {"confirmed": True})
    shelf.store.save_evidence(visit.id, visit.last_seq, [form], DESK, shelf.seal)
    for _version in range(2):
        shelf.outbox.note([received(shelf.outbox.due(9)[0])])
    assert len(shelf.outbox.due(9)) == 5, "two parts a version, one picture"


def test_equal_pictures_of_two_people_are_two_objects_that_nobody_can_tell_to_be_equal(shelf: Shelf) -> None:
    for number in range(2):
        shelf.finished(number, b"the same bytes")
        shelf.outbox.note([received(shelf.outbox.due(9)[0])])
    assert len({parcel.digest for parcel in shelf.outbox.due(9)}) == 6


def _returned(shelf: Shelf, record: str, seq: int = 1) -> Verdict:
    return Verdict(seq, shelf.people[0].reg_no, record, Decision.RETURNED, "photo", "照片模糊", START)


def test_a_return_reopens_the_visit_once(shelf: Shelf) -> None:
    visit = shelf.finished()
    verdict = _returned(shelf, visit.versions[-1].digest)
    for _time in range(2):
        shelf.outbox.verdicts.apply([verdict], 1)
    reopened = shelf.store.visit(visit.id)
    assert not reopened.is_sealed
    assert [entry.evidence.withdraws for entry in reopened.entries[visit.last_seq :]] == [("photo",)]
    assert shelf.outbox.recall("verdict_cursor") == "1"


def test_a_return_of_a_replaced_version_is_kept_and_reopens_nothing(shelf: Shelf) -> None:
    visit = shelf.finished()
    newer = shelf.store.save_evidence(visit.id, visit.last_seq, [photo(b"better")], DESK, shelf.seal)
    shelf.outbox.verdicts.apply([_returned(shelf, visit.versions[0].digest)], 1)
    assert shelf.store.visit(visit.id).last_seq == newer.last_seq
    assert len(shelf.outbox.verdicts.of(shelf.people[0].reg_no)) == 1


def test_a_verdict_without_a_number_finds_its_candidate_by_the_record(shelf: Shelf) -> None:
    visit = shelf.finished()
    shelf.outbox.verdicts.apply([replace(_returned(shelf, visit.versions[-1].digest), reg_no="")], 1)
    (verdict,) = shelf.outbox.verdicts.of(shelf.people[0].reg_no)
    assert verdict.step == "photo"
