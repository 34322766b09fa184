"""What the review online spares a candidate on site, in each mode; computed, and never more than it says."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.bench import Bench
from kiosk.flow import CAPTURED_BEFORE, walk
from kiosk.step import TODO, Answers, Case, Outcome, State, Step
from kiosk.steps.materials import MaterialsStep
from kiosk.steps.materials.online import REVIEWED_ONLINE
from records.evidence import RETAKE, RETURN, Evidence
from records.online import STATES, Captured, Online, OnlineItem, OnlinePicture
from rules.materials.options import MaterialsOptions
from rules.online import OnlineOptions
from rules.words import StepOptions
from tests.support.cases import LEAD, NOW, answers_of, case_of
from tests.support.fakes import bench_of

REASONS = [{"code": "r", "words": {"zh": "因", "en": "why"}, "applies": ["fail", "pending", "waived", "refusal"]}]
STEP = MaterialsStep(
    MaterialsOptions.model_validate(
        {"items": [{"code": "M02"}, {"code": "M04", "images": "required"}, {"code": "M28"}], "reasons": REASONS}
    )
)
CODES = ("M02", "M04", "M28")
MODES = ("on_site", "online", "combined")


def item(code: str, state: str = "passed", version: int = 1) -> OnlineItem:
    """One uploaded material."""
    return OnlineItem(code, state, version, pictures=(OnlinePicture(f"2027-{code}", "a" * 64, "image/png", 9),))


def case(
    *items: OnlineItem,
    mode: str = "combined",
    passed: str = "confirm",
    status: str = "filling",
    evidence: Iterable[Evidence] = (),
    captured: tuple[Captured, ...] = (),
) -> Case:
    """A visit of somebody of whom the region knows this."""
    online = Online("2027/x", 1, status, False, items, captured)
    rule = OnlineOptions.model_validate({"mode": mode, "passed": passed})
    return replace(case_of(evidence), online=online, rule=rule)


def material(code: str, verdict: str = "pass", **data: Any) -> Evidence:
    return Evidence("materials", NOW, {"verdict": verdict, **data}, part=code)


ALL = [item(code) for code in CODES]
WAIVED = Outcome(State.WAIVED, REVIEWED_ONLINE)


@pytest.mark.parametrize(
    ("mode", "passed", "status", "outcome"),
    [
        ("on_site", "confirm", "filling", TODO),
        ("on_site", "waive", "venue_passed", TODO),
        ("online", "confirm", "filling", WAIVED),
        ("online", "confirm", "approved", WAIVED),
        ("combined", "confirm", "filling", TODO),
        ("combined", "confirm", "venue_passed", TODO),
        ("combined", "waive", "filling", WAIVED),
    ],
)
def test_what_passed_online_in_each_mode(mode: str, passed: str, status: str, outcome: Outcome) -> None:
    assert STEP.outcome(case(*ALL, mode=mode, passed=passed, status=status)) == outcome


@given(
    states=st.lists(st.sampled_from(STATES), min_size=3, max_size=3),
    mode=st.sampled_from(MODES),
    passed=st.sampled_from(("confirm", "waive")),
)
def test_nothing_is_waived_that_nobody_has_passed(states: list[str], mode: str, passed: str) -> None:
    items = [item(code, state) for code, state in zip(CODES, states, strict=True)]
    outcome = STEP.outcome(case(*items, mode=mode, passed=passed))
    if outcome.state is State.WAIVED:
        assert set(states) == {"passed"}
        assert mode == "online" or (mode == "combined" and passed == "waive")
    else:
        assert outcome == TODO


def test_what_is_left_is_asked_for_alone() -> None:
    now = case(item("M02"), item("M04", "returned"), item("M28"), mode="online")
    assert STEP.screen(now)["undecided"] == 1
    assert STEP.screen(now)["covered"] == 2
    done = case(item("M02"), item("M04", "returned"), item("M28"), mode="online", evidence=[material("M04")])
    assert STEP.outcome(done).state is State.DONE


def test_a_paper_without_an_original_needs_no_second_look() -> None:
    rows = {row["code"]: row for row in STEP.screen(case(*ALL))["rows"]}
    assert {code: row["is_covered"] for code, row in rows.items()} == {
        "M02": False,
        "M04": False,
        "M28": not rows["M28"]["original"],
    }


def test_what_staff_or_the_region_ask_for_again_is_not_waived() -> None:
    for act in (RETAKE, RETURN):
        asked = Evidence(act, NOW, {"reason": "x"}, part="materials", withdraws=("materials",))
        assert STEP.outcome(case(*ALL, mode="online", evidence=[asked])) == TODO


def test_what_staff_found_here_counts_more_than_what_passed_online() -> None:
    failed = material("M02", "fail", reason="r")
    assert STEP.outcome(case(*ALL, mode="online", evidence=[failed])) == TODO


def test_the_pictures_at_the_region_are_those_that_a_pass_requires() -> None:
    bench, sent = bench_of(), answers_of({"act": "all_pass"}, actor=LEAD)
    kept = STEP.submit(case(*[item(code, "waiting") for code in CODES]), sent, bench)
    assert {one.part: one.data["online"]["version"] for one in kept if "online" in one.data} == dict.fromkeys(CODES, 1)


def test_all_pass_leaves_alone_what_needs_no_look() -> None:
    kept = STEP.submit(case(*ALL, passed="waive"), answers_of({"act": "all_pass"}, actor=LEAD), bench_of())
    assert kept == []


def test_a_region_that_has_told_nothing_spares_nothing() -> None:
    for mode in MODES:
        rule = OnlineOptions.model_validate({"mode": mode, "passed": "waive"})
        assert STEP.outcome(replace(case_of(), rule=rule)) == TODO


class ToDo(Step):
    """A step of which nothing was done."""

    def __init__(self, name: str) -> None:
        super().__init__(StepOptions())
        self.id = name  # type: ignore[misc]

    def outcome(self, case: Case) -> Outcome:
        return TODO

    def screen(self, case: Case) -> Mapping[str, Any]:
        return {}

    def submit(self, case: Case, answers: Answers, bench: Bench) -> Sequence[Evidence]:
        return []


STEPS = [ToDo(name) for name in ("signature", "fingerprint", "photo")]


def outcomes(now: Case) -> dict[str, Outcome]:
    return {one.step.id: one.outcome for one in walk(STEPS, now).positions}


def test_captures_of_an_earlier_visit_are_not_made_again() -> None:
    held = tuple(Captured(step, "another visit") for step in ("photo", "signature"))
    assert outcomes(case(captured=held)) == {
        "signature": TODO,
        "fingerprint": TODO,
        "photo": Outcome(State.WAIVED, CAPTURED_BEFORE),
    }


def test_ones_own_captures_waive_nothing() -> None:
    assert outcomes(case(captured=(Captured("photo", "visit-1"),)))["photo"] == TODO


@pytest.mark.parametrize("act", [RETAKE, RETURN])
def test_captures_that_are_asked_for_again_are_made_again(act: str) -> None:
    asked = Evidence(act, NOW, {"reason": "x"}, part="photo", withdraws=("photo",))
    assert outcomes(case(evidence=[asked], captured=(Captured("photo", "another visit"),)))["photo"] == TODO


def test_what_was_begun_here_is_finished_here() -> None:
    begun = Evidence("photo", NOW, {"take": 1}, part="take")
    assert outcomes(case(evidence=[begun], captured=(Captured("photo", "another visit"),)))["photo"] == TODO
