"""The reviewers' desks in the browser: by keyboard alone, by two at once, without scripts, and on a phone."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import time, timedelta

import pytest
from playwright.sync_api import expect

from records.registration import Slot
from region.registry.models import RegistrationRow
from region.registry.status import Status
from region.slots.importing import offer_slots
from region.slots.reading import SlotLine
from tests.support.browsing import EN, ZH
from tests.support.desk_windows import Desks, fits_a_phone, press, ready
from tests.support.desks import ADMIN, LEAD, PEOPLE, REVIEWER, VENUE_LEAD, VENUE_REVIEWER
from tests.support.region_records import VENUE
from tests.support.region_site import Site, region_site
from tests.support.registry import YEAR, somebody
from tests.support.screen_language import Speech
from tests.support.screen_rules import Looker, picture

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
LOCALES = pytest.mark.parametrize("locale", [ZH, EN])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A region of its own: nothing of the venue runs."""
    with region_site(tmp_path_factory.mktemp("review") / "home") as running:
        yield running


@pytest.fixture(scope="module")
def looker() -> Looker:
    """One for all tests, so that no screen is looked at twice."""
    people = {value for number in range(40) for value in somebody(number).fields.values()}
    return Looker(Speech({*people, *PEOPLE, "测试考点", "另一考点", "测试医院"}))


@pytest.fixture
def look(looker: Looker) -> Iterator[Looker]:
    looker.faults.clear()
    yield looker
    assert not looker.faults, "\n".join(looker.faults)


def time_runs_out(site: Site, url: str, left: timedelta = timedelta()) -> None:
    """Let whoever has a registration in hand have so much time left."""
    year, id_ = url.split("/desk/")[1].split("?", maxsplit=1)[0].split("/")
    with site.region.store.write() as session:
        session.get_one(RegistrationRow, (int(year), id_)).claimed_until = site.region.clock() + left


