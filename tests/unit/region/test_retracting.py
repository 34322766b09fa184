"""A settlement is taken back: an added act with a reason; what it had set aside counts again, and venues are told."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from werkzeug.test import TestResponse

from region.conflict_models import RetractionRow, SettlementRow
from region.reviewers import add_reviewer
from region.signers import revoke
from tests.support.region_app import OTHER_KEY, Browser, Region
from tests.support.region_conflicts import acts, conflicts, deliver, elsewhere, kinds, only, row_of, settle, verdicts
from tests.support.region_records import SIGNER

LEAD, LEAD_SECRET = "组长（测试）", "another secret of a lead"
REASON = "认错人了，重新比对"


def last(region: Region) -> SettlementRow:
    with region.store.read() as session:
        return session.scalars(select(SettlementRow).order_by(SettlementRow.seq.desc())).first()


def take_back(browser: Browser, region: Region, note: str = REASON, seq: int = 0) -> TestResponse:
    path = f"/conflicts/settled/{seq or last(region).seq}"
    browser.get(path)
    return browser.post(path, note=note)


def lead_of(region: Region) -> Browser:
    add_reviewer(region.store, LEAD, LEAD_SECRET, "lead")
    browser = Browser(region)
    assert browser.sign_in(LEAD, LEAD_SECRET).status_code == 303
    return browser


def test_the_conflict_is_open_again_and_the_other_record_may_count(region: Region, browser: Browser) -> None:
    here, there = deliver(region), elsewhere(region)
    first = only(region)
    settle(browser, first, here.digest, "first_came", "先到")
    assert "Take it back" in browser.get(f"/conflicts/settled/{last(region).seq}").text
    receipts = [region.get(f"/records/{there.digest}", key=OTHER_KEY).json["receipt"]["state"]]
    assert take_back(browser, region).status_code == 303
    again = only(region)
    assert again.subjects == first.subjects
    assert again.key != first.key, "a page from before the first settlement settles nothing"
    assert settle(browser, first, there.digest).status_code == 303
    assert only(region) == again
    told = [(there.digest, "set_aside", "other_visit"), (there.digest, "reinstated", "other_visit")]
    assert verdicts(region, OTHER_KEY) == told
    assert verdicts(region) == [], "nothing was said of the record that counted"
    receipts.append(region.get(f"/records/{there.digest}", key=OTHER_KEY).json["receipt"]["state"])
    assert receipts == ["accepted", "accepted"], "a receipt says what is here, not what counts"
    assert browser.judge(there.digest, "passed").status_code == 409, "first the conflict is settled"
    assert settle(browser, again, there.digest).status_code == 303
    assert verdicts(region) == [(here.digest, "set_aside", "other_visit")]
    assert browser.judge(there.digest, "passed").status_code == 303
    assert verdicts(region, OTHER_KEY) == [*told, (there.digest, "passed", "")]
    assert conflicts(region) == []
    page = browser.get("/conflicts/").text
    assert "Taken back" in page
    assert REASON in page
    assert {"conflict_taken_back", "verdict_reinstated"} <= set(acts(region))


def test_what_was_settled_and_taken_back_stays_as_it_was_written(region: Region, browser: Browser) -> None:
    here, _there = deliver(region), elsewhere(region)
    settle(browser, only(region), here.digest, "first_came", "先到")
    settlement = last(region)
    take_back(browser, region)
    assert (last(region).seq, last(region).note) == (settlement.seq, "先到")
    for act in ("UPDATE retractions SET note = ''", "DELETE FROM retractions"):
        with pytest.raises(DatabaseError, match="append-only"), region.store.write() as session:
            session.execute(text(act))


def test_it_needs_a_reason_and_happens_once(region: Region, browser: Browser) -> None:
    here, _there = deliver(region), elsewhere(region)
    settle(browser, only(region), here.digest)
    for note, complaint in (("  ", "Write why"), ("长" * 1001, "too long")):
        answer = take_back(browser, region, note)
        assert answer.status_code == 422
        assert complaint in answer.text
    assert conflicts(region) == []
    assert take_back(browser, region).status_code == 303
    assert take_back(browser, region).status_code == 303, "the same click twice"
    refused = take_back(browser, region, "别的原因")
    assert refused.status_code == 409
    assert "Somebody has taken this back already" in refused.text
    assert "Take it back" not in browser.get(f"/conflicts/settled/{last(region).seq}").text
    assert len(verdicts(region, OTHER_KEY)) == 2
    with region.store.read() as session:
        assert len(session.scalars(select(RetractionRow)).all()) == 1
    assert browser.get("/conflicts/settled/99").status_code == 303


def test_a_leads_settlement_is_taken_back_by_a_lead_only(region: Region, browser: Browser) -> None:
    here, _there = deliver(region), elsewhere(region)
    lead = lead_of(region)
    settle(lead, only(region), here.digest)
    refused = take_back(browser, region)
    assert refused.status_code == 409
    assert "Only a lead can take it back" in refused.text
    assert take_back(lead, region).status_code == 303
    settle(browser, only(region), here.digest)
    assert take_back(lead, region).status_code == 303, "a lead may take back what a reviewer has settled"


def test_once_a_person_was_judged_since_it_is_too_late(region: Region, browser: Browser) -> None:
    here, there = deliver(region), elsewhere(region)
    settle(browser, only(region), here.digest)
    region.clock.advance(minutes=1)
    assert browser.judge(here.digest, "passed").status_code == 303
    refused = take_back(browser, region)
    assert refused.status_code == 409
    assert "can no longer be taken back" in " ".join(refused.text.split())
    assert verdicts(region, OTHER_KEY) == [(there.digest, "set_aside", "other_visit")]
    assert conflicts(region) == []


def test_a_fork_that_is_taken_back_has_both_its_ends_again(region: Region, browser: Browser) -> None:
    first = deliver(region)
    two = deliver(region, version=2, previous=first.digest, red=201)
    again = deliver(region, version=2, previous=first.digest, red=202)
    settle(browser, only(region), two.digest, "restored", "以备份之前的版本为准")
    assert [row_of(region, one).is_current for one in (first, two, again)] == [False, True, False]
    assert take_back(browser, region).status_code == 303
    assert [row_of(region, one).is_current for one in (first, two, again)] == [False, True, True]
    assert kinds(region) == ["fork"]
    settle(browser, only(region), again.digest, "restored", "还是以后来的为准")
    assert [(digest, said) for digest, said, _code in verdicts(region)] == [
        (again.digest, "set_aside"),
        (again.digest, "reinstated"),
        (two.digest, "set_aside"),
    ]


def test_not_genuine_taken_back_is_held_again(region: Region, browser: Browser) -> None:
    revoke(region.store, SIGNER.key_id, "电脑被盗")
    record = deliver(region)
    settle(browser, only(region), "not_genuine", "compared", "与纸质材料不符")
    assert region.get(f"/records/{record.digest}").status_code == 403
    take_back(browser, region)
    receipt = region.get(f"/records/{record.digest}").json["receipt"]
    assert (receipt["state"], receipt["held"]) == ("stored", "revoked_key")
    assert kinds(region) == ["revoked_key"]
    settle(browser, only(region), "genuine", "compared", "")
    assert region.get(f"/records/{record.digest}").json["receipt"]["state"] == "accepted"
    take_back(browser, region)
    assert region.get(f"/records/{record.digest}").json["receipt"]["state"] == "accepted", "a receipt stands"
    assert kinds(region) == ["revoked_key"], "and yet it cannot pass"
    assert browser.judge(record.digest, "passed").status_code == 409
