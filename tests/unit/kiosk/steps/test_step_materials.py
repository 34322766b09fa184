"""The desk's check of materials: verdicts, pictures, what is brought later, refusals."""

from datetime import date, timedelta
from typing import Any

import cv2
import numpy as np
import pytest

from devices.camera.paper import paper_on_desk
from devices.errors import NotConnectedError
from kiosk.step import DONE, TODO, Actor, State
from kiosk.steps.materials import MaterialsStep
from rules.materials.options import MaterialsOptions
from rules.words import Words
from tests.support.cases import CAPTURE, LEAD, REVIEWER, TODAY
from tests.support.fakes import FakeCamera, bench_of
from tests.support.step_walk import Walk

DESK = Actor("S-REVIEW1", "初审员测试", frozenset({"REVIEW1"}))
WORDS = {"zh": "原因", "en": "reason"}
REASONS = [
    {"code": "seal", "words": WORDS, "applies": ["fail"]},
    {"code": "forgotten", "words": WORDS, "applies": ["pending"]},
    {"code": "online", "words": WORDS, "applies": ["waived"]},
    {"code": "major", "words": WORDS, "applies": ["fail", "refusal"]},
]
ITEMS: list[dict[str, Any]] = [
    {"code": "M02"},
    {"code": "M04", "due_days": 3},
    {"code": "M11", "max": 1, "images": "required"},
    {"code": "M18", "who": ["MIL"], "images": "never"},
    {"code": "M99", "optional": True},
]


def step_of(**options: Any) -> MaterialsStep:
    return MaterialsStep(MaterialsOptions.model_validate({"items": ITEMS, "reasons": REASONS, **options}))


def page(width_px: int = 800, height_px: int = 1100, seed: int = 1, kind: str = ".jpg") -> bytes:
    """Grey paper; the camera's noise keeps it from packing to nothing."""
    pixels = np.random.default_rng(seed).integers(200, 220, (height_px, width_px, 1)).astype(np.uint8)
    return bytes(cv2.imencode(kind, pixels)[1].tobytes())


@pytest.fixture
def walk() -> Walk:
    return Walk(step_of())


@pytest.fixture
def passed(walk: Walk) -> Walk:
    """Everything required is passed."""
    walk.post({"act": "all_pass"}, DESK, {"pages-M11": [page()]})
    return walk


def row(walk: Walk, code: str) -> dict[str, Any]:
    found = [*walk.screen["rows"], *walk.screen["others"]]
    return dict(next(row for row in found if row["code"] == code))


def test_all_originals_match_is_one_tap(passed: Walk) -> None:
    assert passed.outcome == DONE
    assert {entry.evidence.part for entry in passed.entries} == {"M02", "M04", "M11"}


def test_one_tap_leaves_what_was_decided(walk: Walk) -> None:
    walk.post({"verdict-M04": "fail", "reason-M04": "seal"}, DESK)
    walk.post({"act": "all_pass"}, DESK, {"pages-M11": [page()]})
    assert row(walk, "M04")["verdict"] == "fail"
    assert walk.outcome == TODO


def test_only_what_changed_is_recorded_again(passed: Walk) -> None:
    given = passed.post({"act": "save", "verdict-M02": "pass", "verdict-M04": "waived", "reason-M04": "online"}, DESK)
    assert [evidence.part for evidence in given] == ["M04"]


def test_saving_a_finished_check_again_records_nothing(passed: Walk) -> None:
    assert passed.post({"act": "save", "verdict-M02": "pass"}, DESK) == []


def test_saving_nothing_names_what_is_open(walk: Walk) -> None:
    assert list(walk.problems({"act": "save"}, DESK)) == ["verdict-M02", "verdict-M04", "verdict-M11"]


@pytest.mark.parametrize("verdict", ["fail", "pending", "waived"])
@pytest.mark.parametrize("reason", ["", "unheard_of"])
def test_what_is_no_pass_needs_a_reason(walk: Walk, verdict: str, reason: str) -> None:
    assert list(walk.problems({"verdict-M02": verdict, "reason-M02": reason}, DESK)) == ["reason-M02"]


def test_a_reason_has_to_fit_the_verdict(walk: Walk) -> None:
    assert list(walk.problems({"verdict-M02": "waived", "reason-M02": "seal"}, DESK)) == ["reason-M02"]


def test_an_unknown_verdict_decides_nothing(walk: Walk) -> None:
    assert "verdict-M02" in walk.problems({"verdict-M02": "审核通过"}, DESK)


