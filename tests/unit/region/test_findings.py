"""What a reviewer is pointed at."""

import pytest

from records.evidence import Evidence
from region.findings import Kind, findings
from tests.support.region_records import AT, opened, ordinary_evidence, picture, sealed


def kinds(*evidence: Evidence) -> list[Kind]:
    return [finding.kind for finding in findings(opened(*sealed(evidence=evidence)))]


def test_an_ordinary_visit_has_nothing_to_look_at():
    assert kinds(*ordinary_evidence(picture())) == []


@pytest.mark.parametrize(
    ("step", "part", "data", "kind"),
    [
        ("arrival", "", {"override_reason": "traffic", "override_by": "lead"}, Kind.OVERRIDE),
        ("consent", "face", {"decision": "refused"}, Kind.CONSENT_REFUSED),
        ("consent", "fingerprint", {"decision": "refuse", "agreed": False}, Kind.CONSENT_REFUSED),
        ("materials", "M05", {"verdict": "pending"}, Kind.MATERIAL_PENDING),
        ("materials", "M05", {"verdict": "waived"}, Kind.MATERIAL_WAIVED),
        ("materials", "M05", {"verdict": "fail"}, Kind.MATERIAL_FAILED),
        ("materials", "refusal", {"state": "proposed"}, Kind.REFUSAL_PROPOSED),
        ("fingerprint", "exemption:17", {"reason": "missing"}, Kind.EXEMPTION),
        ("photo", "exemption", {"reason": "injured"}, Kind.EXEMPTION),
        ("fingerprint", "17", {"accepted": True, "forced": True}, Kind.CAPTURE_REJECTED),
        ("photo", "", {"accepted": False}, Kind.CAPTURE_REJECTED),
        ("signature", "", {"method": "paper"}, Kind.ON_PAPER),
        ("correction", "employer", {"state": "accepted", "old": "a", "new": "b"}, Kind.CORRECTION),
    ],
)
def test_what_went_another_way_is_found(step, part, data, kind):
    assert kinds(Evidence(step, AT, data, part=part)) == [kind]


@pytest.mark.parametrize(
    ("step", "part", "data"),
    [
        ("fingerprint", "17:1", {"accepted": False}),
        ("materials", "refusal", {"state": "retracted"}),
        ("consent", "general", {"decision": "read", "agreed": None}),
        ("arrival", "", {"slot": "on_time", "override": False}),
    ],
)
def test_what_is_ordinary_is_not_found(step, part, data):
    assert kinds(Evidence(step, AT, data, part=part)) == []


def test_what_was_replaced_is_not_found():
    bad, good = {"verdict": "fail"}, {"verdict": "pass"}
    assert kinds(Evidence("materials", AT, bad, part="M05"), Evidence("materials", AT, good, part="M05")) == []
