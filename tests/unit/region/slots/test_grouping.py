"""One appointment for a whole group: looked at first, then all who were named or nobody."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from region.registry.changing import Actor, Key
from region.registry.errors import UnknownRegistrationError
from region.registry.reviewing import Said
from region.registry.status import Role
from region.slots.errors import GroupRefusedError
from region.slots.group_pages import WHY
from region.slots.grouping import PROBLEMS, Groups
from tests.support.appointing import NINE, TEN, ZONE, booking, candidates, line, offered, slot_of, taken
from tests.support.region_app import OTHER_VENUE, Region
from tests.support.region_records import VENUE
from tests.support.registry import LEAD, THIRD, Registry, registry_of, somebody

AT_NINE = "2026-03-09 09:00-09:30"
HOSPITAL = "测试医院"
VENUE_LEAD = Actor("r-venue-2", Role.VENUE_LEAD, VENUE)
OTHER_VENUES_LEAD = Actor("r-other", Role.VENUE_LEAD, OTHER_VENUE)


@pytest.fixture
def registry(region: Region) -> Registry:
    return registry_of(region.store)


def groups(region: Region, actor: Actor = VENUE_LEAD) -> Groups:
    return Groups(region.store, registry_of(region.store).box, actor, ZONE)


def numbers(registry: Registry, keys: list[Key]) -> list[str]:
    return [registry.case(key).person.reg_no for key in keys]


def ids(keys: list[Key]) -> list[str]:
    return [key.id for key in keys]


def test_a_group_is_looked_at_booked_listed_and_cancelled(region: Region, registry: Registry) -> None:
    people = candidates(registry, 4)
    (nine,) = offered(region, line(NINE, 5, party=HOSPITAL))
    counts = [registry.case(key).row.change for key in people]
    looked = groups(region).look(nine, numbers(registry, people))
    assert [member.problem for member in looked] == [""] * 4
    assert taken(region, nine) == 0, "looking books nobody"
    assert groups(region).book(nine, ids(people)) == 4
    assert (taken(region, nine), {slot_of(region, key) for key in people}) == (4, {AT_NINE})
    assert all(registry.case(key).row.change > count for key, count in zip(people, counts, strict=True))
    assert registry.case(people[0]).events[-1].act == "slot_given"
    assert groups(region).book(nine, ids(people)) == 0, "sent twice it is one booking"
    assert [member.id for member in groups(region).members(nine)] == [
        key.id for key in sorted(people, key=lambda key: registry.case(key).person.reg_no)
    ]
    assert groups(region).cancel(nine, ids(people[:3])) == 3
    assert groups(region).cancel(nine, ids(people[:3])) == 0
    assert (taken(region, nine), slot_of(region, people[0]), slot_of(region, people[3])) == (1, "", AT_NINE)


def test_everybody_who_cannot_be_booked_is_named_with_the_reason(region: Region, registry: Registry) -> None:
    free, here, other, refused, late = candidates(registry, 5)
    elsewhere = registry.enrol(replace(somebody(9), slot=None), venue=OTHER_VENUE)
    level = registry.enrol(replace(somebody(10, exam_level="另一级别"), slot=None))
    own = registry.case(free).person.fields["exam_level"][:16]
    nine, ten = offered(region, line(NINE, 2, own, HOSPITAL), line(TEN, 9))
    booking(region).book(here, nine, VENUE_LEAD)
    booking(region).book(other, ten)
    refuse(registry, refused)
    named = [free, here, other, refused, elsewhere, level, late]
    looked = groups(region).look(nine, [*numbers(registry, named), numbers(registry, [free])[0], "R-NOBODY"])
    assert [member.problem for member in looked] == [
        "", "here", "other", "refused", "unknown", "level", "full", "twice", "unknown",
    ]  # fmt: skip
    assert looked[2].has == "2026-03-09 10:00-10:30"
    assert looked[4].name == "", "nothing is told of another venue's candidates"
    assert set(PROBLEMS) == set(WHY)


def refuse(registry: Registry, key: Key) -> None:
    registry.fill(key)
    registry.wardrobe.submit(key)
    registry.pass_at_venue(key)
    said = Said(text="不符合条件")
    registry.review.claim(key, THIRD)
    registry.review.propose_refusal(key, THIRD, registry.revision(key), said)
    registry.review.claim(key, LEAD)
    registry.review.refuse(key, LEAD, registry.revision(key), said)


def test_if_one_cannot_be_booked_any_more_nobody_is(region: Region, registry: Registry) -> None:
    people = candidates(registry, 3)
    nine, ten = offered(region, line(NINE, 3, party=HOSPITAL), line(TEN, 1))
    booking(region).book(people[1], ten)
    for given, why in ((ids(people), "other"), ([*ids(people[:1]), "nobody"], "unknown")):
        with pytest.raises(GroupRefusedError) as refused:
            groups(region).book(nine, given)
        assert refused.value.problem == why
    assert taken(region, nine) == 0
    assert slot_of(region, people[0]) == ""


def test_two_groups_at_once_never_take_a_place_too_many(region: Region, registry: Registry) -> None:
    people = candidates(registry, 6)
    (nine,) = offered(region, line(NINE, 4, party=HOSPITAL))

    def attempt(group: list[Key]) -> str:
        try:
            return str(groups(region).book(nine, ids(group)))
        except GroupRefusedError as error:
            return error.problem

    # Named in opposite orders, so that neither may wait for what the other has.
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(attempt, [people[:4], people[:1:-1]]))
    assert sorted(done) == ["4", "other"] or "full" in done
    assert taken(region, nine) == sum(slot_of(region, key) == AT_NINE for key in people) == 4


def test_whoever_waited_elsewhere_waits_no_longer_and_who_waits_here_moves_up(
    region: Region, registry: Registry
) -> None:
    first, second, third = candidates(registry, 3)
    nine, ten = offered(region, line(NINE, 1), line(TEN, 1))
    booking(region).book(first, ten)
    booking(region).wait(second, ten)
    assert groups(region).book(nine, [second.id]) == 1
    booking(region).cancel(first)
    assert (slot_of(region, second), taken(region, ten)) == (AT_NINE, 0)
    booking(region).wait(third, nine)
    assert groups(region).cancel(nine, [second.id]) == 1
    assert (slot_of(region, third), slot_of(region, second)) == (AT_NINE, "")


def test_another_venues_lead_finds_nothing_and_changes_nothing(region: Region, registry: Registry) -> None:
    people = candidates(registry, 1)
    (nine,) = offered(region, line(NINE, 3, party=HOSPITAL))
    theirs = groups(region, OTHER_VENUES_LEAD)
    for act in (
        lambda: theirs.look(nine, ["R1"]),
        lambda: theirs.book(nine, ids(people)),
        lambda: theirs.cancel(nine, ids(people)),
        lambda: theirs.members(nine),
        lambda: theirs.slot("nothing"),
    ):
        with pytest.raises(UnknownRegistrationError):
            act()
    assert theirs.slots(2027, VENUE) == []
    assert len(groups(region, LEAD).slots(2027, VENUE)) == 1, "the region's lead sees every venue"


def test_a_day_that_is_over_is_booked_no_more(region: Region, registry: Registry) -> None:
    people = candidates(registry, 1)
    (nine,) = offered(region, line(NINE, 3))
    region.clock.advance(days=30)
    assert groups(region).slots(2027, VENUE) == []
    assert groups(region).look(nine, numbers(registry, people))[0].problem == "past"
    with pytest.raises(GroupRefusedError, match="past"):
        groups(region).book(nine, ids(people))