@LOCALES
def test_reviewed_by_keyboard_alone(locale: str, site: Site, desks: Desks, look: Looker) -> None:
    doubtful = replace(site.registry.picture, warnings=("page_sideways", "page_dark"))
    key = replace(site.registry, picture=doubtful).submitted({ZH: 0, EN: 1}[locale])
    desk = desks.open(VENUE_REVIEWER, locale)
    page = desk.page
    ready(page)
    look.at(desk, "review worklist")
    fits_a_phone(desk)
    press(page, "F2")
    assert page.url.endswith(str(key))
    look.at(desk, "review of a registration")
    fits_a_phone(desk)
    viewer = page.locator("[data-viewer]")
    for pressed in ("r", "+", "+"):
        page.keyboard.press(pressed)
    expect(viewer).to_have_attribute("data-turn", "90")
    expect(viewer).to_have_attribute("data-scale", "1.56")
    page.keyboard.press("0")
    expect(viewer).to_have_attribute("data-scale", "1.00")
    press(page, "ArrowRight")
    assert "picture=2" in page.url
    press(page, "a")
    assert "item=M04" in page.url
    page.keyboard.press("s")
    expect(page.locator("#field-mark-opinion")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    press(page, "a")
    page.keyboard.press("c")
    expect(page.locator("#field-act")).to_be_focused()
    page.keyboard.press("ArrowDown")
    press(page, "Enter")
    look.at(desk, "review conclusion refused")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    page.keyboard.press("ArrowUp")
    press(page, "Enter")
    assert site.registry.case(key).status is Status.VENUE_PASSED
    look.at(desk, "review worklist after a conclusion")


def test_single_keys_can_be_switched_off(site: Site, desks: Desks) -> None:
    key = site.registry.submitted(2)
    desk = desks.open(VENUE_REVIEWER)
    desk.open(f"/desk/{key}")
    ready(desk.page)
    picture(desk, "review")
    desk.page.locator(".keys summary").click()
    desk.page.locator("[data-keys-switch]").uncheck()
    desk.page.keyboard.press("r")
    expect(desk.page.locator("[data-viewer]")).not_to_have_attribute("data-turn", "90")
    desk.page.reload()
    ready(desk.page)
    expect(desk.page.locator("[data-keys-switch]")).not_to_be_checked()
    desk.page.evaluate("localStorage.clear()")


def test_two_at_once_never_have_the_same_in_hand(site: Site, desks: Desks, look: Looker) -> None:
    site.registry.submitted(3)
    site.registry.submitted(4)
    one, two = desks.open(VENUE_REVIEWER), desks.open(VENUE_LEAD)
    for desk in (one, two):
        ready(desk.page)
        press(desk.page, "F2")
    assert one.page.url != two.page.url
    mine = one.page.url
    two.page.goto(mine)
    expect(two.page.locator(".work__head")).to_contain_text(VENUE_REVIEWER)
    look.at(two, "review of what another has in hand")
    for desk in (one, two):
        desk.page.goto(mine)
    time_runs_out(site, mine)
    ready(two.page)
    two.page.reload()
    ready(two.page)
    press(two.page, "F4")
    ready(one.page)
    one.page.locator("#field-mark-text").fill("这句话不能丢")
    one.page.locator("button[value=return]").click()
    expect(one.page.locator(".error-summary")).to_contain_text(VENUE_LEAD)
    look.at(one, "review lost to another")
    expect(one.page.locator("body")).to_contain_text("这句话不能丢")


def test_what_is_written_is_kept_by_itself_and_the_time_is_extended(site: Site, desks: Desks, look: Looker) -> None:
    key = site.registry.submitted(5)
    desk = desks.open(VENUE_REVIEWER)
    desk.open(f"/desk/{key}")
    ready(desk.page)
    press(desk.page, "F4")
    page = desk.page
    page.locator("#field-note").fill("已电话联系考生")
    expect(page.locator("form[data-kept=yes]")).to_have_count(1)
    time_runs_out(site, page.url, timedelta(seconds=100))
    page.reload()
    ready(page)
    expect(page.locator("[data-claim-warning]")).to_be_visible()
    look.at(desk, "review nearly out of time")
    before = page.locator("[data-claim-until]").get_attribute("data-claim-until") or ""
    page.keyboard.press("e")
    expect(page.locator("[data-claim-warning]")).to_be_hidden()
    expect(page.locator("[data-claim-until]")).not_to_have_attribute("data-claim-until", before)
    page.reload()
    expect(page.locator("#field-note")).to_have_value("已电话联系考生")


def test_without_scripts_a_review_goes_from_the_list_to_its_end(site: Site, desks: Desks) -> None:
    key = site.registry.submitted(6)
    page = desks.open(VENUE_REVIEWER, scripts=False).page
    page.goto(f"{site.url}/desk/{key}")
    page.locator(".work__head button", has_text="受理").click()
    for _item in range(2):
        expect(page.locator(".viewer__picture")).to_be_visible()
        page.locator("button[value=pass]").click()
    page.locator('.choice__target:has(input[value="pass_at_venue"])').click()
    page.locator(".work__conclusion .button--primary").click()
    assert site.registry.case(key).status is Status.VENUE_PASSED


@LOCALES
def test_the_other_screens_of_the_review(locale: str, site: Site, desks: Desks, look: Looker) -> None:
    number = {ZH: 7, EN: 8}[locale]
    key = site.registry.venue_passed(number)
    office = desks.open(REVIEWER, locale)
    office.open("/desk/")
    look.at(office, "region desk")
    office.page.locator("#field-text").fill("nobody")
    office.page.locator("form[role=search] button").click()
    look.at(office, "region desk nobody found")
    office.open(f"/corrections/new/{key}")
    look.at(office, "correction form")
    office.page.locator("main .button--primary").click()
    look.at(office, "correction form refused")
    office.page.locator("#field-field").select_option("mobile")
    office.page.locator("#field-new").fill("10000000099")
    office.page.locator("main .button--primary").click()
    office.page.wait_for_url(f"**/desk/{key}")
    look.at(office, "registration with a correction")
    lead = desks.open(LEAD, locale)
    lead.open("/corrections/")
    look.at(lead, "corrections")
    fits_a_phone(lead)
    lead.page.locator("table a").first.click()
    look.at(lead, "correction")
    lead.page.locator("button[value=accept]").click()
    lead.page.wait_for_url("**/corrections/")
    look.at(lead, "corrections decided")


@LOCALES
def test_a_group_is_booked(locale: str, site: Site, desks: Desks, look: Looker) -> None:
    people = [site.registry.enrol(replace(somebody(number + {ZH: 20, EN: 24}[locale]), slot=None)) for number in (0, 1)]
    day = (site.region.clock() + timedelta(days=9)).date()
    slot = Slot(day, time(9), time({ZH: 10, EN: 11}[locale]))
    offer_slots(site.region.store, YEAR, VENUE, [SlotLine(2, slot, 30, "", "测试医院")])
    lead = desks.open(VENUE_LEAD, locale)
    lead.open("/appointments/")
    look.at(lead, "group bookings")
    fits_a_phone(lead)
    lead.page.locator("table a").last.click()
    look.at(lead, "group booking")
    numbers = [site.registry.case(key).person.reg_no for key in people]
    lead.page.locator("#field-text").fill("\n".join([*numbers, "X-0"]))
    lead.page.locator("form[action$=look] .button--primary").click()
    look.at(lead, "group looked at")
    fits_a_phone(lead)
    lead.page.locator("form[action$=book] .button--primary").click()
    expect(lead.page.locator("form[action$=cancel] .tick")).to_have_count(2)
    look.at(lead, "group booked")
    lead.page.locator("form[action$=cancel] .tick").first.click()
    lead.page.locator("form[action$=cancel] .button--danger").click()
    expect(lead.page.locator("form[action$=cancel] .tick")).to_have_count(1)


@LOCALES
def test_payment_and_what_comes_after(locale: str, site: Site, desks: Desks, look: Looker) -> None:
    key = site.registry.venue_passed({ZH: 9, EN: 10}[locale])
    lead = desks.open(LEAD, locale)
    for path, name in (("/payment/", "payment"), ("/results/", "results")):
        lead.open(path)
        look.at(lead, name)
        fits_a_phone(lead)
    lead.open("/payment/")
    lead.page.locator("#field-opens_at").fill("2027-05-27T09:00")
    lead.page.locator("main .button--primary").click()
    look.at(lead, "payment to be confirmed")
    lead.page.locator("main .button--primary").click()
    look.at(lead, "payment planned")
    admin = desks.open(ADMIN, locale)
    admin.open("/results/")
    reg_no = site.registry.case(key).person.reg_no
    content = f"报名号,状态\n{reg_no},备考\nX-0,通过\n".encode()
    admin.page.locator("input[type=file]").set_input_files(
        {"name": "list.csv", "mimeType": "text/csv", "buffer": content}
    )
    admin.page.locator("main .button--primary").click()
    look.at(admin, "results previewed")
    admin.open("/desk/")
    look.at(admin, "not for this account")
