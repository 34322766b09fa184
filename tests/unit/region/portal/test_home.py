"""What else a candidate does from the first page: book an appointment, and pay."""

from dataclasses import replace
from datetime import date, time

from records.registration import Slot
from region.payment.batches import Plan, make_batch, run_due
from region.registry.reading import find
from region.slots.importing import offer_slots
from region.slots.reading import SlotLine
from tests.support.portal import PortalRegion, portal_over
from tests.support.region_app import Region
from tests.support.region_records import VENUE
from tests.support.registry import LEAD, THIRD, YEAR, rules, somebody

NINE = Slot(date(2026, 3, 9), time(9), time(9, 30))
OFFERS = "\n[booking]\noffered = true\n"


def test_an_appointment_is_booked_among_the_candidates_own_pages(region: Region) -> None:
    with portal_over(region, profile=rules().source + OFFERS) as portal:
        person = replace(somebody(0), slot=None)
        portal.registry.enrol(person)
        browser = portal.browser()
        browser.sign_in(person)
        assert "/portal/appointment/" in browser.get("/").text
        offer_slots(region.store, YEAR, VENUE, [SlotLine(2, NINE, 1, "", "")])
        page = browser.get("/appointment/").text
        slot = page.split('name="slot" value="')[1].split('"')[0]
        assert browser.post("/appointment/book", slot=slot).status_code == 303
        assert "2026-03-09 09:00-09:30" in browser.get("/").text
        assert browser.get("/appointment/slip").status_code == 200


def test_without_an_offer_only_those_who_have_an_appointment_are_led_to_it(portal: PortalRegion) -> None:
    assert "My appointment" in portal.signed_in().get("/").text, "there is a slip to print"
    portal.registry.enrol(replace(somebody(1), slot=None))
    browser = portal.browser()
    browser.sign_in(somebody(1))
    assert "/portal/appointment/" not in browser.get("/").text
    assert portal.browser().get("/appointment/").status_code == 303, "a stranger has to sign in"


def test_whoever_has_to_pay_is_led_to_the_payment(region: Region) -> None:
    region = replace(region, settings=replace(region.settings, payment_url="https://pay.example/order"))
    with portal_over(region) as portal:
        browser, registry = portal.signed_in(), portal.registry
        (key,) = find(region.store, reg_no=somebody(0).reg_no)
        registry.fill(key)
        registry.wardrobe.submit(key)
        assert "pay.example" not in browser.get("/").text
        registry.pass_at_venue(key)
        registry.review.claim(key, THIRD)
        registry.review.approve(key, THIRD, registry.revision(key))
        make_batch(region.store, LEAD, Plan(YEAR, "", "", region.clock()))
        assert run_due(region.store) == 1
        assert "https://pay.example/order?order=" in browser.get("/").text
