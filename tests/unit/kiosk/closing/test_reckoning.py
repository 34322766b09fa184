"""Appointments are finished, returned, carried over or absent: each exactly one of these, whatever the day was."""

from datetime import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.closing.reckoning import Attendance, Outcome, SlotCount, outcome_of, reckon

NINE, TEN = (time(9), time(9, 30)), (time(10), time(10, 30))
ATTENDANCES = st.builds(
    Attendance,
    slot=st.sampled_from([None, NINE, TEN]),
    came=st.booleans(),
    is_finished=st.booleans(),
    is_returned=st.booleans(),
    is_waiting=st.booleans(),
    came_later=st.booleans(),
    decision=st.sampled_from([None, Outcome.CARRIED, Outcome.ABSENT]),
)


def parts(count: SlotCount) -> tuple[int, ...]:
    return count.finished, count.returned, count.carried, count.absent, count.open


@settings(max_examples=300, deadline=None)
@given(st.lists(ATTENDANCES, max_size=60))
def test_any_day_adds_up_and_nobody_is_counted_twice_or_forgotten(people: list[Attendance]) -> None:
    day = reckon(people)
    assert day.appointments.total + day.walk_ins.total == len(people)
    for count in (*day.slots, day.appointments, day.walk_ins):
        assert count.total == sum(parts(count))
        assert count.adds_up == (count.open == 0)
    by_slot = [tuple(map(sum, zip(*(parts(one) for one in day.slots), strict=True)))] if day.slots else [(0,) * 5]
    assert by_slot == [parts(day.appointments)]
    assert day.adds_up == all(outcome_of(one) is not Outcome.OPEN for one in people)


@settings(max_examples=200, deadline=None)
@given(ATTENDANCES)
def test_only_somebody_who_is_inside_is_open(one: Attendance) -> None:
    is_inside = one.came and not (one.is_finished or one.is_returned or one.is_waiting or one.came_later)
    assert (outcome_of(one) is Outcome.OPEN) == (is_inside and one.decision is None)


@pytest.mark.parametrize(
    ("one", "outcome"),
    [
        (Attendance(NINE, came=False), Outcome.ABSENT),
        (Attendance(NINE, came=False, is_finished=True), Outcome.FINISHED),
        (Attendance(NINE, came=False, is_waiting=True), Outcome.CARRIED),
        (Attendance(None, came=True), Outcome.OPEN),
        (Attendance(NINE, came=True, decision=Outcome.ABSENT), Outcome.ABSENT),
        (Attendance(NINE, came=True, decision=Outcome.CARRIED, is_finished=True), Outcome.FINISHED),
        (Attendance(NINE, came=True, is_returned=True), Outcome.RETURNED),
        (Attendance(NINE, came=True, came_later=True), Outcome.CARRIED),
    ],
)
def test_the_outcomes_are_these(one: Attendance, outcome: Outcome) -> None:
    assert outcome_of(one) is outcome
