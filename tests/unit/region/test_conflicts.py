"""Conflicts at the region: found from what is there, shown side by side, settled once, with a reason, by a person."""

import threading

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from records.evidence import RETURN, Evidence
from region.conflict_models import SettlementRow
from region.conflict_words import EXPLANATIONS, TITLES
from region.conflict_words import OUTCOMES as OUTCOME_WORDS
from region.conflict_words import REASONS as REASON_WORDS
from region.conflicts import RULES, Kind
from region.settlements import OUTCOMES, REASONS
from tests.support.region_app import OTHER_KEY, Browser, Region
from tests.support.region_conflicts import acts, conflicts, deliver, elsewhere, kinds, only, row_of, settle, verdicts
from tests.support.region_records import AT, ordinary_evidence, picture, sealed


def test_without_contradictions_there_is_nothing_to_settle(region: Region, browser: Browser) -> None:
    deliver(region)
    assert conflicts(region) == []
    page = browser.get("/conflicts/").text
    assert "Nothing contradicts anything" in page
    assert "Conflicts (0)" in page


def test_the_same_candidate_at_two_venues_is_compared_and_one_of_the_records_counts(region, browser: Browser):
    here, there = deliver(region), elsewhere(region)
    conflict = only(region)
    assert (conflict.kind.value, [side.digest for side in conflict.sides]) == (
        "same_person",
        [here.digest, there.digest],
    )
    for record in (here, there):
        assert "One candidate, several records" in browser.get(f"/records/{record.digest}").text
        assert browser.judge(record.digest, "passed").status_code == 409, "nobody passes before they were compared"
    assert "Conflicts (1)" in browser.get("/conflicts/?kind=same_person").text
    page = browser.get(f"/conflicts/{conflict.key}").text
    assert "测试考点" in page
    assert "另一考点" in page
    assert "different" in page
    assert settle(browser, conflict, here.digest, "first_came", "考生先到测试考点办理").status_code == 303
    assert conflicts(region) == []
    assert verdicts(region, OTHER_KEY) == [(there.digest, "set_aside", "other_visit")]
    assert verdicts(region) == []
    assert browser.judge(here.digest, "passed").status_code == 303
    assert "Does not count" in browser.get(f"/records/{there.digest}").text
    assert "考生先到测试考点办理" in browser.get("/conflicts/").text
    assert {"conflict_same_person", "verdict_set_aside"} <= set(acts(region))