def test_what_is_to_follow_gets_the_regions_day(walk: Walk) -> None:
    walk.post({"verdict-M04": "pending", "reason-M04": "forgotten"}, DESK)
    (line,) = walk.step.missing(walk.case)  # type: ignore[attr-defined]
    assert (line.code, line.reason, line.due_on) == ("M04", Words(**WORDS), TODAY + timedelta(days=3))


def test_staff_may_set_another_day(walk: Walk) -> None:
    walk.post({"verdict-M04": "pending", "reason-M04": "forgotten", "due-M04": "2026-03-20"}, DESK)
    assert row(walk, "M04")["due"] == "2026-03-20"


@pytest.mark.parametrize("day", ["2026-03-01", "tomorrow", "2026-02-30"])
def test_a_day_that_cannot_be_is_refused(walk: Walk, day: str) -> None:
    fields = {"verdict-M04": "pending", "reason-M04": "forgotten", "due-M04": day}
    assert list(walk.problems(fields, DESK)) == ["due-M04"]


def test_who_returns_on_the_day_goes_on_where_it_stopped(passed: Walk) -> None:
    passed.post({"verdict-M04": "pending", "reason-M04": "forgotten"}, DESK)
    outcome = passed.outcome
    assert (outcome.state, outcome.until, outcome.blocks) == (State.PENDING, TODAY + timedelta(days=3), True)
    passed.today = date(2026, 3, 9)
    assert row(passed, "M04")["is_overdue"]
    passed.post({"verdict-M04": "pass", "due-M04": "2026-03-05"}, DESK)
    assert passed.outcome == DONE
    assert passed.step.missing(passed.case) == []  # type: ignore[attr-defined]


def test_an_overdue_material_does_not_block_the_others(passed: Walk) -> None:
    passed.post({"verdict-M04": "pending", "reason-M04": "forgotten"}, DESK)
    passed.today = date(2026, 3, 9)
    fields = {"verdict-M04": "pending", "reason-M04": "forgotten", "due-M04": "2026-03-05", "note-M02": "已核对"}
    assert [evidence.part for evidence in passed.post(fields, DESK)] == ["M02"]


def test_a_region_may_let_the_rest_go_on() -> None:
    walk = Walk(step_of(pending="continue"))
    walk.post({"act": "all_pass", "verdict-M04": "pending", "reason-M04": "forgotten"}, DESK, {"pages-M11": [page()]})
    assert (walk.outcome.state, walk.outcome.blocks) == (State.PENDING, False)


def test_a_phones_picture_is_made_to_fit(walk: Walk) -> None:
    large = page(3000, 4000)
    assert len(large) > 1_500_000
    (evidence,) = walk.post({}, DESK, {"pages-M04": [large]})
    assert evidence.attachments[0].size_bytes <= 200_000
    assert evidence.data["pages"] == [evidence.attachments[0].digest]
    assert evidence.data["verdict"] == ""


def test_pages_stay_when_the_verdict_changes(walk: Walk) -> None:
    walk.post({}, DESK, {"pages-M02": [page(seed=1), page(seed=2)]})
    pages = row(walk, "M02")["pages"]
    (evidence,) = walk.post({"verdict-M02": "pass"}, DESK)
    assert [file.digest for file in evidence.attachments] == pages
    assert len(pages) == 2


def test_a_removed_page_no_longer_stands(walk: Walk) -> None:
    walk.post({}, DESK, {"pages-M02": [page(seed=1), page(seed=2)]})
    first, second = row(walk, "M02")["pages"]
    walk.post({"act": f"remove:M02:{first}"}, DESK)
    assert row(walk, "M02")["pages"] == [second]
    assert len(walk.entries) == 2


def test_a_swapped_page_voids_what_was_signed(walk: Walk) -> None:
    walk.post({}, DESK, {"pages-M04": [page(seed=1)]})
    before = walk.case.standing.digest(("materials",))
    walk.post({"act": f"remove:M04:{row(walk, 'M04')['pages'][0]}"}, DESK, {"pages-M04": [page(seed=2)]})
    assert len(row(walk, "M04")["pages"]) == 1
    assert walk.case.standing.digest(("materials",)) != before


def test_no_more_pages_than_the_region_takes(walk: Walk) -> None:
    three = [page(seed=seed) for seed in range(3)]
    assert list(walk.problems({}, DESK, {"pages-M02": three})) == ["pages-M02"]


