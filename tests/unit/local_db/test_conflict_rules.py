"""Conflicts at the venue are found from its rows, are named the same each time, and are settled once and for good."""

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from local_db.conflict_rules import OVERTAKEN, Kind
from local_db.conflicts import SETTLED, ConflictBook, Decision
from local_db.parcels import Fate
from local_db.store import Origin
from local_db.visits import Visit
from records.evidence import RETURN
from records.verdict import Decision as Word
from records.verdict import Verdict
from tests.support.builders import DESK, START, Shelf, photo, signed

LEAD = Origin("S-LEAD", "desk-1")
DECISION = Decision("one_person", "other", "组长看过了")


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def book(shelf: Shelf) -> ConflictBook:
    return ConflictBook(shelf.database, shelf.clock)


def kinds(shelf: Shelf) -> list[Kind]:
    return [one.kind for one in book(shelf).open()]


def corrected(shelf: Shelf, visit: Visit) -> Visit:
    return shelf.store.save_evidence(visit.id, visit.last_seq, [photo(b"better")], DESK, shelf.seal)


def says(shelf: Shelf, record: str, decision: Word, seq: int = 1, code: str = "") -> None:
    """The region has decided."""
    step = "photo" if decision is Word.RETURNED else ""
    verdict = Verdict(seq, shelf.people[0].reg_no, record, decision, step, "理由", START, code)
    shelf.outbox.verdicts.apply([verdict], seq)


def test_an_ordinary_day_has_no_conflicts(shelf: Shelf) -> None:
    visit = shelf.finished()
    says(shelf, visit.versions[-1].digest, Word.RETURNED)
    answered = corrected(shelf, shelf.store.visit(visit.id))
    assert [entry.evidence.step for entry in answered.entries][-2:] == [RETURN, "photo"]
    assert kinds(shelf) == [], "a return that was answered by a newer version is no conflict"
    says(shelf, answered.versions[-1].digest, Word.PASSED, 2)
    assert kinds(shelf) == []


@pytest.mark.parametrize("decision", [Word.PASSED, Word.RETURNED, Word.REFUSED])
def test_a_decision_on_a_version_that_was_replaced_waits_for_a_person(shelf: Shelf, decision: Word) -> None:
    first = shelf.finished()
    second = corrected(shelf, first)
    says(shelf, first.versions[0].digest, decision)
    (found,) = book(shelf).open()
    assert (found.kind, found.visits, found.detail["newest"]) == (Kind.CROSSED, (first.id,), 2)
    says(shelf, second.versions[-1].digest, Word.PASSED, 2)
    assert kinds(shelf) == [], "the newest version has its own word"


def test_a_decision_on_a_record_that_is_not_here_waits_for_a_person(shelf: Shelf) -> None:
    visit = shelf.arrived()
    says(shelf, "a" * 64, Word.PASSED)
    (found,) = book(shelf).open()
    assert (found.kind, found.visits) == (Kind.UNKNOWN, (visit.id,))


def test_a_record_that_does_not_count_is_told_with_its_code(shelf: Shelf) -> None:
    visit = shelf.finished()
    says(shelf, visit.versions[-1].digest, Word.SET_ASIDE, code="other_visit")
    (found,) = book(shelf).open()
    assert (found.kind, found.detail["code"], found.visits) == (Kind.SET_ASIDE, "other_visit", (visit.id,))
    assert shelf.store.visit(visit.id).is_sealed, "nothing is reopened"


def test_an_object_that_is_parked_again_is_asked_about_again(shelf: Shelf) -> None:
    visit = shelf.finished()
    names = set()
    for _time in range(2):
        (record,) = shelf.outbox.due(9)
        shelf.outbox.note([Fate(record, None, "HTTP 422 malformed")])
        (found,) = book(shelf).open()
        assert (found.kind, found.visits, found.detail["error"]) == (Kind.PARKED, (visit.id,), "HTTP 422 malformed")
        names.add(found.key)
        assert book(shelf).settle(found, Decision("send_again", "cause_removed", ""), LEAD)
        shelf.outbox.send_again([record.digest])
        shelf.clock.forward(minutes=1)
    assert len(names) == 2


