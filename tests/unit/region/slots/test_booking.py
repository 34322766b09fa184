"""Appointments: the quota holds whoever comes at once, and what one gives back another gets."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from region.registry.changing import Actor, Key
from region.registry.status import Role
from region.registry.window_models import WindowRow
from region.slots.booking import Booking
from region.slots.errors import (
    BookingRefusedError,
    NotForYouError,
    NothingBookedError,
    NotOfferedError,
    SlotFullError,
    TooLateError,
)
from region.slots.importing import offer_slots, take_bookings
from region.slots.pages import WORDS
from region.slots.reading import BookedLine
from region.store import open_store
from rules.booking import BookingOptions
from tests.support.appointing import NINE, TEN, ZONE, booking, candidates, line, offered, slot_of, taken
from tests.support.region_app import OTHER_VENUE, Region
from tests.support.region_records import VENUE
from tests.support.registry import YEAR, Registry, registry_of, somebody

STAFF = Actor("r-lead", Role.LEAD)


@pytest.fixture
def registry(region: Region) -> Registry:
    return registry_of(region.store)


def test_what_is_booked_stands_in_the_registration_and_goes_down_to_the_venue(
    region: Region, registry: Registry
) -> None:
    (me,) = candidates(registry, 1)
    (nine,) = offered(region, line())
    since = region.get("/registrations?since=0").json["cursor"]
    booking(region).book(me, nine)
    assert slot_of(region, me) == "2026-03-09 09:00-09:30"
    told = region.get(f"/registrations?since={since}").json["registrations"]
    assert told[0]["slot"] == {"day": "2026-03-09", "from": "09:00", "to": "09:30"}
    assert [event.act for event in registry.case(me).events] == ["enrolled", "slot_booked"]
    booking(region).book(me, nine)
    assert taken(region, nine) == 1, "twice is once"


def test_nobody_gets_a_place_too_many_however_many_ask_at_once(region: Region, registry: Registry) -> None:
    people = candidates(registry, 12)
    nine, ten = offered(region, line(NINE, 3), line(TEN, 2))

    # Several stores stand for several processes: each has a write lock of its own.
    stores = [region.store, *(open_store(region.settings, region.clock) for _process in range(2))]
    options = BookingOptions(offered=True, waitlist=False)

    def attempt(turn: tuple[int, Key]) -> None:
        number, key = turn
        for slot in (nine, ten) if number % 2 else (ten, nine):
            with suppress(SlotFullError):
                Booking(stores[number % 3], options, ZONE).book(key, slot)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(attempt, enumerate(people)))
    for store in stores[1:]:
        store.close()
    held = [slot_of(region, key) for key in people]
    for slot, text, quota in ((nine, "2026-03-09 09:00-09:30", 3), (ten, "2026-03-09 10:00-10:30", 2)):
        assert held.count(text) == taken(region, slot) == quota


def test_moving_frees_the_old_place_for_whoever_waits_longest(region: Region, registry: Registry) -> None:
    first, second, third = candidates(registry, 3)
    nine, ten = offered(region, line(NINE, 1), line(TEN, 1))
    book = booking(region)
    book.book(first, nine)
    for waiting in (second, third):
        book.wait(waiting, nine)
        region.clock.advance(seconds=1)
    assert (book.held(second).place, book.held(third).place) == (1, 2)
    book.book(first, ten)
    assert slot_of(region, second) == "2026-03-09 09:00-09:30"
    assert slot_of(region, third) == ""
    assert book.held(third).place == 1
    book.cancel(second)
    assert slot_of(region, third) == "2026-03-09 09:00-09:30"
    assert (taken(region, nine), taken(region, ten)) == (1, 1)


def test_a_full_slot_is_said_and_waiting_is_the_profiles_to_allow(region: Region, registry: Registry) -> None:
    first, second = candidates(registry, 2)
    (nine,) = offered(region, line())
    booking(region).book(first, nine)
    with pytest.raises(SlotFullError):
        booking(region).book(second, nine)
    with pytest.raises(SlotFullError):
        booking(region, waitlist=False).wait(second, nine)
    assert booking(region).held(second).waits_for is None


def test_waiting_for_what_is_free_books_it(region: Region, registry: Registry) -> None:
    (me,) = candidates(registry, 1)
    (nine,) = offered(region, line())
    booking(region).wait(me, nine)
    assert slot_of(region, me) == "2026-03-09 09:00-09:30"


def test_after_the_deadline_nothing_moves(region: Region, registry: Registry) -> None:
    me, other = candidates(registry, 2)
    nine, ten = offered(region, line(NINE), line(TEN))
    book = booking(region, until_hours=24)
    book.book(me, nine)
    region.clock.at = datetime(2026, 3, 8, 1, 0, 1, tzinfo=UTC)  # nine in Shanghai, a day and a second less before
    for act in (lambda: book.cancel(me), lambda: book.book(me, ten), lambda: book.book(other, nine)):
        with pytest.raises(TooLateError):
            act()
    assert not book.held(me).may_change
    assert [offer.id for offer in book.offers(other)] == [ten]
    book.book(other, ten, STAFF)
    assert slot_of(region, other) == "2026-03-09 10:00-10:30"


def test_levels_groups_and_venues_are_kept_apart(region: Region, registry: Registry) -> None:
    (me,) = candidates(registry, 1)
    level = registry.case(me).person.fields["exam_level"][:16]
    mine, group = offered(region, line(NINE, 5, level), line(NINE, 5, party="测试医院规培基地"))
    (elsewhere,) = offered(region, line(NINE, 5), venue=OTHER_VENUE)
    (others, *_rest) = [slot for slot in offered(region, line(TEN, 5, "另一级别")) if slot not in (mine, group)]
    book = booking(region)
    assert [offer.id for offer in book.offers(me)] == [mine]
    for slot in (group, elsewhere, others, "nothing"):
        with pytest.raises(NotForYouError):
            book.book(me, slot)
    book.book(me, group, STAFF)
    assert slot_of(region, me) == "2026-03-09 09:00-09:30"


def test_where_nothing_is_offered_nothing_is_booked(region: Region, registry: Registry) -> None:
    (me,) = candidates(registry, 1)
    (nine,) = offered(region, line())
    with pytest.raises(NotOfferedError):
        booking(region, offered=False).book(me, nine)
    with pytest.raises(NothingBookedError):
        booking(region).cancel(me)


def test_a_quota_is_changed_and_never_below_what_is_taken(region: Region, registry: Registry) -> None:
    people = candidates(registry, 2)
    (nine,) = offered(region, line(quota=2))
    for key in people:
        booking(region).book(key, nine)
    done = offer_slots(region.store, YEAR, VENUE, [line(quota=1)])
    assert (done.counts, done.refused) == ({"refused": 1}, {2: "below_taken"})
    assert offer_slots(region.store, YEAR, VENUE, [line(quota=3)]).counts == {"changed": 1}
    assert offer_slots(region.store, YEAR, VENUE, [line(quota=3)]).counts == {"same": 1}


def test_a_citys_own_bookings_are_taken_over(region: Region, registry: Registry) -> None:
    me, other = candidates(registry, 2)
    (nine,) = offered(region, line())
    booking(region).book(me, nine)
    person, second = registry.case(me).person, registry.case(other).person
    lines = [
        BookedLine(2, person.reg_no, "", TEN),
        BookedLine(3, "", second.fields["id_no"], TEN),
        BookedLine(4, "R-NOBODY", "", TEN),
        BookedLine(5, person.reg_no, "", None, "no_day"),
    ]
    done = take_bookings(region.store, YEAR, VENUE, lines)
    assert (done.counts, done.refused) == ({"changed": 2, "refused": 2}, {4: "unknown", 5: "no_day"})
    assert slot_of(region, me) == slot_of(region, other) == "2026-03-09 10:00-10:30"
    assert taken(region, nine) == 0, "the place that was booked here is free again"
    assert take_bookings(region.store, YEAR, VENUE, lines[:2]).counts == {"same": 2}


def test_who_moves_to_another_venue_gives_the_place_back(region: Region, registry: Registry) -> None:
    (me,) = candidates(registry, 1)
    (nine,) = offered(region, line())
    booking(region).book(me, nine)
    registry.enrol(replace(somebody(employer="测试新单位"), slot=None))
    assert slot_of(region, me) == "2026-03-09 09:00-09:30", "a roster without appointments takes none away"
    registry.enrol(replace(somebody(), slot=None), venue=OTHER_VENUE)
    assert (slot_of(region, me), taken(region, nine)) == ("", 0)


def test_every_refusal_has_words(region: Region) -> None:
    codes = {kind.code for kind in BookingRefusedError.__subclasses__()} - {"group"}  # for leads, who see each one's
    assert codes == set(WORDS)


def test_candidates_book_within_the_days_of_the_on_site_review_and_staff_at_any_time(
    region: Region, registry: Registry
) -> None:
    key = registry.enrol(somebody(0))
    nine, ten = offered(region, line(NINE), line(TEN))
    opens = datetime.combine(TEN.day, TEN.starts, ZONE)
    with region.store.write() as session:
        window = {"opens_at": opens, "closes_at": opens.replace(day=20)}
        session.add(WindowRow(exam_year=YEAR, venue="", kind="on_site", **window))
    assert [offer.id for offer in booking(region).offers(key)] == [ten]
    with pytest.raises(NotForYouError):
        booking(region).book(key, nine)
    booking(region).book(key, nine, STAFF)
    assert {offer.id for offer in booking(region).offers(key)} == {nine, ten}, "what one has is shown"
