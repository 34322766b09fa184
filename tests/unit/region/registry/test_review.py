"""A registration from the upload to the region's decision: the way through, and every way that is closed."""

from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from region.errors import DamagedHereError
from region.payment.orders import order_of
from region.registry.changing import Actor, Key, changing
from region.registry.enrolling import enrol_roster
from region.registry.errors import (
    ActRefusedError,
    ChangedMeanwhileError,
    ClaimedError,
    ItemLockedError,
    NotAllowedError,
    NotClaimedError,
    NotReadyError,
    ReasonMissingError,
    SecondPersonError,
    UnknownRegistrationError,
)
from region.registry.locks import Lock
from region.registry.reading import find
from region.registry.reviewing import Said
from region.registry.status import Act, Role, Status
from region.venues import add_venue
from tests.support.region_app import Region
from tests.support.region_records import VENUE
from tests.support.registry import (
    FIRST,
    LEAD,
    PICTURE,
    SECOND,
    THIRD,
    YEAR,
    Registry,
    somebody,
)

UNCLEAR = Said("unclear", "第二页看不清")


def test_from_the_upload_to_the_regions_approval(registry: Registry) -> None:
    key = registry.venue_passed()
    assert registry.case(key).status is Status.VENUE_PASSED
    registry.review.claim(key, THIRD)
    registry.review.approve(key, THIRD, registry.revision(key))
    case = registry.case(key)
    assert (case.status, case.row.waiting_since, case.row.claimed_by) == (Status.APPROVED, None, "")
    steps = [event.act for event in case.events if event.before != event.after]
    assert steps == ["pass_at_venue", "approve"]
    assert registry.open_payments() == 1
    assert registry.case(key).status is Status.PAYMENT_DUE


def test_no_payment_is_opened_without_an_order(registry: Registry) -> None:
    """By whoever tries, and by whichever way a registration changes: somebody would have to pay and could not."""
    key = registry.venue_passed()
    registry.review.claim(key, THIRD)
    registry.review.approve(key, THIRD, registry.revision(key))
    before = registry.revision(key)
    with pytest.raises(NotAllowedError):
        registry.review.decide(key, Act.OPEN_PAYMENT, LEAD, before)
    for actor in (LEAD, Actor("batch 1", Role.SYSTEM)):
        with pytest.raises(NotAllowedError), changing(registry.store, key, actor) as change:
            change.move(Act.OPEN_PAYMENT)
    assert (registry.case(key).status, registry.revision(key)) == (Status.APPROVED, before)
    assert order_of(registry.store, key) is None
    assert registry.open_payments() == 1
    assert order_of(registry.store, key) is not None


def test_sent_back_twice_then_passed(registry: Registry) -> None:
    key = registry.submitted()
    for _round in range(2):
        registry.mark_all(key, FIRST, M04="return")
        with pytest.raises(NotReadyError, match="M04"):
            registry.review.pass_at_venue(key, FIRST, registry.revision(key))
        registry.review.send_back(key, FIRST, registry.revision(key))
        assert registry.states(key) == {"M02": "passed", "M04": "returned", "M05": "empty"}
        with pytest.raises(NotReadyError) as raised:
            registry.wardrobe.submit(key)
        assert raised.value.unchanged == ("M04",)
        with pytest.raises(ItemLockedError) as locked:
            registry.wardrobe.add(key, "M02", PICTURE)
        assert locked.value.lock is Lock.PASSED
        old = registry.case(key).item("M04").pictures[0].id  # type: ignore[union-attr]
        registry.wardrobe.remove(key, old)
        registry.wardrobe.add(key, "M04", PICTURE)
        registry.wardrobe.submit(key)
        assert registry.states(key)["M04"] == "waiting"
    registry.mark_all(key, FIRST)
    registry.review.pass_at_venue(key, FIRST, registry.revision(key))
    assert registry.case(key).status is Status.VENUE_PASSED


