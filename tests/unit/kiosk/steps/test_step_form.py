"""The confirmation form: pages, ticks, decisions, and what an edit does to what was confirmed."""

from typing import Any

import cv2
import pytest
from pydantic import ValidationError

from kiosk.step import DONE, TODO, Actor
from kiosk.steps.form import FormStep
from kiosk.steps.form.values import is_number, tidy
from records.evidence import Evidence
from tests.support.cases import CAPTURE, LEAD, NOW, REVIEWER
from tests.support.fakes import plain_picture
from tests.support.step_walk import Walk

FIELDS = ["name", "sex", "id_no", "mobile", "born_on", "exam_category", "kinds"]


@pytest.fixture
def walk() -> Walk:
    return Walk(FormStep(FormStep.Options(fields=tuple(FIELDS), per_page=4)), {"id_type": "居民身份证"})


def read_all(walk: Walk, ticks: dict[str, str] | None = None) -> None:
    walk.post(ticks or {})
    walk.post()


def test_nothing_is_done_before_the_last_page(walk: Walk) -> None:
    assert walk.screen["page"] == 1
    walk.post({"page": "1", "act": "next"})
    assert (walk.screen["page"], walk.outcome) == (2, TODO)
    walk.post({"page": "2", "act": "next"})
    assert walk.outcome == DONE


def test_the_confirmation_is_bound_to_the_facts_shown(walk: Walk) -> None:
    read_all(walk)
    confirmation = walk.entries[-1].evidence
    assert confirmation.data["fields"] == FIELDS
    assert confirmation.bound_to == walk.case.standing.digest(())


def test_back_leads_to_the_page_before(walk: Walk) -> None:
    walk.post({"page": "1"})
    walk.post({"page": "2", "act": "back"})
    assert walk.screen["page"] == 1


def test_a_page_that_was_read_cannot_be_sent_again(walk: Walk) -> None:
    walk.post({"page": "1"})
    assert "" in walk.problems({"page": "1"})


def test_a_confirmed_form_takes_nothing_more(walk: Walk) -> None:
    read_all(walk)
    assert walk.post({"page": "2"}) == []


def test_a_tick_keeps_field_and_old_value(walk: Walk) -> None:
    given = walk.post({"page": "1", "correct-mobile": "yes"})
    assert given[0].part == "mobile"
    assert given[0].data == {"state": "requested", "field": "mobile", "old": "10000000001"}


def test_requests_wait_for_staff_once_everything_is_read(walk: Walk) -> None:
    walk.post({"correct-mobile": "yes"})
    assert not walk.step.needs_staff(walk.case)
    walk.post({"correct-born_on": "yes"})
    assert walk.step.needs_staff(walk.case)
    assert walk.outcome == TODO
    assert [row["field"] for row in walk.screen["requests"]] == ["mobile", "born_on"]
    assert "" in walk.problems()


def test_an_accepted_correction_changes_the_fact_and_has_all_read_again(walk: Walk) -> None:
    read_all(walk, {"correct-mobile": "yes"})
    walk.post({"act": "accept:mobile", "new-mobile": "１0000000002", "shown-mobile": "通知单"}, REVIEWER)
    assert walk.case.facts["mobile"] == "10000000002"
    assert (walk.screen["page"], walk.outcome, walk.step.needs_staff(walk.case)) == (1, TODO, False)
    read_all(walk)
    assert walk.outcome == DONE


def test_a_rejected_request_leads_back_to_the_last_page(walk: Walk) -> None:
    read_all(walk, {"correct-mobile": "yes"})
    walk.post({"act": "reject:mobile", "reason-mobile": "与原件一致"}, LEAD)
    assert (walk.screen["page"], walk.step.needs_staff(walk.case)) == (2, False)
    walk.post()
    assert walk.outcome == DONE
    assert walk.case.facts["mobile"] == "10000000001"


def test_a_correction_after_signing_voids_confirmation_and_signature(walk: Walk) -> None:
    read_all(walk)
    covers = ("form",)
    signed = walk.case.standing.digest(covers)
    walk.add(Evidence("signature", NOW, {}, covers=covers, bound_to=signed))
    assert walk.case.standing.get("signature")
    walk.post({"act": "correct", "field": "name", "new": "欧阳乙测试", "shown": "身份证"}, LEAD)
    assert walk.outcome == TODO
    assert walk.case.standing.get("signature") is None


