"""The line is fair: by appointment, then by arrival; priority one in four; who missed a call waits a little."""

from datetime import datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kiosk.queueing import PLACES_BACK, PRIORITY_EVERY, Waiting, in_order
from tests.support.builders import START


def one(number: int, slot: time | None = time(9), lane: str = "normal", back_at: datetime | None = None) -> Waiting:
    return Waiting(f"v{number}", f"{number:04}", lane, slot, START + timedelta(minutes=number), back_at)


def names(line: list[Waiting]) -> list[str]:
    return [waiting.visit for waiting in line]


def test_the_earlier_appointment_goes_first_then_the_earlier_arrival() -> None:
    line = [one(1, time(10)), one(2, time(9)), one(3, None), one(4, time(9))]
    assert names(in_order(line)) == ["v2", "v4", "v1", "v3"]


def test_one_in_four_comes_from_the_priority_lane() -> None:
    line = [*(one(number) for number in range(10)), *(one(number, lane="priority") for number in range(20, 23))]
    places = [place for place, waiting in enumerate(in_order(line)) if waiting.lane == "priority"]
    assert places == [0, PRIORITY_EVERY, 2 * PRIORITY_EVERY]


def test_the_one_in_four_is_kept_over_repeated_asking() -> None:
    normal, special = [one(number) for number in range(12)], [one(number, lane="priority") for number in range(20, 23)]
    called: list[Waiting] = []
    waiting = [*normal, *special]
    while waiting:
        following = in_order(waiting, len(called))[0]
        called.append(following)
        waiting.remove(following)
    places = [place for place, seen in enumerate(called) if seen.lane == "priority"]
    assert places == [0, 4, 8]


def test_with_nobody_else_the_priority_lane_goes_on() -> None:
    assert names(in_order([one(2, lane="priority"), one(1, lane="priority")], 1)) == ["v1", "v2"]


def test_who_missed_a_call_goes_behind_three_others_and_is_not_lost() -> None:
    line = [one(number) for number in range(1, 6)] + [one(9, back_at=START), one(8, back_at=START + timedelta(1))]
    assert names(in_order(line)) == ["v1", "v2", "v3", "v9", "v8", "v4", "v5"]
    assert names(in_order([one(9, back_at=START)])) == ["v9"]
    assert PLACES_BACK == 3


people = st.builds(
    Waiting,
    visit=st.uuids().map(str),
    ticket=st.just("0"),
    lane=st.sampled_from(["normal", "priority"]),
    slot_starts=st.none() | st.times(),
    issued_at=st.datetimes().map(lambda at: START + timedelta(minutes=at.minute)),
    back_at=st.none() | st.just(START),
)


@given(st.lists(people, max_size=30, unique_by=lambda waiting: waiting.visit), st.integers(0, 9))
def test_nobody_is_lost_or_doubled(line: list[Waiting], called: int) -> None:
    assert sorted(names(in_order(line, called))) == sorted(waiting.visit for waiting in line)
