"""The audit log behind the program's back: whatever is done to the file is found, and the first wrong entry named."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from local_db.audit import CLOCK_CONFIRMED, Act, append
from local_db.audit_log import PAGE, AuditFilter, AuditLog
from local_db.audit_models import AuditRow
from local_db.checkpoints import EVERY_ENTRIES, CheckpointBook
from local_db.engine import Database
from local_db.migrate import migrate
from records.audit import GENESIS, AuditEntry, Break, link
from records.errors import RecordError
from tests.support.builders import DAY, DESK, KEY, START, Shelf
from tests.support.signing import TestKey

COLUMNS = "at, actor, station, act, subject, detail, monotonic_ns, boot, clock, hash"


class TwoClocks:
    """A wall's clock that can be put wrong, and a steady one that cannot."""

    def __init__(self) -> None:
        self.boot = "first"
        self.wall = START
        self.steady_ns = 10**16  # past 2**53: a computer that has been up for more than a hundred days

    def now(self):
        return self.wall

    def monotonic_ns(self) -> int:
        return self.steady_ns

    def pass_time(self, **delta: float) -> None:
        self.wall += timedelta(**delta)
        self.steady_ns += int(timedelta(**delta).total_seconds() * 1e9)


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    shelf = Shelf(tmp_path)
    shelf.finished()
    for number in range(12):
        shelf.store.note("training", f"desk-{number}", DESK, fault="没有纸", role="printer")
    yield shelf
    shelf.database.close()


def log(shelf: Shelf) -> AuditLog:
    return AuditLog(shelf.database, shelf.clock, UTC)


def book(shelf: Shelf) -> CheckpointBook:
    return CheckpointBook(shelf.database, shelf.clock, "V-TEST", TestKey)


def behind_the_back(shelf: Shelf, *statements: str) -> None:
    """Edit the file as somebody with a database tool would."""
    connection = shelf.database.engine.raw_connection()  # it may be the only one that can read the file
    for statement in ("DROP TRIGGER IF EXISTS audit_no_update", "DROP TRIGGER IF EXISTS audit_no_delete", *statements):
        connection.cursor().execute(statement)
    connection.close()


def swap(first: int, second: int) -> list[str]:
    return [f"UPDATE audit SET id = {a} WHERE id = {b}" for a, b in ((-1, first), (first, second), (second, -1))]


def test_a_log_that_nobody_touched_is_whole(shelf: Shelf) -> None:
    book(shelf).make()
    assert log(shelf).count() > 12
    assert log(shelf).first_break(book(shelf).every()) is None


@pytest.mark.parametrize(
    ("statements", "found"),
    [
        (["UPDATE audit SET actor = 'S-TESU' WHERE id = 7"], Break(7, "changed")),
        (["UPDATE audit SET at = '2026-03-02 01:00:00.000001' WHERE id = 7"], Break(7, "changed")),
        (["UPDATE audit SET monotonic_ns = monotonic_ns + 1 WHERE id = 7"], Break(7, "changed")),
        (["UPDATE audit SET detail = replace(detail, '没', '有') WHERE id = 7"], Break(7, "changed")),
        (["UPDATE audit SET detail = replace(detail, ': ', ':  ') WHERE id = 7"], Break(7, "unreadable")),
        (["UPDATE audit SET detail = substr(detail, 2) WHERE id = 7"], Break(7, "unreadable")),
        (["UPDATE audit SET at = 'yesterday' WHERE id = 7"], Break(7, "unreadable")),
        (["UPDATE audit SET hash = replace(hash, substr(hash, 1, 1), 'g') WHERE id = 7"], Break(7, "changed")),
        (["UPDATE audit SET hash = '甲' WHERE id = 7"], Break(7, "changed")),
        (["DELETE FROM audit WHERE id = 7"], Break(7, "missing")),
        (["DELETE FROM audit WHERE id = 1"], Break(1, "missing")),
        (["DELETE FROM audit WHERE id = 7", "UPDATE audit SET id = id - 1 WHERE id > 7"], Break(7, "changed")),
        (swap(7, 8), Break(7, "changed")),
        ([f"INSERT INTO audit ({COLUMNS}) SELECT {COLUMNS} FROM audit WHERE id = 7"], Break(15, "changed")),
    ],
)
def test_the_first_wrong_entry_is_named(shelf: Shelf, statements: list[str], found: Break) -> None:
    if found.seq == 15:
        found = Break(log(shelf).count() + 1, "changed")
    behind_the_back(shelf, *statements)
    assert log(shelf).first_break([]) == found