def test_a_picture_of_the_original_is_evidence_enough(walk: Walk) -> None:
    picture = cv2.imencode(".jpg", plain_picture())[1].tobytes()
    given = walk.post({"act": "correct", "field": "sex", "new": "男"}, LEAD, {"picture": [picture]})
    assert [file.role for file in given[0].attachments] == ["original"]


@pytest.mark.parametrize("actor", [Actor(), CAPTURE], ids=["candidate", "capture"])
def test_who_may_not_decide_is_told_who_may(walk: Walk, actor: Actor) -> None:
    walk.post({"correct-mobile": "yes"})
    assert "" in walk.problems({"act": "accept:mobile", "new-mobile": "10000000002", "shown-mobile": "x"}, actor)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"act": "accept:mobile", "new-mobile": "10000000002"}, "shown-mobile"),
        ({"act": "accept:mobile", "new-mobile": "", "shown-mobile": "x"}, "new-mobile"),
        ({"act": "accept:mobile", "new-mobile": "10000000001", "shown-mobile": "x"}, "new-mobile"),
        ({"act": "accept:mobile", "new-mobile": "1000", "shown-mobile": "x"}, "new-mobile"),
        ({"act": "reject:mobile"}, "reason-mobile"),
        ({"act": "accept:name", "new-name": "欧阳乙", "shown-name": "x"}, ""),
        ({"act": "correct", "field": "reg_no", "new": "1", "shown": "x"}, "field"),
        ({"act": "correct", "field": "slot_day", "new": "1", "shown": "x"}, "field"),
        ({"act": "correct", "field": "born_on", "new": "1990-02-30", "shown": "x"}, "new"),
        ({"act": "correct", "field": "graduated", "new": "2015", "shown": "x"}, "new"),
        ({"act": "correct", "field": "sex", "new": "f", "shown": "x"}, "new"),
        ({"act": "correct", "field": "name", "new": "欧阳?", "shown": "x"}, "new"),
        ({"act": "correct", "field": "kinds", "new": "执业", "shown": "x"}, "new"),
        ({"act": "correct", "field": "id_no", "new": "990101199101010028", "shown": "x"}, "new"),
        ({"act": "correct", "field": "id_no", "new": "99-01", "shown": "x"}, "new"),
    ],
)
def test_a_decision_that_cannot_be_right_says_where(walk: Walk, fields: dict[str, str], wrong: str) -> None:
    walk.post({"correct-mobile": "yes"})
    assert list(walk.problems(fields, LEAD)) == [wrong]


def test_a_check_digit_that_does_not_fit_can_be_confirmed(walk: Walk) -> None:
    fields = {"act": "correct", "field": "id_no", "new": "990101199101010028", "shown": "身份证", "certain": "yes"}
    assert walk.post(fields, LEAD)[0].data["as_printed"] is True


def test_a_request_is_not_made_twice(walk: Walk) -> None:
    walk.post({"correct-mobile": "yes"})
    walk.post({"act": "back"})
    given = walk.post({"correct-mobile": "yes"})
    assert [evidence.step for evidence in given] == ["form"]


def test_numbers_are_marked_to_be_masked(walk: Walk) -> None:
    masks = {row["field"]: row["mask"] for row in walk.screen["rows"]}
    assert masks == {"name": "", "sex": "", "id_no": "id", "mobile": "mobile"}


@pytest.mark.parametrize("options", [{"fields": ["nmae"]}, {"fields": []}, {"fields": ["slot_day"]}, {}])
def test_fields_the_roster_has_not_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        FormStep.Options.model_validate(options)


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        ("name", " 欧阳　 测试\u200e\x00 ", "欧阳 测试"),
        ("diploma_no", " １０ ２３ａ ", "1023A"),
        ("employer", "甲" * 120, "甲" * 100),
    ],
)
def test_typed_values_are_tidied(field: str, typed: str, kept: str) -> None:
    assert tidy(field, typed) == kept


def test_check_digits() -> None:
    assert is_number("990101199101010024")
    assert not is_number("99010119910101002")
