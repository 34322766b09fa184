"""Notice and consent: each text for itself, nothing assumed, a refusal is an answer."""

from typing import Any

import pytest
from pydantic import ValidationError

from kiosk.step import DONE, TODO
from kiosk.steps.consent import ConsentStep, Notice
from records.canonical import digest_document
from rules.words import Words
from tests.support.step_walk import Walk


def notice(kind: Any, text: str = "说明", *, required: bool = False) -> Notice:
    words = Words(zh=text, en="text")
    return Notice(kind=kind, version="v1", title=words, body=words, required=required)


@pytest.fixture
def step() -> ConsentStep:
    notices = (notice("general", required=True), notice("face"), notice("fingerprint"))
    return ConsentStep(ConsentStep.Options(notices=notices))


@pytest.fixture
def walk(step: ConsentStep) -> Walk:
    return Walk(step)


def test_each_text_is_decided_on_its_own_page(walk: Walk) -> None:
    shown = []
    for answer in ("read", "agree", "refuse"):
        assert walk.outcome == TODO
        shown.append(walk.screen["notice"].kind)
        walk.post({shown[-1]: answer})
    assert shown == ["general", "face", "fingerprint"]
    assert walk.outcome == DONE


def test_a_refusal_is_kept_and_the_way_goes_on(walk: Walk) -> None:
    for answer in ({"general": "read"}, {"face": "refuse"}, {"fingerprint": "refuse"}):
        walk.post(answer)
    said = {entry.evidence.part: entry.evidence.data["agreed"] for entry in walk.entries}
    assert said == {"general": None, "face": False, "fingerprint": False}
    assert walk.outcome == DONE


def test_the_evidence_names_the_very_text(walk: Walk) -> None:
    data = walk.post({"general": "read"})[0].data
    words = {"zh": "说明", "en": "text"}
    assert data["text_version"] == "v1"
    assert data["text_digest"] == digest_document({"title": words, "body": words})


def test_no_answer_is_no_consent(walk: Walk) -> None:
    walk.post({"general": "read"})
    assert list(walk.problems({})) == ["face"]


@pytest.mark.parametrize("answer", ["read", "yes", ""])
def test_only_an_answer_counts_as_one(walk: Walk, answer: str) -> None:
    walk.post({"general": "read"})
    assert list(walk.problems({"face": answer})) == ["face"]


def test_what_is_required_is_told_and_not_asked(walk: Walk) -> None:
    assert list(walk.problems({"general": "agree"})) == ["general"]


def test_one_answer_never_stands_for_the_other(walk: Walk) -> None:
    walk.post({"general": "read"})
    given = walk.post({"face": "agree"})
    assert [evidence.part for evidence in given] == ["face"]
    assert walk.screen["notice"].kind == "fingerprint"


def test_answers_sent_together_are_kept_apart(walk: Walk) -> None:
    given = walk.post({"general": "read", "face": "agree", "fingerprint": "refuse"})
    assert [evidence.part for evidence in given] == ["general", "face", "fingerprint"]


def test_another_text_asks_again(walk: Walk, step: ConsentStep) -> None:
    walk.post({"general": "read", "face": "agree", "fingerprint": "agree"})
    changed = (*step.options.notices[:2], notice("fingerprint", "新的说明"))
    walk.step = ConsentStep(ConsentStep.Options(notices=changed))
    assert walk.outcome == TODO
    assert walk.screen["notice"].kind == "fingerprint"


def test_once_decided_nothing_more_is_taken(walk: Walk) -> None:
    walk.post({"general": "read", "face": "agree", "fingerprint": "agree"})
    assert walk.post({"face": "refuse"}) == []


def test_a_kind_is_listed_once() -> None:
    with pytest.raises(ValidationError):
        ConsentStep.Options(notices=(notice("face"), notice("face")))