def test_a_cut_end_is_found_by_the_last_checkpoint_alone(shelf: Shelf) -> None:
    book(shelf).make()
    count = log(shelf).count()
    behind_the_back(shelf, f"DELETE FROM audit WHERE id > {count - 3}")
    assert log(shelf).first_break([]) is None
    assert log(shelf).first_break(book(shelf).every()) == Break(count - 2, "cut")
    shelf.store.note("training", "desk-1", DESK)  # work goes on, and soon the log is as long as before
    assert log(shelf).first_break(book(shelf).every()) == Break(count - 1, "cut")
    shelf.store.note("training", "desk-1", DESK)
    shelf.store.note("training", "desk-1", DESK)
    assert log(shelf).first_break(book(shelf).every()) == Break(count, "rewritten")


def test_a_log_that_was_edited_and_chained_anew_contradicts_its_checkpoint(shelf: Shelf) -> None:
    book(shelf).make()
    behind_the_back(shelf, "UPDATE audit SET actor = 'somebody' WHERE id = 3")
    _chain_anew(shelf)
    assert log(shelf).first_break([]) is None
    assert log(shelf).first_break(book(shelf).every()) == Break(log(shelf).count(), "rewritten")


def _chain_anew(shelf: Shelf) -> None:
    previous = GENESIS
    with shelf.database.writing() as session:
        for row in session.scalars(select(AuditRow).order_by(AuditRow.id)):
            names = ("at", "actor", "station", "act", "subject", "detail", "monotonic_ns", "boot", "clock")
            previous = row.hash = link(previous, AuditEntry(row.id, *(getattr(row, name) for name in names)))


def test_what_was_written_before_the_chain_is_chained_by_the_migration(shelf: Shelf) -> None:
    count = log(shelf).count()
    migrate(shelf.database, "0004")
    behind_the_back(shelf, "DELETE FROM audit WHERE id = 5")
    with shelf.database.writing() as session:
        for verb in ("UPDATE", "DELETE"):
            session.execute(
                text(
                    f"CREATE TRIGGER audit_no_{verb.lower()} BEFORE {verb} ON audit "
                    "BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END"
                )
            )
    migrate(shelf.database)
    assert log(shelf).count() == count - 1
    shelf.store.note("training", "desk-1", DESK)
    assert log(shelf).first_break([]) is None
    assert {row.clock for row in log(shelf).every(AuditFilter())} == {"unknown", "ok"}