def test_two_reviewers_never_have_the_same_in_hand(registry: Registry, region: Region) -> None:
    key = registry.submitted()
    registry.review.claim(key, FIRST)
    with pytest.raises(ClaimedError) as raised:
        registry.review.claim(key, SECOND)
    assert raised.value.reviewer == FIRST.id
    with pytest.raises(ClaimedError):
        registry.review.mark(key, "M02", "pass", Said(), SECOND)
    region.clock.advance(minutes=16)
    registry.review.claim(key, SECOND)
    with pytest.raises(ClaimedError):
        registry.review.mark(key, "M02", "pass", Said(), FIRST)
    registry.review.release(key, FIRST)
    assert registry.case(key).row.claimed_by == SECOND.id, "one lets go of one's own only"


def test_a_decision_names_what_was_looked_at(registry: Registry) -> None:
    key = registry.submitted()
    registry.mark_all(key, FIRST)
    with pytest.raises(ChangedMeanwhileError):
        registry.review.pass_at_venue(key, FIRST, registry.revision(key) - 1)
    assert registry.case(key).status is Status.FILLING


def test_a_refusal_takes_two_people_and_the_region(registry: Registry) -> None:
    key = registry.submitted()
    registry.review.claim(key, FIRST)
    with pytest.raises(ReasonMissingError):
        registry.review.propose_refusal(key, FIRST, registry.revision(key), Said())
    registry.review.propose_refusal(key, FIRST, registry.revision(key), Said("not_eligible"))
    registry.review.claim(key, SECOND)
    with pytest.raises(SecondPersonError):
        registry.review.pass_at_venue(key, SECOND, registry.revision(key))
    with pytest.raises(NotAllowedError):
        registry.review.refuse(key, SECOND, registry.revision(key), Said("not_eligible"))
    registry.review.release(key, SECOND)
    registry.review.claim(key, LEAD)
    registry.review.refuse(key, LEAD, registry.revision(key), Said("not_eligible"))
    assert registry.case(key).status is Status.REFUSED


def test_who_proposed_a_refusal_cannot_decide_it(registry: Registry) -> None:
    key = registry.venue_passed()
    registry.review.claim(key, LEAD)
    registry.review.propose_refusal(key, LEAD, registry.revision(key), Said("not_eligible"))
    registry.review.claim(key, LEAD)
    with pytest.raises(SecondPersonError):
        registry.review.refuse(key, LEAD, registry.revision(key), Said("not_eligible"))
    with pytest.raises(SecondPersonError):
        registry.review.dismiss_refusal(key, LEAD, registry.revision(key), Said(text="不同意"))
    other = replace(LEAD, id="r-region-3")
    registry.review.release(key, LEAD)
    registry.review.claim(key, other)
    registry.review.dismiss_refusal(key, other, registry.revision(key), Said(text="材料符合"))
    assert registry.case(key).row.proposed_by == ""


def test_the_region_sends_back_to_the_venue_or_to_the_candidate(registry: Registry) -> None:
    to_venue, to_candidate = registry.venue_passed(0), registry.venue_passed(1)
    registry.review.claim(to_venue, THIRD)
    with pytest.raises(ReasonMissingError):
        registry.review.send_back(to_venue, THIRD, registry.revision(to_venue))
    registry.review.send_back(to_venue, THIRD, registry.revision(to_venue), Said(text="请核对原件"))
    case = registry.case(to_venue)
    assert case.status is Status.FILLING
    assert case.row.waiting_since is not None
    assert case.row.submitted_at is not None, "the candidate has nothing to do"
    registry.review.claim(to_candidate, THIRD)
    registry.review.mark(to_candidate, "M04", "return", UNCLEAR, THIRD)
    with pytest.raises(NotReadyError):
        registry.review.approve(to_candidate, THIRD, registry.revision(to_candidate))
    registry.review.send_back(to_candidate, THIRD, registry.revision(to_candidate))
    case = registry.case(to_candidate)
    assert case.row.waiting_since is None
    assert registry.states(to_candidate)["M04"] == "returned"


