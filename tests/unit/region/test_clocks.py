"""Which times of a record cannot be believed, whatever order and clocks they came from."""

from datetime import datetime, timedelta

import pytest

from region.clocks import SEALING, Flag, flags, worst
from region.document import Document, Line
from tests.support.region_records import AT

NS = 1_000_000_000


def line(seq: int, after: timedelta, steady: timedelta, boot: str = "run-1", clock: str = "ok") -> Line:
    """A line so long after the start, by the wall and by the steady clock."""
    steady_ns = round(steady.total_seconds()) * NS
    return Line(seq, "form", "", AT + after, {}, "c", "s", (), (), True, steady_ns, boot, clock)


def document(*lines: Line, sealed_at: datetime = AT) -> Document:
    return Document("V", "v", "R", 1, "", "p@1", sealed_at, {}, lines, ())


HOUR, DAY, MINUTE, NOTHING = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1), timedelta()
RECEIVED = AT + 2 * DAY


def test_clocks_that_move_together_are_believed() -> None:
    assert flags(document(line(1, NOTHING, NOTHING), line(2, HOUR, HOUR)), RECEIVED) == ()


@pytest.mark.parametrize("jump", [DAY, -DAY, timedelta(days=365), timedelta(minutes=-3)])
def test_a_jump_within_one_run_of_the_computer_is_measured(jump: timedelta) -> None:
    found = flags(document(line(1, NOTHING, NOTHING), line(2, MINUTE + jump, MINUTE)), RECEIVED + 2 * abs(jump))
    assert found == (Flag(2, "jump", jump),)
    assert worst(found) == jump


def test_slow_work_between_a_line_and_its_saving_is_no_jump() -> None:
    assert flags(document(line(1, NOTHING, NOTHING), line(2, 3 * MINUTE, 2 * MINUTE)), RECEIVED) == ()


def test_after_a_restart_only_an_earlier_time_tells() -> None:
    night = document(line(1, NOTHING, HOUR), line(2, 9 * HOUR, NOTHING, "run-2"))
    assert flags(night, RECEIVED) == ()
    back = document(line(1, HOUR, HOUR), line(2, NOTHING, NOTHING, "run-2"))
    assert flags(back, RECEIVED) == (Flag(2, "order", -HOUR),)


def test_nothing_happens_after_it_was_received() -> None:
    found = flags(document(line(1, DAY, NOTHING), sealed_at=AT + DAY), AT)
    assert found == (Flag(1, "future", DAY), Flag(SEALING, "future", DAY))


@pytest.mark.parametrize(("clock", "doubts"), [("ok", 0), ("unknown", 0), ("back", 1), ("ahead", 1)])
def test_the_venues_own_doubt_is_taken_as_it_is(clock: str, doubts: int) -> None:
    found = flags(document(line(1, NOTHING, NOTHING, clock=clock)), RECEIVED)
    assert [flag.kind for flag in found] == ["venue"] * doubts
    assert worst(found) == NOTHING