def test_an_act_that_is_undone_leaves_no_entry_and_no_gap(shelf: Shelf) -> None:
    def half() -> None:
        with shelf.database.writing() as session:
            append(session, shelf.clock, Act("S-TEST", "desk-test", "half", "x"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    shelf.store.note("training", "desk-1", DESK)
    assert log(shelf).first_break([]) is None
    assert "half" not in {row.act for row in log(shelf).every(AuditFilter())}


def test_many_writers_at_once_make_one_chain(shelf: Shelf) -> None:
    before, elsewhere = log(shelf).count(), Database(shelf.database.path, KEY)  # as another process has it open

    def write(number: int) -> None:
        database = (shelf.database, elsewhere)[number % 2]
        with database.writing() as session:
            append(session, shelf.clock, Act("S-TEST", "desk-test", "look", str(number)))

    with ThreadPoolExecutor(8) as writers:
        list(writers.map(write, range(80)))
    elsewhere.close()
    assert log(shelf).count() == before + 80
    assert log(shelf).first_break([]) is None


def _written(shelf: Shelf, clock: TwoClocks, act: str = "look") -> str:
    with shelf.database.writing() as session:
        append(session, clock, Act("S-TEST", "desk-test", act, "x"))
    return log(shelf).page(AuditFilter()).rows[0].clock


@pytest.mark.parametrize(
    ("change", "trust"),
    [
        (lambda clock: clock.pass_time(hours=9), "ok"),
        (lambda clock: setattr(clock, "wall", clock.wall - timedelta(hours=1)), "back"),
        (lambda clock: setattr(clock, "wall", clock.wall + timedelta(days=1)), "ahead"),
        (lambda clock: setattr(clock, "wall", clock.wall.replace(year=2027)), "ahead"),
        (lambda clock: setattr(clock, "wall", clock.wall + timedelta(minutes=1)), "ok"),
    ],
)
def test_a_clock_that_jumps_is_flagged_until_it_is_right_again(
    shelf: Shelf, change: Callable[[TwoClocks], None], trust: str
) -> None:
    clock = TwoClocks()
    clock.boot = "another"
    assert _written(shelf, clock) == "ok"
    change(clock)
    clock.pass_time(minutes=1)
    assert [_written(shelf, clock), _written(shelf, clock)] == [trust, trust]
    right = AuditLog(shelf.database, clock, UTC).drift()
    clock.wall -= right
    assert _written(shelf, clock) == "ok"
    assert log(shelf).first_break([]) is None


@pytest.mark.parametrize(("days", "trust"), [(-1, "back"), (3, "ok"), (400, "ahead")])
def test_after_a_restart_only_an_impossible_time_is_flagged(shelf: Shelf, days: int, trust: str) -> None:
    clock = TwoClocks()
    _written(shelf, clock)
    clock.boot, clock.steady_ns, clock.wall = "second", 5, clock.wall + timedelta(days=days)
    assert _written(shelf, clock) == trust


def test_a_lead_who_has_compared_the_clock_ends_the_flagging(shelf: Shelf) -> None:
    clock = TwoClocks()
    _written(shelf, clock)
    clock.wall -= timedelta(hours=8)
    assert _written(shelf, clock) == "back"
    assert _written(shelf, clock, CLOCK_CONFIRMED) == "ok"
    assert _written(shelf, clock) == "ok"


def test_pages_hang_together_and_filters_narrow(shelf: Shelf) -> None:
    for _number in range(PAGE):
        shelf.store.note("sign-in", "desk-9", DESK)
    newest = log(shelf).page(AuditFilter())
    older = log(shelf).page(AuditFilter(), before=newest.older)
    assert newest.newer == 0
    assert newest.rows[-1].id == older.rows[0].id + 1
    assert [row.id for row in log(shelf).page(AuditFilter(), after=older.newer).rows] == [r.id for r in newest.rows]
    assert {row.act for row in log(shelf).every(AuditFilter(act="sign"))} == {"sign-in"}
    assert log(shelf).page(AuditFilter(day=DAY + timedelta(days=1))).rows == ()
    assert len(list(log(shelf).every(AuditFilter(day=DAY)))) == log(shelf).count()
    assert log(shelf).page(AuditFilter(actor="nobody")).rows == ()


def test_a_checkpoint_is_due_after_many_entries_or_some_time_and_never_for_nothing(shelf: Shelf) -> None:
    checkpoints = book(shelf)
    assert checkpoints.make_if_due()
    assert not checkpoints.make_if_due()
    shelf.clock.forward(hours=1)
    assert not checkpoints.make_if_due()
    shelf.store.note("training", "desk-1", DESK)
    assert checkpoints.make_if_due()
    for _number in range(EVERY_ENTRIES):
        assert not checkpoints.make_if_due()
        shelf.store.note("training", "desk-1", DESK)
    assert checkpoints.make_if_due()
    assert [one.number for one in checkpoints.every()] == [1, 2, 3]


def test_a_venue_without_a_key_makes_no_checkpoint(shelf: Shelf) -> None:
    with pytest.raises(RecordError):
        CheckpointBook(shelf.database, shelf.clock, "V-TEST").make()
