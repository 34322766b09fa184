"""Where a candidate stands is the first thing to do, unless something before it has to be waited for."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.bench import Bench
from kiosk.flow import next_step, walk
from kiosk.step import DONE, TODO, Answers, Case, Outcome, State, Step
from records.evidence import Evidence
from rules.words import StepOptions
from tests.support.cases import case_of

WAIVED = Outcome(State.WAIVED, "consent_refused")
STOPS = Outcome(State.PENDING, "materials", date(2026, 3, 9))
GOES_ON = Outcome(State.PENDING, "materials", date(2026, 3, 9), blocks=False)
REFUSED = Outcome(State.REFUSED, "education")


class Stand(Step):
    """A step that stands where it is told."""

    def __init__(self, name: str, outcome: Outcome) -> None:
        super().__init__(StepOptions())
        self.id = name  # type: ignore[misc]
        self.stands = outcome

    def outcome(self, case: Case) -> Outcome:
        return self.stands

    def screen(self, case: Case) -> Mapping[str, Any]:
        return {}

    def submit(self, case: Case, answers: Answers, bench: Bench) -> Sequence[Evidence]:
        return []


def steps(*outcomes: Outcome) -> list[Step]:
    return [Stand(f"step{number}", outcome) for number, outcome in enumerate(outcomes)]


@pytest.mark.parametrize(
    ("outcomes", "current", "is_finished", "is_waiting"),
    [
        ((DONE, TODO, TODO), "step1", False, False),
        ((DONE, WAIVED, TODO), "step2", False, False),
        ((DONE, STOPS, TODO), "step1", False, True),
        ((DONE, GOES_ON, TODO), "step2", False, False),
        ((DONE, GOES_ON, DONE), "step1", False, True),
        ((GOES_ON, STOPS, TODO), "step1", False, True),
        ((TODO, STOPS), "step0", False, False),
        ((DONE, WAIVED, DONE), None, True, False),
        ((), None, True, False),
    ],
)
def test_the_way_leads_to_the_first_thing_to_do(
    outcomes: tuple[Outcome, ...], current: str | None, is_finished: bool, is_waiting: bool
) -> None:
    way = walk(steps(*outcomes), case_of())
    assert (way.current.step.id if way.current else None) == current
    assert (way.is_finished, way.is_waiting) == (is_finished, is_waiting)
    found = next_step(steps(*outcomes), case_of())
    assert (found.id if found else None) == current


def test_a_proposed_refusal_ends_the_way_at_once() -> None:
    way = walk(steps(DONE, REFUSED, TODO), case_of())
    assert (way.current, way.is_finished, way.is_refused) == (None, True, True)


@given(st.lists(st.sampled_from([DONE, TODO, WAIVED, STOPS, GOES_ON]), max_size=8))
def test_nothing_before_the_current_step_is_left_to_do_and_no_step_is_skipped(outcomes: list[Outcome]) -> None:
    way = walk(steps(*outcomes), case_of())
    if way.current is None:
        assert way.is_finished
        return
    assert not way.is_finished
    before = outcomes[: way.positions.index(way.current)]
    if way.current.outcome.state is State.TODO:
        assert all(one in (DONE, WAIVED, GOES_ON) for one in before)
    elif way.current.outcome.blocks:
        assert TODO not in before
    else:
        assert TODO not in outcomes
        assert STOPS not in outcomes
    found = way.position(way.current.step.id)
    assert found is way.current
