"""The candidate's pages of appointments, inside a small app that stands for the portal."""

from dataclasses import replace
from datetime import date, time

import pytest
from flask import abort
from flask.testing import FlaskClient

from records.registration import Slot
from region.closing import close_venue
from region.registry.changing import Key
from region.registry.models import ProfileRow
from region.slots.importing import offer_slots
from region.slots.models import SlotRow
from region.slots.reading import SlotLine
from region.venues import Card, edit_venue
from tests.support.appointments import portal_app
from tests.support.region_app import CSRF, Region
from tests.support.region_records import VENUE
from tests.support.registry import PROFILE, YEAR, Registry, registry_of, somebody

NINE = Slot(date(2026, 3, 9), time(9), time(9, 30))
TEN = Slot(date(2026, 3, 9), time(10), time(10, 30))


def portal(region: Region, key: Key | None) -> FlaskClient:
    """A browser on an app in which this candidate is signed in."""

    def signed_in() -> Key:
        return key or abort(401)

    browser = portal_app(region.store, region.settings, signed_in).test_client()
    browser.set_cookie(f"kaodian_region_ui_{region.settings.port}", "locale:en")
    return browser


@pytest.fixture
def registry(region: Region) -> Registry:
    source = 'version = "t"\n' + PROFILE.format(lock="on_submit") + "[booking]\noffered = true\n"
    at = region.clock()
    row = ProfileRow(digest="b" * 64, name="t", version="t", source=source, made_at=at, made_by="x", published_at=at)
    with region.store.write() as session:
        session.add(row)
    offer_slots(region.store, YEAR, VENUE, [SlotLine(2, NINE, 1, "", ""), SlotLine(3, TEN, 1, "", "")])
    return registry_of(region.store)


def ids(region: Region) -> list[str]:
    with region.store.read() as session:
        return [row.id for row in session.query(SlotRow).order_by(SlotRow.starts)]


def send(browser: FlaskClient, act: str, **fields: str) -> str:
    token = CSRF.search(browser.get("/appointment/").text)
    assert token is not None
    return browser.post(f"/appointment/{act}", data={"csrf_token": token[1], **fields}, follow_redirects=True).text


def test_booking_moving_and_giving_back(region: Region, registry: Registry) -> None:
    me = registry.enrol(replace(somebody(), slot=None))
    browser, (nine, ten) = portal(region, me), ids(region)
    assert "You have no appointment yet" in browser.get("/appointment/").text
    page = send(browser, "book", slot=nine)
    assert "Booked." in page
    assert "09:00–09:30" in page
    assert "10:00" in send(browser, "book", slot=ten)
    assert "Given back." in send(browser, "cancel")
    assert "You have no appointment yet" in browser.get("/appointment/").text


def test_what_is_gone_meanwhile_is_said_and_can_be_waited_for(region: Region, registry: Registry) -> None:
    me, other = (registry.enrol(replace(somebody(number), slot=None)) for number in range(2))
    nine, _ten = ids(region)
    send(portal(region, other), "book", slot=nine)
    browser = portal(region, me)
    page = send(browser, "book", slot=nine)
    assert "The last place was taken a moment ago" in page
    assert "number 1 in the line" in send(browser, "wait", slot=nine)
    send(portal(region, other), "cancel")
    assert "09:00–09:30" in browser.get("/appointment/slip").text


def test_the_slip_says_when_where_and_what_to_bring(region: Region, registry: Registry) -> None:
    me = registry.enrol(replace(somebody(), slot=TEN))
    person, page = registry.case(me).person, portal(region, me).get("/appointment/slip").text
    for words in (person.reg_no, person.fields["name"], "测试考点", "10:00–10:30"):
        assert words in page
    assert person.fields["id_no"] not in page
    assert "<li>" in page


def test_without_an_appointment_there_is_no_slip(region: Region, registry: Registry) -> None:
    me = registry.enrol(replace(somebody(), slot=None))
    assert portal(region, me).get("/appointment/slip").status_code == 303


@pytest.mark.parametrize("slot", ["", "nothing", "../keys"])
def test_no_such_appointment_is_said(region: Region, registry: Registry, slot: str) -> None:
    me = registry.enrol(replace(somebody(), slot=None))
    assert "This appointment is not for you" in send(portal(region, me), "book", slot=slot)


def test_nobody_signed_in_sees_nothing(region: Region, registry: Registry) -> None:
    browser = portal(region, None)
    for path in ("/appointment/", "/appointment/slip"):
        assert browser.get(path).status_code == 401


def test_the_slip_says_where_the_venue_is(region: Region, registry: Registry) -> None:
    edit_venue(region.store, VENUE, Card("测试考点", "某市某路 1 号", "东门进\n二楼"))
    key = registry.enrol(replace(somebody(), slot=NINE))
    page = portal(region, key).get("/appointment/slip").text
    assert "某市某路 1 号" in page
    assert "东门进\n二楼" in page


def test_at_a_closed_venue_nothing_is_offered_and_nothing_booked(region: Region, registry: Registry) -> None:
    browser = portal(region, registry.enrol(replace(somebody(), slot=None)))
    page = browser.get("/appointment/").text
    first, _second = ids(region)
    assert first in page
    close_venue(region.store, VENUE, "water damage")
    assert first not in browser.get("/appointment/").text
    token = CSRF.search(page)
    assert token
    refused = browser.post("/appointment/book", data={"csrf_token": token[1], "slot": first})
    assert (refused.status_code, "No appointments can be booked here" in refused.text) == (409, True)
