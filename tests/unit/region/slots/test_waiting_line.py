"""A place that becomes free goes to whoever waits longest, in the transaction that frees it, with a notice."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from region.notices.models import NoticeRow
from region.payment.scheduler import tick
from region.registry.changing import Actor, Key, changing
from region.registry.status import Role
from region.slots.errors import SlotFullError
from region.slots.importing import offer_slots, take_bookings
from region.slots.models import BookingRow
from region.slots.reading import BookedLine
from tests.support.appointing import TEN, booking, candidates, line, offered, slot_of, taken
from tests.support.region_app import OTHER_VENUE, Region
from tests.support.region_places import LargePlaces
from tests.support.region_records import VENUE
from tests.support.registry import YEAR, Registry, registry_of, somebody

AT_NINE = "2026-03-09 09:00-09:30"


@pytest.fixture
def registry(region: Region) -> Registry:
    return registry_of(region.store)


def told(region: Region, key: Key) -> list[str]:
    """The notices that somebody was queued."""
    query = select(NoticeRow.kind).where(NoticeRow.registration == key.id).order_by(NoticeRow.seq)
    with region.store.read() as session:
        return list(session.scalars(query))


def one_waits(region: Region, registry: Registry) -> tuple[Key, Key, str]:
    """One has the only place, another waits for it."""
    first, second = candidates(registry, 2)
    (nine,) = offered(region, line())
    booking(region).book(first, nine)
    booking(region).wait(second, nine)
    return first, second, nine


def test_a_place_freed_by_a_newer_roster_is_given_at_once(region: Region, registry: Registry) -> None:
    _first, second, nine = one_waits(region, registry)
    count = registry.case(second).row.change
    registry.enrol(replace(somebody(0), slot=None), venue=OTHER_VENUE)
    assert (slot_of(region, second), taken(region, nine)) == (AT_NINE, 1)
    assert told(region, second) == ["slot_given"]
    assert registry.case(second).row.change > count, "the venue hears of it"
    assert registry.case(second).events[-1].act == "slot_given"


def test_a_roster_that_brings_another_appointment_frees_the_old_one(region: Region, registry: Registry) -> None:
    _first, second, _nine = one_waits(region, registry)
    registry.enrol(replace(somebody(0), slot=TEN))
    assert slot_of(region, second) == AT_NINE


def test_whoever_moves_away_waits_no_longer(region: Region, registry: Registry) -> None:
    first, second, nine = one_waits(region, registry)
    registry.enrol(replace(somebody(1), slot=None), venue=OTHER_VENUE)
    booking(region).cancel(first)
    assert (slot_of(region, second), taken(region, nine)) == ("", 0)
    with region.store.read() as session:
        assert session.scalars(select(BookingRow)).all() == []


def test_what_frees_a_place_also_gives_it(region: Region, registry: Registry) -> None:
    """Not even a reader at this very moment sees it free: it is one transaction."""
    first, second, nine = one_waits(region, registry)
    booking(region).cancel(first)
    assert (slot_of(region, second), taken(region, nine), told(region, second)) == (AT_NINE, 1, ["slot_given"])
    events = registry.case(second).events
    assert events[-1].at == registry.case(first).events[-1].at


def test_a_larger_quota_is_given_to_those_who_wait(region: Region, registry: Registry) -> None:
    _first, second, nine = one_waits(region, registry)
    assert offer_slots(region.store, YEAR, VENUE, [line(quota=3)]).counts == {"changed": 1}
    assert (slot_of(region, second), taken(region, nine)) == (AT_NINE, 2)


def test_a_citys_booking_frees_ours(region: Region, registry: Registry) -> None:
    first, second, _nine = one_waits(region, registry)
    reg_no = registry.case(first).person.reg_no
    take_bookings(region.store, YEAR, VENUE, [BookedLine(2, reg_no, "", TEN)])
    assert slot_of(region, second) == AT_NINE


def test_on_the_day_itself_nobody_is_given_what_they_do_not_expect(region: Region, registry: Registry) -> None:
    first, second, _nine = one_waits(region, registry)
    region.clock.at = datetime(2026, 3, 9, 0, 30, tzinfo=UTC)
    booking(region).cancel(first, Actor("r-lead", Role.LEAD))
    tick(region.store)
    assert slot_of(region, second) == ""


def test_whoever_is_first_and_in_anothers_hands_is_given_it_by_the_next_tick(large_places: LargePlaces) -> None:
    """Waiting for a registration that somebody else holds could make two wait for each other."""
    region = large_places.new()
    registry = registry_of(region.store)
    first, second, nine = one_waits(region, registry)
    (third,) = [registry.enrol(replace(somebody(2), slot=None))]
    with changing(region.store, second, Actor("r-1", Role.REVIEW)):
        booking(region).cancel(first)
        assert slot_of(region, second) == ""
        with pytest.raises(SlotFullError):
            booking(region).book(third, nine)
    tick(region.store)
    assert (slot_of(region, second), taken(region, nine), told(region, second)) == (AT_NINE, 1, ["slot_given"])