def test_a_record_that_the_region_holds_is_shown_until_it_is_accepted(shelf: Shelf) -> None:
    record = shelf.finished().versions[-1].digest
    for _object in range(4):
        parcel = shelf.outbox.due(9)[0]
        shelf.outbox.note([Fate(parcel, signed(parcel.digest))])
    shelf.outbox.note_held(record, "revoked_key")
    assert kinds(shelf) == [Kind.HELD]
    assert shelf.outbox.counts().sent == 1
    shelf.outbox.accept(signed(record, "accepted"))
    assert kinds(shelf) == []


def test_a_stretch_of_doubted_times_is_one_conflict_and_the_next_one_another(shelf: Shelf) -> None:
    shelf.clock.forward(days=1)
    shelf.arrived(0), shelf.arrived(1)
    shelf.clock.forward(days=-1)
    shelf.arrived(2)
    (found,) = book(shelf).open()
    assert (found.kind, found.detail["count"], found.detail["clock"]) == (Kind.CLOCK, 2, "ahead")
    assert book(shelf).settle(found, Decision("noted", "battery", ""), LEAD)
    shelf.clock.forward(days=-400)
    shelf.store.note("pair", "desk-1", DESK)
    assert [one.detail["clock"] for one in book(shelf).open()] == ["back"]


def test_every_act_says_whether_its_time_can_be_believed(shelf: Shelf) -> None:
    visit = shelf.arrived()
    shelf.clock.forward(days=365)
    late = shelf.store.save_evidence(visit.id, visit.last_seq, [photo()], DESK, shelf.seal)
    assert [entry.clock for entry in late.entries] == ["ok", "ahead"]
    assert shelf.store.visit(visit.id).entries == late.entries


def test_pressing_again_on_the_same_old_page_is_the_same_conflict(shelf: Shelf) -> None:
    visit = shelf.arrived()
    for _press in range(3):
        shelf.store.note(OVERTAKEN, visit.id, DESK, step="form", other="booth-1", after=1)
    (found,) = book(shelf).open()
    assert found.detail == {"step": "form", "other": "booth-1", "after": 1, "station": DESK.station}


def test_a_conflict_is_settled_once_with_its_consequence_and_an_entry_in_the_log(shelf: Shelf) -> None:
    visit = shelf.arrived()
    shelf.store.note(OVERTAKEN, visit.id, DESK, step="form", other="booth-1", after=1)
    one = book(shelf)
    (found,) = one.open()
    done: list[str] = []
    assert one.settle(found, DECISION, LEAD, lambda _session: done.append("done"))
    assert not one.settle(found, DECISION, LEAD, lambda _session: done.append("twice"))
    assert done == ["done"]
    assert one.open() == []
    shelf.restart()
    (kept,) = book(shelf).settled(9)
    assert (kept.decision, kept.actor, kept.visits) == (DECISION, LEAD.actor, (visit.id,))
    with shelf.database.reading() as session:
        (entry,) = session.execute(text("SELECT detail FROM audit WHERE act = :act"), {"act": SETTLED}).all()
    assert "组长看过了" not in entry.detail, "what was typed stays out of the log"
    with pytest.raises(DatabaseError, match="append-only"), shelf.database.writing() as session:
        session.execute(text("DELETE FROM settlements"))


def test_a_settlement_whose_consequence_fails_is_none(shelf: Shelf) -> None:
    visit = shelf.arrived()
    shelf.store.note(OVERTAKEN, visit.id, DESK, step="form", other="booth-1", after=1)
    (found,) = book(shelf).open()

    def fail(_session: object) -> None:
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        book(shelf).settle(found, DECISION, LEAD, fail)
    assert [one.key for one in book(shelf).open()] == [found.key]
