"""What counts of what happened."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.evidence import CORRECTION, RETAKE, Entry, Evidence
from records.standing import Standing, standing

NOW = datetime(2026, 3, 2, tzinfo=UTC)
FIELDS = {"name": "测试甲", "school": "测试大学"}


def happened(*evidence: Evidence) -> tuple[Entry, ...]:
    return tuple(Entry(seq, one, "candidate", "kiosk-test") for seq, one in enumerate(evidence, start=1))


def signed_after(*evidence: Evidence, covers: tuple[str, ...] = ("materials",)) -> list[Evidence]:
    shown = standing(happened(*evidence), FIELDS).digest(covers)
    return [*evidence, Evidence("signature", NOW, {}, covers=covers, bound_to=shown)]


def correction(state: str, new: str) -> Evidence:
    return Evidence(CORRECTION, NOW, {"state": state, "field": "school", "new": new}, part="school")


def steps_of(now_standing: Standing) -> list[str]:
    return [entry.evidence.step for entry in now_standing.entries]


def test_the_latest_of_each_part_stands() -> None:
    right = Evidence("fingerprint", NOW, {"quality_pct": 40}, part="11")
    better = Evidence("fingerprint", NOW, {"quality_pct": 80}, part="11")
    left = Evidence("fingerprint", NOW, {"quality_pct": 60}, part="16")
    found = standing(happened(right, left, better), FIELDS)
    assert [entry.evidence.data["quality_pct"] for entry in found.of("fingerprint")] == [60, 80]


def test_an_accepted_correction_changes_the_facts_and_voids_the_signature() -> None:
    evidence = signed_after(Evidence("materials", NOW, {"verdict": "pass"}, part="M04"))
    assert "signature" in steps_of(standing(happened(*evidence), FIELDS))
    after = standing(happened(*evidence, correction("accepted", "样本大学")), FIELDS)
    assert after.facts["school"] == "样本大学"
    assert "signature" not in steps_of(after)


@pytest.mark.parametrize("state", ["requested", "rejected"])
def test_a_correction_that_is_not_accepted_changes_nothing(state: str) -> None:
    evidence = signed_after()
    after = standing(happened(*evidence, correction(state, "样本大学")), FIELDS)
    assert after.facts == FIELDS
    assert "signature" in steps_of(after)


def test_a_later_rejection_leaves_an_earlier_correction_in_force() -> None:
    after = standing(happened(correction("accepted", "样本大学"), correction("rejected", "虚构大学")), FIELDS)
    assert after.facts["school"] == "样本大学"


def test_a_changed_verdict_on_a_shown_material_voids_the_signature() -> None:
    evidence = signed_after(Evidence("materials", NOW, {"verdict": "pass"}, part="M04"))
    changed = Evidence("materials", NOW, {"verdict": "pending"}, part="M04")
    assert "signature" not in steps_of(standing(happened(*evidence, changed), FIELDS))


def test_what_was_not_shown_does_not_void_the_signature() -> None:
    evidence = [*signed_after(), Evidence("photo", NOW, {"try": 1})]
    assert "signature" in steps_of(standing(happened(*evidence), FIELDS))


def test_undoing_the_change_brings_the_signature_back() -> None:
    evidence = signed_after(Evidence("materials", NOW, {"verdict": "pass"}, part="M04"))
    there = Evidence("materials", NOW, {"verdict": "fail"}, part="M04")
    back = Evidence("materials", NOW, {"verdict": "pass"}, part="M04")
    assert "signature" in steps_of(standing(happened(*evidence, there, back), FIELDS))


def test_a_retake_withdraws_every_part_of_its_step_and_nothing_else() -> None:
    presses = [Evidence("fingerprint", NOW, {}, part=part) for part in ("11", "16")]
    retake = Evidence(RETAKE, NOW, {"reason": "smudged"}, part="fingerprint", withdraws=("fingerprint",))
    again = Evidence("fingerprint", NOW, {"again": True}, part="11")
    found = standing(happened(*presses, Evidence("photo", NOW, {}), retake, again), FIELDS)
    assert [entry.evidence.data for entry in found.of("fingerprint")] == [{"again": True}]
    assert len(found.of("photo")) == 1


@given(st.lists(st.tuples(st.sampled_from(["a", "b", "c"]), st.sampled_from(["", "1"])), max_size=12))
def test_standing_is_the_last_of_each_part_whatever_the_order(parts: list[tuple[str, str]]) -> None:
    found = standing(happened(*(Evidence(step, NOW, {}, part=part) for step, part in parts)), FIELDS)
    last = {key: seq for seq, key in enumerate(parts, start=1)}
    assert {(entry.evidence.step, entry.evidence.part): entry.seq for entry in found.entries} == last
