"""What a verdict on a record does to the registration of the same person."""

import pytest
from sqlalchemy import select

from records.verdict import Decision
from region.models import Reviewer, VerdictRow
from region.registry.changing import Actor
from region.registry.enrolling import enrol_roster
from region.registry.errors import ClaimedError, NotAllowedError, NotReadyError, SecondPersonError
from region.registry.following import follow
from region.registry.reviewing import Said
from region.registry.status import Act, Role, Status
from region.verdicts import Opinion, give_verdict
from tests.support.region_app import OTHER_VENUE, Browser, Region
from tests.support.region_records import sealed
from tests.support.registry import FIRST, LEAD, THIRD, Registry, somebody

REFUSED = Opinion(Decision.REFUSED, "", "学历不在承认范围")


class Pair:
    """A registration and the venue's record of the same person."""

    def __init__(self, region: Region, registry: Registry, *, submitted: bool = False, passed: bool = False) -> None:
        self.region, self.registry = region, registry
        if passed:
            self.key = registry.venue_passed()
        else:
            self.key = registry.submitted() if submitted else registry.enrol(somebody())
        record, files = sealed(registry.case(self.key).person.reg_no)
        region.deliver(record, files)
        self.digest = record.digest
        with region.store.write() as session:
            for actor in (THIRD, LEAD):
                session.add(Reviewer(id=actor.id, name=actor.id, secret_hash="", role=actor.role.value, failures=0))

    def judge(self, actor: Actor, opinion: Opinion) -> bool:
        store = self.region.store
        return give_verdict(
            store,
            self.digest,
            actor.id,
            opinion,
            lambda session, row: follow(store, session, row, actor, opinion.decision, opinion.reason),
        )

    @property
    def status(self) -> Status:
        return self.registry.case(self.key).status

    @property
    def verdicts(self) -> list[str]:
        with self.region.store.read() as session:
            return list(session.scalars(select(VerdictRow.decision)))


def passed(reason: str = "") -> Opinion:
    return Opinion(Decision.PASSED, "", reason)


def test_a_passed_record_approves_what_the_venue_had_passed(region: Region, registry: Registry) -> None:
    pair = Pair(region, registry, passed=True)
    assert pair.judge(THIRD, passed())
    assert (pair.status, pair.verdicts) == (Status.APPROVED, ["passed"])
    assert pair.judge(THIRD, passed()), "a repeated click changes nothing"


def test_on_site_only_the_sealed_record_is_the_venues_pass(region: Region, registry: Registry) -> None:
    pair = Pair(region, registry)
    pair.judge(THIRD, passed())
    steps = [(event.act, event.role) for event in registry.case(pair.key).events if event.before != event.after]
    assert steps == [("pass_at_venue", "system"), ("approve", "review")]


def test_another_venues_record_is_not_this_venues_pass(region: Region, registry: Registry) -> None:
    pair = Pair(region, registry)
    moved = registry.case(pair.key).person
    enrol_roster(registry.store, registry.box, pair.key.year, OTHER_VENUE, [moved])
    with pytest.raises(NotAllowedError):
        pair.judge(THIRD, passed())
    assert (pair.status, pair.verdicts) == (Status.FILLING, [])


def test_what_nobody_has_judged_online_stands_in_the_way(region: Region, registry: Registry) -> None:
    pair = Pair(region, registry, submitted=True)
    with pytest.raises(NotReadyError, match="M04"):
        pair.judge(THIRD, passed())
    assert (pair.status, pair.verdicts) == (Status.FILLING, [])


def test_a_returned_record_sends_the_registration_back_to_the_venue(region: Region, registry: Registry) -> None:
    pair = Pair(region, registry, passed=True)
    pair.judge(THIRD, Opinion(Decision.RETURNED, "photo", "照片不清晰"))
    case = registry.case(pair.key)
    assert case.status is Status.FILLING
    assert case.row.waiting_since is not None
    assert case.events[-1].text == "照片不清晰"


def test_a_refusal_is_a_proposal_until_a_second_person_gives_it(region: Region, registry: Registry) -> None:
    pair = Pair(region, registry, passed=True)
    assert not pair.judge(LEAD, REFUSED)
    assert (pair.status, pair.verdicts) == (Status.VENUE_PASSED, [])
    with pytest.raises(SecondPersonError):
        pair.judge(LEAD, REFUSED)
    with pytest.raises(NotAllowedError):
        pair.judge(THIRD, REFUSED)
    with pytest.raises(SecondPersonError):
        pair.judge(THIRD, passed())
    assert pair.judge(Actor(THIRD.id, Role.LEAD), REFUSED)
    assert (pair.status, pair.verdicts) == (Status.REFUSED, ["refused"])
    registry.review.decide(pair.key, Act.RECONSIDER, LEAD, registry.revision(pair.key), Said(text="申诉"))
    assert pair.status is Status.FILLING


def test_what_is_in_somebodys_hands_or_decided_is_left_alone(region: Region, registry: Registry) -> None:
    pair = Pair(region, registry, passed=True)
    registry.review.claim(pair.key, LEAD)
    with pytest.raises(ClaimedError):
        pair.judge(THIRD, passed())
    registry.review.approve(pair.key, LEAD, registry.revision(pair.key))
    before = registry.revision(pair.key)
    with pytest.raises(NotAllowedError):
        pair.judge(THIRD, Opinion(Decision.RETURNED, "photo", "x"))
    assert pair.judge(THIRD, passed())
    assert registry.revision(pair.key) == before


def test_record_and_registration_lead_to_each_other(region: Region, registry: Registry) -> None:
    pair = Pair(region, registry)
    browser = Browser(region)
    browser.sign_in()
    assert f"/desk/{pair.key}" in browser.get(f"/records/{pair.digest}").text
    assert f"/records/{pair.digest}" in browser.get(f"/desk/{pair.key}").text
    answer = browser.judge(pair.digest, "refused", reason="不符合条件")
    assert "The refusal is proposed" in browser.get(answer.headers["Location"]).text
    answer = browser.judge(pair.digest, "passed", reason="我的话")
    assert answer.status_code == 409
    assert "The registration of this person stands in the way." in answer.text
    assert FIRST.venue == registry.case(pair.key).row.venue