def test_nobody_acts_without_having_it_in_hand_or_out_of_place(registry: Registry) -> None:
    key = registry.submitted()
    with pytest.raises(NotClaimedError):
        registry.review.mark(key, "M02", "pass", Said(), FIRST)
    with pytest.raises(NotAllowedError):
        registry.review.claim(key, THIRD)
    stranger = Actor("r-x", Role.VENUE_REVIEW, "V-OTHER")
    with pytest.raises(UnknownRegistrationError):
        registry.review.claim(key, stranger)
    with pytest.raises(UnknownRegistrationError):
        registry.wardrobe.add(Key(YEAR, "nobody"), "M02", PICTURE)
    registry.review.claim(key, FIRST)
    with pytest.raises(UnknownRegistrationError):
        registry.review.mark(key, "M98", "pass", Said(), FIRST)


def test_an_error_leaves_everything_as_it_was(registry: Registry) -> None:
    key = registry.submitted()
    registry.mark_all(key, FIRST, M04="return")
    before = registry.revision(key)
    with pytest.raises(ActRefusedError):
        registry.review.pass_at_venue(key, FIRST, before)
    assert registry.revision(key) == before
    assert registry.states(key)["M02"] == "waiting"


def test_a_roster_may_come_any_number_of_times(registry: Registry, region: Region) -> None:
    people = [somebody(number) for number in range(5)]
    first = enrol_roster(registry.store, registry.box, YEAR, VENUE, people)
    again = enrol_roster(registry.store, registry.box, YEAR, VENUE, people)
    assert (first.new, again.new, again.same) == (5, 0, 5)
    moved = replace(people[0], fields={**people[0].fields, "employer": "另一家测试医院"})
    assert enrol_roster(registry.store, registry.box, YEAR, VENUE, [moved]).changed == 1
    (key,) = find(registry.store, reg_no=moved.reg_no)
    assert registry.case(key).person.fields["employer"] == "另一家测试医院"
    add_venue(region.store, "V-NEW", "另一考点", "another-key")
    assert enrol_roster(registry.store, registry.box, YEAR, "V-NEW", [moved]).changed == 1


def test_people_are_found_by_number_document_and_name(registry: Registry) -> None:
    person = somebody(3)
    key = registry.enrol(person)
    assert find(registry.store, id_no=person.fields["id_no"].lower()) == [key]
    assert key in find(registry.store, name=f" {person.fields['name']} ")
    assert find(registry.store, reg_no="nobody") == []
    assert find(registry.store, name="") == []
    assert find(registry.store, id_no=person.fields["id_no"], venue="V-OTHER") == []


def test_nothing_of_a_person_is_in_the_database_or_in_the_files_in_clear(registry: Registry, region: Region) -> None:
    person = somebody(7)
    key = registry.enrol(person)
    registry.wardrobe.add(key, "M02", PICTURE)
    kept = b"".join(path.read_bytes() for path in region.settings.home.rglob("*") if path.is_file())
    for field in ("name", "id_no", "mobile", "reg_no", "diploma_no"):
        assert person.fields[field].encode() not in kept, field
    assert PICTURE.content not in kept
    assert PICTURE.original not in kept


def test_a_sealed_picture_belongs_to_its_registration(registry: Registry) -> None:
    key, other = registry.enrol(somebody(0)), registry.enrol(somebody(1))
    registry.wardrobe.add(key, "M02", PICTURE)
    digest = registry.case(key).item("M02").pictures[0].object  # type: ignore[union-attr]
    assert registry.box.get(registry.store, digest, str(key)) == PICTURE.content
    with pytest.raises(DamagedHereError):
        registry.box.get(registry.store, digest, str(other))


def test_what_happened_cannot_be_changed_by_anybody(registry: Registry) -> None:
    registry.enrol(somebody())
    for statement in ("UPDATE registration_events SET act = 'x'", "DELETE FROM registration_events"):
        with pytest.raises(DatabaseError, match="append-only"), registry.store.write() as session:
            session.execute(text(statement))


def test_changes_are_counted_for_the_venue(registry: Registry) -> None:
    first, second = registry.enrol(somebody(0)), registry.enrol(somebody(1))
    registry.wardrobe.add(first, "M02", PICTURE)
    assert registry.case(second).row.change == 2
    assert registry.case(first).row.change == 3
