"""Who is let in when."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from kiosk.step import State, StepRejectedError
from kiosk.steps.arrival import ArrivalStep, judge_slot
from records.evidence import Evidence
from records.registration import Slot
from tests.support.cases import CANDIDATE, CAPTURE, LEAD, NOW, SLOT, answers_of, case_of
from tests.support.fakes import bench_of

OPTIONS = ArrivalStep.Options(early_min=30, grace_min=15)
NINE_THIRTY = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)  # judge_slot takes the venue's local time
STEP = ArrivalStep(OPTIONS)


@pytest.mark.parametrize(
    ("minutes", "code"),
    [(-31, "early"), (-30, "on_time"), (0, "on_time"), (30, "on_time"), (45, "on_time"), (46, "late")],
)
def test_the_slot_opens_early_and_closes_with_grace(minutes, code):
    assert judge_slot(SLOT, NINE_THIRTY + timedelta(minutes=minutes), OPTIONS).code == code


def test_another_day_is_the_wrong_day_whatever_the_time():
    slot = Slot(date(2026, 3, 3), time(9, 30), time(10, 0))
    assert judge_slot(slot, NINE_THIRTY, OPTIONS).code == "wrong_day"


def test_the_policy_comes_from_the_profile():
    options = ArrivalStep.Options(no_appointment="admit", late="refuse")
    assert judge_slot(None, NINE_THIRTY, options).policy == "admit"
    assert judge_slot(SLOT, NINE_THIRTY + timedelta(hours=9), options).policy == "refuse"


def test_on_time_is_let_in_with_how_the_registration_was_found():
    [evidence] = STEP.submit(case_of(), answers_of({"found_by": "id_no"}), bench_of())
    assert evidence.data == {
        "slot": "on_time",
        "found_by": "id_no",
        "priority": False,
        "slot_day": "2026-03-02",
        "slot_time": "09:30-10:00",
    }
    assert STEP.outcome(case_of([evidence])).state is State.DONE


def test_the_venues_clock_decides_not_utc():
    # 01:30 UTC is 09:30 in China, on time; 08:30 UTC is 16:30, too late.
    late = case_of(now=datetime(2026, 3, 2, 8, 30, tzinfo=UTC))
    assert STEP.screen(case_of())["code"] == "on_time"
    assert STEP.screen(late)["code"] == "late"


def test_too_early_says_when_to_come_back():
    early = case_of(now=NOW - timedelta(hours=1))
    with pytest.raises(StepRejectedError, match=r"09:30–10:00.*come back at 09:00"):
        STEP.submit(early, answers_of(), bench_of())


def test_the_wrong_day_says_which_day_it_is():
    case = case_of(slot=Slot(date(2026, 3, 5), time(14, 0), time(14, 30)))
    with pytest.raises(StepRejectedError, match="March 5, 2026, 14:00–14:30"):
        STEP.submit(case, answers_of(), bench_of())


@pytest.mark.parametrize("actor", [CANDIDATE, CAPTURE])
def test_only_a_lead_can_override(actor):
    late = case_of(now=NOW + timedelta(hours=5))
    with pytest.raises(StepRejectedError, match="A lead can let you in"):
        STEP.submit(late, answers_of({"reason": "堵车"}, actor=actor), bench_of())


def test_an_override_needs_a_reason():
    late = case_of(now=NOW + timedelta(hours=5))
    with pytest.raises(StepRejectedError) as refused:
        STEP.submit(late, answers_of(actor=LEAD), bench_of())
    assert "reason" in refused.value.problems


def test_a_lead_beside_the_desk_overrides_with_a_reason():
    late = case_of(now=NOW + timedelta(hours=5))
    [evidence] = STEP.submit(late, answers_of({"reason": "堵车"}, actor=CAPTURE, second=LEAD), bench_of())
    assert (evidence.data["override_reason"], evidence.data["override_by"]) == ("堵车", "S-LEAD")


def test_whoever_was_let_in_before_may_come_back_on_another_day():
    arrived = Evidence("arrival", NOW, {"slot": "on_time"})
    case = case_of([arrived], slot=Slot(date(2026, 2, 27), time(9, 0), time(9, 30)))
    [evidence] = STEP.submit(case, answers_of(), bench_of())
    assert evidence.data["slot"] == "returning"


def test_a_candidate_cannot_take_the_priority_lane_alone():
    assert not STEP.submit(case_of(), answers_of({"priority": "yes"}), bench_of())[0].data["priority"]
    assert STEP.submit(case_of(), answers_of({"priority": "yes"}, actor=CAPTURE), bench_of())[0].data["priority"]
