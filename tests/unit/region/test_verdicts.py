"""Verdicts belong to one version, are given once, and reach their venue in order."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from records.verdict import Decision
from region.errors import AlreadyDecidedError
from region.verdicts import Opinion, give_verdict
from tests.support.region_app import OTHER_KEY, Browser
from tests.support.region_places import lose
from tests.support.region_records import sealed


def deliver(region, reg_no="R0001", **more):
    record, files = sealed(reg_no, **more)
    region.deliver(record, files)
    return record


def reviewer_ids(region):
    from sqlalchemy import select

    from region.models import Reviewer

    with region.store.read() as session:
        return session.scalars(select(Reviewer.id)).all()


def test_the_venue_gets_each_verdict_once_behind_its_cursor(region, browser: Browser):
    records = [deliver(region, f"R{number:04}") for number in range(3)]
    assert region.get("/verdicts?since=0").json == {"verdicts": [], "cursor": 0}
    browser.judge(records[0].digest, "passed")
    browser.judge(records[1].digest, "returned", step="photo", reason="照片过暗")
    first = region.get("/verdicts?since=0").json
    assert [(verdict["reg_no"], verdict["decision"]) for verdict in first["verdicts"]] == [
        ("R0000", "passed"),
        ("R0001", "returned"),
    ]
    assert first["verdicts"][1] == {
        "seq": first["cursor"],
        "reg_no": "R0001",
        "record_digest": records[1].digest,
        "decision": "returned",
        "step": "photo",
        "reason": "照片过暗",
        "decided_at": region.clock.at.isoformat(),
        "code": "",
    }
    assert region.get(f"/verdicts?since={first['cursor']}").json == {"verdicts": [], "cursor": first["cursor"]}
    browser.judge(records[2].digest, "refused", reason="专业不符")
    later = region.get(f"/verdicts?since={first['cursor']}").json
    assert [verdict["decision"] for verdict in later["verdicts"]] == ["refused"]
    assert region.get("/verdicts?since=0", key=OTHER_KEY).json["verdicts"] == []


def test_an_old_version_is_not_judged_and_the_typed_reason_stays(region, browser: Browser):
    old = deliver(region)
    browser.get(f"/records/{old.digest}")
    deliver(region, version=2, previous=old.digest, red=201)
    answer = browser.post(f"/records/{old.digest}/verdict", decision="refused", reason="请看这里的理由")
    assert answer.status_code == 409
    assert "请看这里的理由" in answer.text
    assert region.get("/verdicts?since=0").json["verdicts"] == []


def test_the_second_reviewer_is_told_that_it_is_decided(region, browser: Browser):
    record = deliver(region)
    browser.get(f"/records/{record.digest}")
    give_verdict(region.store, record.digest, reviewer_ids(region)[0], Opinion(Decision.PASSED, "", ""))
    answer = browser.post(f"/records/{record.digest}/verdict", decision="refused", reason="另有理由")
    assert answer.status_code == 409
    assert "Somebody has already decided" in answer.text
    assert "另有理由" in answer.text


def test_the_same_verdict_twice_is_one(region, browser: Browser):
    record = deliver(region)
    assert browser.judge(record.digest, "passed").status_code == 303
    assert browser.post(f"/records/{record.digest}/verdict", decision="passed").status_code == 303
    assert len(region.get("/verdicts?since=0").json["verdicts"]) == 1


def test_of_many_decisions_at_once_one_is_kept(region):
    record, reviewer = deliver(region), reviewer_ids(region)[0]

    def decide(number: int) -> bool:
        try:
            give_verdict(region.store, record.digest, reviewer, Opinion(Decision.REFUSED, "", f"reason {number}"))
        except AlreadyDecidedError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(decide, range(16))) == 1
    assert len(region.get("/verdicts?since=0").json["verdicts"]) == 1


def test_a_record_with_missing_files_is_not_judged(region, browser: Browser):
    record, _files = sealed()
    region.put(f"/records/{record.digest}", record.content)
    assert browser.judge(record.digest, "passed").status_code == 409


def test_a_record_with_a_file_lost_at_the_region_is_not_judged(region, browser: Browser):
    record = deliver(region)
    lose(region, record.objects[-1].digest)
    assert browser.judge(record.digest, "passed").status_code == 409


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({}, "Choose a decision."),
        ({"decision": "maybe"}, "Choose a decision."),
        ({"decision": "returned", "reason": "r"}, "Choose the step"),
        ({"decision": "returned", "step": "arrival", "reason": "r"}, "Choose the step"),
        ({"decision": "returned", "step": "photo"}, "Write the reason"),
        ({"decision": "refused", "reason": "   "}, "Write the reason"),
        ({"decision": "refused", "reason": "x" * 1001}, "too long"),
    ],
)
def test_an_incomplete_verdict_is_shown_again(region, browser: Browser, fields, complaint):
    record = deliver(region)
    browser.get(f"/records/{record.digest}")
    answer = browser.post(f"/records/{record.digest}/verdict", **fields)
    assert answer.status_code == 422
    assert complaint in answer.text
    assert region.get("/verdicts?since=0").json["verdicts"] == []


def test_after_a_return_the_next_version_is_judged_anew(region, browser: Browser):
    first = deliver(region)
    browser.judge(first.digest, "returned", step="photo", reason="again")
    second = deliver(region, version=2, previous=first.digest, red=201)
    page = browser.get(f"/records/{second.digest}")
    assert first.digest[:12] in page.text
    assert browser.judge(second.digest, "passed").status_code == 303
    decisions = [verdict["decision"] for verdict in region.get("/verdicts?since=0").json["verdicts"]]
    assert decisions == ["returned", "passed"]
