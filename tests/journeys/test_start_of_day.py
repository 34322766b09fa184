"""The start of the day and training: every device tested and written down, and made to go wrong on purpose."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from devices.training import DRILLS
from kiosk.checkup import examine
from tests.support.candidates import Crew
from tests.support.venue_rig import venue_rig
from tests.support.web_pages import Browser, Page

DEVICES = 13  # desk-1 and booth-1 have five, kiosk-1 two, kiosk-2 one


@pytest.fixture(scope="module")
def crew(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crew]:
    with venue_rig(tmp_path_factory.mktemp("venue"), demo=True, people=6) as rig:
        yield Crew.at(rig)


def eventually(question: Callable[[], bool], within_s: float = 60) -> bool:
    """Ask until the answer is yes or time is up."""
    until, pause = time.monotonic() + within_s, threading.Event()
    while not question():
        if time.monotonic() > until:
            return False
        pause.wait(0.05)
    return True


def round_of(crew: Crew) -> Page:
    """Press the button and wait until all devices are through."""
    crew.desk.press(crew.desk.get("/start-of-day/").form(action="/start-of-day/test"))
    assert eventually(lambda: not crew.rig.venue.checks.is_running)
    return crew.desk.get("/start-of-day/")


def test_one_press_tests_every_device_and_the_record_stays(crew: Crew) -> None:
    assert "have not been tested yet" in crew.desk.get("/start-of-day/").text
    crew.rig.control("desk-1", "printer", fault="no_paper")
    crew.rig.control("booth-1", "card", fault="silence")
    page = round_of(crew)
    assert "2 devices need somebody" in page.text
    assert "put a roll in and close it" in page.text
    assert "start the reader's own program again" in page.text
    by, checks = crew.rig.venue.checks.book.newest_round()
    assert (by, len(checks)) == ("lead", DEVICES)
    results = {(one.station, one.role): (one.result, one.code) for one in checks}
    assert results["desk-1", "printer"] == ("trouble", "no_paper")
    assert results["booth-1", "card"] == ("trouble", "not_responding")
    assert results["kiosk-1", "card"] == ("nothing", "no_card")
    assert results["desk-1", "camera"] == ("works", "")
    assert {one.driver for one in checks if one.role == "printer"} == {"printer.file"}
    crew.rig.control("desk-1", "printer")
    crew.rig.control("booth-1", "card")
    assert "All 13 devices work" in round_of(crew).text
    assert len(crew.rig.venue.checks.book.history()) == 2 * DEVICES, "yesterday's record is still there"


def test_one_device_tested_by_itself_is_written_down_and_is_no_round(crew: Crew) -> None:
    before = len(crew.rig.venue.checks.book.history())
    round_before = crew.rig.venue.checks.book.newest_round()
    crew.rig.control("desk-1", "printer", fault="low_paper")
    token = crew.desk.get("/devices/").form(action="/devices/test").value("csrf_token")
    page = crew.desk.send("/devices/test", {"csrf_token": token, "device": "desk-1:printer"})
    assert "the paper is nearly used up" in page.text
    newest = crew.rig.venue.checks.book.history()[0]
    assert (newest.station, newest.role, newest.result, newest.code) == ("desk-1", "printer", "works", "low_paper")
    assert len(crew.rig.venue.checks.book.history()) == before + 1
    assert crew.rig.venue.checks.book.newest_round() == round_before
    crew.rig.control("desk-1", "printer")


def test_the_doctor_says_the_same_and_is_written_down_too(crew: Crew) -> None:
    crew.rig.control("kiosk-1", "printer", fault="unplugged")
    findings = {finding.what: finding for finding in examine(crew.rig.venue)}
    assert not findings["kiosk-1 printer"].is_good
    assert findings["kiosk-1 printer"].words == "Not connected: check the cable"
    assert findings["desk-1 printer"].is_good
    assert findings["roster"].words.startswith("6 registrations")
    assert crew.rig.venue.checks.book.newest_round()[0] == "doctor"
    crew.rig.control("kiosk-1", "printer")


def test_only_leads_and_administrators_open_these_pages(crew: Crew) -> None:
    guide, admin = crew.rig.browser("desk-2", "guide"), crew.rig.browser("desk-2", "admin")
    for path in ("/start-of-day/", "/training/"):
        assert guide.get(path).status == 403
        assert admin.get(path).status == 200


def choose(browser: Browser, station: str, role: str, fault: str) -> Page:
    """Choose a fault on the training page."""
    token = browser.get("/training/").form(action="/training/fault").value("csrf_token")
    data = {"csrf_token": token, "station": station, "role": role, "fault": fault}
    return browser.send("/training/fault", data)


CASES = [(role, code) for (role, _driver), choices in DRILLS.items() for code in choices]


@pytest.mark.parametrize(("role", "code"), CASES)
def test_every_fault_can_be_chosen_is_shown_and_goes_away(crew: Crew, role: str, code: str) -> None:
    page = choose(crew.desk, "desk-1", role, code)
    assert page.path == "/training/"
    assert chosen(page, role) == code
    assert chosen(choose(crew.desk, "desk-1", role, "well"), role) == "well"


def chosen(page: Page, role: str) -> str:
    """What the page shows as chosen for a device of desk-1."""
    forms = [form for form in page.forms if form.action.endswith("/training/fault")]
    return next(
        form.value("fault") for form in forms if (form.value("station"), form.value("role")) == ("desk-1", role)
    )


def test_a_chosen_fault_strikes_the_device_while_the_venue_runs(crew: Crew) -> None:
    for role, code in (
        ("camera", "unplugged"),
        ("fingerprint", "silence"),
        ("card", "unplugged"),
        ("printer", "no_paper"),
    ):
        choose(crew.desk, "desk-1", role, code)
    checks = {one.role: one for one in crew.rig.venue.checks.run("lead") if one.station == "desk-1"}
    assert {role: checks[role].code for role in ("camera", "fingerprint", "card", "printer")} == {
        "camera": "not_connected",
        "fingerprint": "not_responding",
        "card": "not_connected",
        "printer": "no_paper",
    }
    crew.desk.press(crew.desk.get("/training/").form(action="/training/well"))
    checks = {one.role: one for one in crew.rig.venue.checks.run("lead") if one.station == "desk-1"}
    assert {one.result for one in checks.values()} <= {"works", "nothing"}


def test_a_card_laid_on_by_the_trainer_is_read_and_taken_away(crew: Crew) -> None:
    person = crew.newcomer()
    form = crew.desk.get("/training/?station=kiosk-1").form(action="/training/card")
    assert "Write the registration number" in crew.desk.press(form, person="没有这个人").text
    crew.desk.press(form, person=person.registration.reg_no)
    crew.kiosk.get("/kiosk/")
    answer = crew.kiosk.raw("POST", "/card/look", data={"csrf_token": crew.kiosk.token(), "then": "/kiosk/card"})
    assert answer.json() == {"go": "/kiosk/card"}
    assert person.registration.fields["name"] in crew.kiosk.get("/kiosk/card").text
    crew.desk.press(form, "act=lift")
    crew.kiosk.get("/kiosk/")
    answer = crew.kiosk.raw("POST", "/card/look", data={"csrf_token": crew.kiosk.token()})
    assert answer.status_code == 204


def test_every_page_says_that_this_is_training(crew: Crew) -> None:
    for browser, path in ((crew.desk, "/desk/"), (crew.kiosk, "/kiosk/"), (crew.desk, "/training/")):
        assert "Training and demo: all data is made up" in browser.get(path).text


def test_at_a_real_venue_there_is_no_training(tmp_path_factory: pytest.TempPathFactory) -> None:
    with venue_rig(tmp_path_factory.mktemp("real"), people=1) as rig:
        desk = rig.browser("desk-1", "lead")
        assert desk.get("/training/").status == 404
        assert "/training/" not in desk.get("/desk/").response.text
        token = desk.get("/devices/").form(action="/devices/test").value("csrf_token")
        data = {"csrf_token": token, "station": "desk-1", "role": "camera", "fault": "black"}
        assert desk.send("/training/fault", data).status == 404
        assert not (rig.home / "devices" / "desk-1.camera.json").exists()
