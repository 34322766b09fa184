"""The dashboard: figures only, for leads and administrators, right and complete."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta
from typing import TypeVar

import pytest

from records.registration import Slot
from region.figures import board
from region.figures.board import Stage
from region.figures.contacts import Contacts
from region.figures.days import Kind
from region.registry.reviewing import Said
from region.venues import add_venue
from tests.support.desks import ADMIN, LEAD, REVIEWER, VENUE_LEAD, Desk
from tests.support.region_app import OTHER_VENUE, Region, open_region
from tests.support.region_records import VENUE, sealed
from tests.support.registry import FIRST, YEAR, Registry, somebody

T = TypeVar("T")
TODAY = date(2026, 3, 2)


def asked(region: Region, question: Callable[..., T], *about: object) -> T:
    """What the database says."""
    with region.store.read() as session:
        return question(session, *about)


def fill(region: Region, registry: Registry) -> None:
    """One registration at most stages, and one with an appointment and a record of today."""
    registry.venue_passed(0)
    registry.submitted(1)
    back = registry.submitted(2)
    registry.mark_all(back, FIRST, M04="return")
    registry.review.send_back(back, FIRST, registry.revision(back), Said("unclear"))
    registry.fill(registry.enrol(somebody(3)))
    for number in (4, 5):
        registry.enrol(somebody(number), OTHER_VENUE)
    came = somebody(6)
    slot = Slot(TODAY, time(9), time(9, 30))
    registry.enrol(type(came)(came.reg_no, came.fields, slot))
    record, files = sealed(came.reg_no)
    region.deliver(record, files)


def test_every_registration_stands_in_exactly_one_place(region: Region, registry: Registry) -> None:
    fill(region, registry)
    found = asked(region, board.progress_of, YEAR)
    here = {Stage.AT_REGION: 1, Stage.AT_VENUE: 1, Stage.RETURNED: 1, Stage.UPLOADED: 1, Stage.NOTHING: 1}
    assert {stage: number for stage, number in found[VENUE].items() if number} == here
    assert {stage: number for stage, number in found[OTHER_VENUE].items() if number} == {Stage.NOTHING: 2}
    assert asked(region, board.progress_of, YEAR, [OTHER_VENUE]) == {OTHER_VENUE: found[OTHER_VENUE]}
    together = asked(region, board.progress_together, YEAR)
    assert {stage: number for stage, number in together.items() if number} == {**here, Stage.NOTHING: 3}


def test_what_fell_on_a_day_is_known_for_each_venue(region: Region, registry: Registry) -> None:
    fill(region, registry)
    day = region.store.now().astimezone(region.settings.zone).date()
    assert day == TODAY
    came = {Kind.EXPECTED: 1, Kind.ARRIVED: 1, Kind.FINISHED: 1, Kind.PHOTO: 1, Kind.FINGERPRINT: 1}
    found = asked(region, board.on_site, YEAR, day, [VENUE, OTHER_VENUE])
    assert found.keys() == {VENUE, OTHER_VENUE}
    assert {kind: number for kind, number in found[VENUE].today.items() if number} == came
    assert found[VENUE].ever == {**came, Kind.EXPECTED: 5}, "the others have appointments of other days"
    assert set(found[OTHER_VENUE].today.values()) == {0}
    happened = asked(region, board.over_days, YEAR, day, 14)
    assert (happened[day, Kind.SUBMITTED], happened[day, Kind.PASSED], happened[day, Kind.RETURNED]) == (3, 1, 1)
    assert not asked(region, board.over_days, YEAR, day, 14, OTHER_VENUE)
    assert not asked(region, board.over_days, YEAR, day - timedelta(days=1), 14)


def test_the_longest_wait_is_known(region: Region, registry: Registry) -> None:
    first = region.store.now()
    registry.submitted(0)
    region.clock.advance(hours=3)
    registry.venue_passed(1)
    region.clock.advance(hours=3)
    registry.submitted(2)
    at_venue, at_region = asked(region, board.oldest_of, YEAR, [VENUE, OTHER_VENUE])[VENUE]
    assert (at_venue, at_region) == (first, first + timedelta(hours=3))
    assert asked(region, board.oldest_in_region, YEAR) == (at_venue, at_region)
    assert asked(region, board.oldest_of, YEAR, [OTHER_VENUE]) == {OTHER_VENUE: (None, None)}


def test_a_venue_is_heard_from_whatever_it_asks(region: Region, registry: Registry) -> None:
    contacts = Contacts(region.store)
    contacts.install(region.app)
    assert region.get("/verdicts", key="nobody's").status_code == 401
    assert contacts.last() == {}
    region.get("/verdicts")
    heard = region.store.now()
    assert contacts.last() == {VENUE: heard}
    contacts.write_down()
    contacts.write_down()
    assert Contacts(region.store).last() == {VENUE: heard}
    region.clock.advance(hours=1)
    region.get("/verdicts")
    assert contacts.last() == {VENUE: region.store.now()}


def test_the_page_shows_the_figures_and_nobodys_name(embedded: Region, embedded_registry: Registry) -> None:
    fill(embedded, embedded_registry)
    for who in (LEAD, ADMIN):
        page = Desk(embedded, who).get(f"/figures/?year={YEAR}")
        assert page.status_code == 200
        assert 'data-faces="1"' in page.text
        for number in range(7):
            assert somebody(number).fields["name"] not in page.text
            assert somebody(number).reg_no not in page.text


@pytest.mark.parametrize("who", [REVIEWER, VENUE_LEAD])
def test_nobody_else_sees_them(embedded: Region, embedded_registry: Registry, who: str) -> None:
    desk = Desk(embedded, who)
    assert desk.get("/figures/").status_code == 403
    assert desk.get("/exports/").status_code == 403


def test_many_venues_are_shown_page_by_page(embedded: Region, embedded_registry: Registry) -> None:
    for number in range(25):
        add_venue(embedded.store, f"W{number:02}", f"考点{number:02}", f"key {number}")
    desk = Desk(embedded, LEAD)
    first, second = (desk.get(f"/figures/?page={page}").text for page in (1, 2))
    assert ("考点00" in first, "考点00" in second) == (True, False)
    assert ("考点24" in first, "考点24" in second) == (False, True)
    assert desk.get("/figures/?page=99").status_code == desk.get("/figures/?year=x&page=x").status_code == 200


def test_what_the_law_asks_for_is_said_when_it_is_due(embedded: Region, embedded_registry: Registry) -> None:
    fill(embedded, embedded_registry)
    said = {}
    for limit in (100_000, 1):
        again = open_region(replace(embedded.settings, faces_limit=limit), embedded.clock)
        said[limit] = Desk(again, LEAD).get("/figures/").text
        again.store.close()
    assert "of 100,000" in said[100_000]
    assert "Nothing to do" in said[100_000]
    assert "within 30 working days" not in said[100_000]
    assert "To be filed" in said[1]
    assert "within 30 working days" in said[1]