def test_one_side_of_a_card_is_not_enough(walk: Walk) -> None:
    walk.post({}, DESK, {"pages-M02": [page()]})
    assert list(walk.problems({"verdict-M02": "pass"}, DESK)) == ["pages-M02"]


def test_a_pass_needs_no_picture_unless_the_region_says_so(walk: Walk) -> None:
    assert walk.post({"verdict-M02": "pass"}, DESK)
    assert list(walk.problems({"verdict-M11": "pass"}, DESK)) == ["pages-M11"]


def test_military_papers_are_passed_without_a_picture() -> None:
    walk = Walk(step_of(unscanned=["MIL"]), {"kinds": "LV1,MIL"})
    walk.post({"act": "all_pass"}, DESK)
    assert walk.outcome == DONE
    assert list(walk.problems({}, DESK, {"pages-M02": [page()]})) == ["pages-M02"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.7 " + b"x" * 500, "JPEG and PNG"),
        (b"<html>" * 100, "no picture"),
        (page()[:20_000], "damaged"),
        (page(120, 120), "too small"),
    ],
    ids=["pdf", "html", "truncated", "tiny"],
)
def test_a_file_that_cannot_be_kept_says_what_to_do(walk: Walk, content: bytes, said: str) -> None:
    problems = walk.problems({}, DESK, {"pages-M04": [content]})
    assert list(problems) == ["pages-M04"]
    assert said in problems["pages-M04"]


def test_the_content_decides_and_not_the_name(walk: Walk) -> None:
    (evidence,) = walk.post({}, DESK, {"pages-M04": [page(300, 300, kind=".png")]})
    assert evidence.attachments[0].media_type in ("image/png", "image/jpeg")


def test_the_document_camera_adds_a_page(walk: Walk) -> None:
    camera = FakeCamera(paper_on_desk(1))
    (evidence,) = walk.post({"act": "shoot:M04", "verdict-M04": "pass"}, DESK, bench=bench_of(document_camera=camera))
    assert (evidence.part, len(evidence.attachments), evidence.data["verdict"]) == ("M04", 1, "pass")
    assert not camera.is_open


def test_trouble_with_the_camera_is_the_views_to_put_in_words(walk: Walk) -> None:
    camera = FakeCamera(trouble=NotConnectedError("cable out"))
    with pytest.raises(NotConnectedError):
        walk.post({"act": "shoot:M04"}, DESK, bench=bench_of(document_camera=camera))
    assert walk.entries == []


@pytest.mark.parametrize("actor", [Actor(), CAPTURE], ids=["candidate", "capture"])
def test_only_reviewers_check(walk: Walk, actor: Actor) -> None:
    assert "" in walk.problems({"act": "all_pass"}, actor)
    assert walk.step.needs_staff(walk.case)


def test_a_corrected_kind_asks_for_other_papers(walk: Walk) -> None:
    assert not row(walk, "M18")["required"]
    walk.fields = {**walk.fields, "kinds": "LV1,MIL"}
    assert row(walk, "M18")["required"]


def test_a_judged_paper_counts_though_no_rule_asked_for_it(passed: Walk) -> None:
    passed.post({"verdict-M99": "pending", "reason-M99": "forgotten"}, DESK)
    assert passed.outcome.state is State.PENDING


def test_a_refusal_is_proposed_by_those_who_may(passed: Walk) -> None:
    fields = {"act": "refuse", "refusal_reason": "major", "refusal_note": "护理"}
    assert "" in passed.problems(fields, DESK)
    assert list(passed.problems({"act": "refuse", "refusal_reason": "seal"}, LEAD)) == ["refusal_reason"]
    passed.post(fields, REVIEWER)
    assert passed.outcome.state is State.REFUSED
    assert "" in passed.problems({"act": "all_pass"}, DESK)
    assert "" in passed.problems(fields, LEAD)


def test_a_refusal_can_be_taken_back(passed: Walk) -> None:
    assert "" in passed.problems({"act": "retract"}, LEAD)
    passed.post({"act": "refuse", "refusal_reason": "major"}, LEAD)
    passed.post({"act": "retract"}, LEAD)
    assert passed.outcome == DONE


def test_the_region_gets_words_with_the_codes(walk: Walk) -> None:
    (evidence,) = walk.post({"verdict-M04": "fail", "reason-M04": "seal", "note-M04": "甲" * 300}, DESK)
    assert evidence.data["name"] == {"zh": "毕业证书", "en": "Diploma"}
    assert evidence.data["reason_name"] == WORDS
    assert len(evidence.data["note"]) == 200
