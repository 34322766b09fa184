"""A day that is being closed takes no arrivals, a closed one takes nothing; its acts are added and never changed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from local_db.day_book import DONE, DayBook, NewAct
from local_db.day_gate import BEGUN, CLOSED, REOPENED, DayState
from local_db.errors import DayClosedError, StaleDayError
from records.day import DayWindow
from records.evidence import RETURN, Evidence
from records.verdict import Decision, Verdict
from tests.support.builders import DAY, DESK, START, Shelf, never, photo

MIDNIGHT = datetime(2026, 3, 1, 16, 0, tzinfo=UTC)
WINDOW = DayWindow(DAY, MIDNIGHT, MIDNIGHT + timedelta(days=1))
YESTERDAY = DayWindow(DAY - timedelta(days=1), MIDNIGHT - timedelta(days=1), MIDNIGHT)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def days(shelf: Shelf) -> DayBook:
    return DayBook(shelf.database, shelf.clock)


def write(shelf: Shelf, act: str, window: DayWindow = WINDOW) -> None:
    acts = days(shelf).acts(window.day)
    days(shelf).add(window, NewAct(act), DESK, acts[-1].id if acts else 0)


def test_a_day_being_closed_lets_nobody_in_and_those_inside_go_on(shelf: Shelf) -> None:
    visit = shelf.arrived()
    write(shelf, BEGUN)
    assert days(shelf).state() is DayState.CLOSING
    assert shelf.arrived().id == visit.id, "who has a ticket gets it again"
    with pytest.raises(DayClosedError) as refused:
        shelf.arrived(1)
    assert not refused.value.is_closed
    assert shelf.store.visit_of(shelf.people[1].reg_no) is None
    assert shelf.store.save_evidence(visit.id, visit.last_seq, [photo()], DESK, shelf.seal).versions


def test_a_closed_day_takes_nothing_but_what_the_region_says_and_a_late_seal(shelf: Shelf) -> None:
    inside, finished = shelf.arrived(), shelf.finished(1)
    write(shelf, CLOSED)
    with pytest.raises(DayClosedError) as refused:
        shelf.store.save_evidence(inside.id, inside.last_seq, [photo(b"late")], DESK, never)
    assert refused.value.is_closed
    assert shelf.store.visit(inside.id).last_seq == inside.last_seq
    assert shelf.store.save_evidence(inside.id, inside.last_seq, [], DESK, shelf.seal).versions
    verdict = Verdict(1, "", finished.versions[-1].digest, Decision.RETURNED, "photo", "again", START)
    shelf.outbox.verdicts.apply([verdict], 1)
    assert shelf.store.visit(finished.id).entries[-1].evidence.step == RETURN


def test_reopening_and_the_next_day_let_people_in_again(shelf: Shelf) -> None:
    write(shelf, CLOSED)
    write(shelf, REOPENED)
    assert days(shelf).state() is DayState.OPEN
    shelf.arrived()
    write(shelf, CLOSED)
    shelf.clock.forward(days=1)
    assert days(shelf).state() is DayState.OPEN
    arrival = Evidence("arrival", shelf.clock.now(), {"slot": "on_time"})
    visit = shelf.store.visit_of(shelf.people[0].reg_no)
    assert visit is not None
    shelf.store.save_evidence(visit.id, visit.last_seq, [arrival], DESK, never)


def test_what_was_drawn_before_something_happened_is_not_written(shelf: Shelf) -> None:
    book, visit = days(shelf), shelf.arrived()
    write(shelf, BEGUN)
    with pytest.raises(StaleDayError):
        book.add(WINDOW, NewAct(DONE, "settle"), DESK, after=0)
    after, entries = book.acts(DAY)[-1].id, book.newest_entry()
    shelf.store.save_evidence(visit.id, visit.last_seq, [photo()], DESK, shelf.seal)
    with pytest.raises(StaleDayError):
        book.add(WINDOW, NewAct(CLOSED), DESK, after, entries)
    assert [one.act for one in book.acts(DAY)] == [BEGUN]
    book.add(WINDOW, NewAct(CLOSED), DESK, after, book.newest_entry())
    assert days(shelf).state() is DayState.CLOSED


def test_acts_cannot_be_changed_or_removed(shelf: Shelf) -> None:
    write(shelf, BEGUN)
    for change in ("UPDATE day_acts SET reason = 'x'", "DELETE FROM day_acts"):
        with pytest.raises(DatabaseError, match="append-only"), shelf.database.writing() as session:
            session.execute(text(change))


def test_days_on_which_people_came_and_nobody_closed_are_found(shelf: Shelf) -> None:
    shelf.arrived()
    book, tomorrow = days(shelf), DAY + timedelta(days=1)
    assert book.unclosed(DAY, tomorrow) == [DAY]
    assert book.unclosed(DAY, DAY) == [], "today is not over yet"
    write(shelf, CLOSED)
    assert book.unclosed(DAY, tomorrow) == []
    write(shelf, REOPENED)
    assert book.unclosed(DAY, tomorrow) == [DAY]
    write(shelf, BEGUN, YESTERDAY)
    assert book.state() is DayState.OPEN, "another day's closing is not this one's"