def test_records_of_one_candidate_that_come_at_the_same_moment_see_each_other(region: Region) -> None:
    """What is noted of a record when it is accepted says where to look: it must not miss one that is being accepted."""
    first = threading.Barrier(2, timeout=60)

    def send(make) -> None:
        first.wait()
        make(region)

    threads = [threading.Thread(target=send, args=(make,)) for make in (deliver, elsewhere)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert kinds(region) == ["same_person"]


def test_once_one_has_passed_only_that_one_can_count(region, browser: Browser) -> None:
    here = deliver(region)
    assert browser.judge(here.digest, "passed").status_code == 303
    there = elsewhere(region)
    conflict = only(region)
    assert settle(browser, conflict, there.digest).status_code == 422
    assert settle(browser, conflict, here.digest).status_code == 303
    assert verdicts(region, OTHER_KEY) == [(there.digest, "set_aside", "other_visit")]
    assert verdicts(region) == [(here.digest, "passed", "")], "what was judged stays judged"


def test_a_new_version_of_the_one_that_did_not_count_is_asked_about_again(region, browser: Browser) -> None:
    here, there = deliver(region), elsewhere(region)
    settle(browser, only(region), here.digest)
    newer = elsewhere(region, version=2, previous=there.digest)
    assert {side.digest for side in only(region).sides} == {here.digest, newer.digest}
    assert browser.judge(newer.digest, "passed").status_code == 409


def test_a_fork_is_settled_and_the_line_that_counts_goes_on(region, browser: Browser) -> None:
    """After a restore of an old backup a venue seals version 2 a second time, and goes on from that."""
    first = deliver(region)
    two = deliver(region, version=2, previous=first.digest, red=201)
    again = deliver(region, version=2, previous=first.digest, red=202)
    assert kinds(region) == ["fork"]
    three = deliver(region, version=3, previous=again.digest, red=203)
    conflict = only(region)
    assert [(side.digest, side.line) for side in conflict.sides] == [
        (two.digest, (two.digest,)),
        (three.digest, (again.digest, three.digest)),
    ]
    assert browser.judge(three.digest, "passed").status_code == 409
    assert settle(browser, conflict, two.digest, "restored", "以备份之前的版本为准").status_code == 303
    assert verdicts(region) == [
        (again.digest, "set_aside", "other_version"),
        (three.digest, "set_aside", "other_version"),
    ]
    assert row_of(region, two).is_current
    assert not row_of(region, three).is_current
    assert browser.judge(two.digest, "passed").status_code == 303
    assert conflicts(region) == []


def test_versions_in_any_order_and_with_gaps_are_no_fork(region: Region) -> None:
    first, second = (sealed("R0001", version=1)[0], sealed("R0001", version=2, previous="a" * 64)[0])
    deliver(region, version=3, previous=second.digest, red=203)
    deliver(region, version=1, red=204)
    assert first.digest
    assert conflicts(region) == []


def test_a_correction_shows_what_is_new_and_both_versions_stay_to_be_seen(region, browser: Browser) -> None:
    first = deliver(region)
    more = [
        *ordinary_evidence(picture()),
        Evidence("correction", AT, {"state": "accepted", "new": "新单位"}, "employer"),
    ]
    second = deliver(region, evidence=more, version=2, previous=first.digest)
    page = browser.get(f"/records/{second.digest}").text
    assert "New since the version before (1)" in " ".join(page.split())
    assert first.digest[:12] in page
    assert "Replaced by a newer version" in browser.get(f"/records/{first.digest}").text
    assert conflicts(region) == []


def returned(seq: int) -> Evidence:
    return Evidence(RETURN, AT, {"verdict": seq, "reason": "重拍"}, part="photo", withdraws=("photo",))


def test_a_return_that_crosses_a_correction_is_shown_with_what_was_asked_for(region, browser: Browser) -> None:
    first = deliver(region)
    browser.judge(first.digest, "returned", step="photo", reason="照片过暗，请重拍")
    crossed = deliver(region, version=2, previous=first.digest, red=201)
    conflict = only(region)
    assert (conflict.kind.value, conflict.sides[0].digest) == ("crossed", crossed.digest)
    assert "照片过暗，请重拍" in browser.get(f"/conflicts/{conflict.key}").text
    assert settle(browser, conflict, "judge", "covers_return", "").status_code == 303
    assert conflicts(region) == []
    assert browser.judge(crossed.digest, "passed").status_code == 303


def test_a_version_that_answers_the_return_has_not_crossed_it(region, browser: Browser) -> None:
    first = deliver(region)
    browser.judge(first.digest, "returned", step="photo", reason="重拍")
    seq = region.get("/verdicts?since=0").json["cursor"]
    answer = [*ordinary_evidence(picture()), returned(seq), ordinary_evidence(picture(7))[-1]]
    deliver(region, evidence=answer, version=2, previous=first.digest)
    assert conflicts(region) == []


def test_times_that_cannot_be_right_are_flagged_and_nothing_is_left_out(region, browser: Browser) -> None:
    region.clock.advance(days=-400)
    record = deliver(region)
    conflict = only(region)
    assert conflict.kind.value == "clock"
    page = browser.get(f"/records/{record.digest}").text
    assert "Later than it was received" in page
    assert "400 days ahead" in page
    assert region.get(f"/records/{record.digest}").json["receipt"]["state"] == "accepted"
    assert browser.judge(record.digest, "passed").status_code == 303, "a wrong clock stops nobody"
    assert conflicts(region) == [], "and once it is judged, nobody need look any more"


def test_a_decision_needs_a_choice_a_reason_and_where_the_venue_reads_it_words(region, browser: Browser) -> None:
    here, _there = deliver(region), elsewhere(region)
    conflict = only(region)
    for choice, reason, note, complaint in (
        ("", "first_came", "x", "Choose what is to be."),
        ("genuine", "first_came", "x", "Choose what is to be."),
        (here.digest, "", "x", "Choose a reason."),
        (here.digest, "battery", "x", "Choose a reason."),
        (here.digest, "first_came", " ", "Write why"),
        (here.digest, "first_came", "x" * 1001, "too long"),
    ):
        answer = settle(browser, conflict, choice, reason, note)
        assert answer.status_code == 422
        assert complaint in answer.text
    assert only(region) == conflict


def test_a_conflict_is_settled_once_and_the_settlement_stays(region, browser: Browser) -> None:
    here, there = deliver(region), elsewhere(region)
    conflict = only(region)
    assert settle(browser, conflict, here.digest).status_code == 303
    answer = browser.post(f"/conflicts/{conflict.key}", choice=there.digest, reason="other", note="另一人")
    assert answer.status_code == 303
    with region.store.read() as session:
        (kept,) = session.scalars(select(SettlementRow)).all()
    assert (kept.chosen, kept.outcome, kept.reason) == (here.digest, "counts", "other")
    for act in ("UPDATE settlements SET note = ''", "DELETE FROM settlements"):
        with pytest.raises(DatabaseError, match="append-only"), region.store.write() as session:
            session.execute(text(act))


def test_every_kind_can_be_settled_and_has_its_words(region: Region, browser: Browser) -> None:
    for kind in Kind:
        assert kind in RULES
        assert TITLES[kind]
        assert EXPLANATIONS[kind]
        assert all(outcome.id in OUTCOME_WORDS for outcome in OUTCOMES[kind])
        assert all(reason in REASON_WORDS for reason in REASONS[kind])
    assert browser.get("/conflicts/nothing").status_code == 303
    assert browser.get("/conflicts/?kind=nothing").status_code == 200


def test_looking_at_a_conflict_is_on_record_for_every_person_in_it(region, browser: Browser) -> None:
    deliver(region), elsewhere(region)
    before = acts(region).count("record_viewed")
    browser.get(f"/conflicts/{only(region).key}")
    assert acts(region).count("record_viewed") == before + 2
