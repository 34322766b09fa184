"""A device dies in the middle of a visit: another station goes on, or lends its own. Nothing is lost either way."""

from collections.abc import Iterator

import pytest

from tests.support.candidates import Crew
from tests.support.venue_rig import venue_rig
from tests.support.web_pages import Browser, Page

NOT_CONNECTED = "The device is not connected."


@pytest.fixture(scope="module")
def crew(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crew]:
    with venue_rig(tmp_path_factory.mktemp("venue"), people=5) as rig:
        yield Crew.at(rig)


@pytest.fixture(scope="module")
def second_desk(crew: Crew) -> Browser:
    """A desk without any device of its own."""
    return crew.rig.browser("desk-2")


def borrow(browser: Browser, device: str) -> Page:
    token = browser.get("/devices/").form("device-act").value("csrf_token")
    return browser.send("/devices/borrow", {"csrf_token": token, "device": device})


def press(page: Page, browser: Browser, tries: int = 20) -> Page:
    """Press the finger, again while the reader is still coming back."""
    for _try in range(tries):
        page = browser.press(page.form("step-form"))
        if page.status == 200:
            return page
    raise AssertionError(page.text[:400])


def test_a_visit_is_handed_to_a_station_whose_reader_works(crew: Crew, second_desk: Browser) -> None:
    person = crew.newcomer().walk("fingerprint")
    person.press_finger()
    kept = [(entry.seq, entry.evidence) for entry in person.visit.entries]
    crew.rig.control("booth-1", "fingerprint", fault="unplugged")
    refused = crew.booth.press(person.come_to(crew.booth).form("step-form"))
    assert (refused.status, NOT_CONNECTED in refused.text) == (422, True)

    page = second_desk.get(f"{person.url}/overview")
    page = second_desk.press(page.form(action="/hand-over"), station="desk-1")
    assert f"Number {person.visit.ticket.number if person.visit.ticket else ''} goes on at desk-1" in page.text
    assert person.visit.ticket is not None
    assert person.visit.ticket.number in crew.desk.get("/desk/").text.replace(" ", "")
    assert f"{person.visit.ticket.number}desk-1" in crew.rig.browser("board-1").get("/board/calls").text.replace(
        " ", ""
    )

    press(person.at_desk(), crew.desk)
    entries = person.visit.entries
    assert [(entry.seq, entry.evidence) for entry in entries[: len(kept)]] == kept
    assert [entry.station for entry in entries[len(kept) :]] == ["desk-1"]
    crew.rig.control("booth-1", "fingerprint")


def test_a_place_that_cannot_do_the_step_is_not_offered_and_not_taken(crew: Crew, second_desk: Browser) -> None:
    person = crew.newcomer().walk("materials")
    page = second_desk.get(f"{person.url}/overview")
    assert 'value="booth-1"' not in page.response.text
    page = second_desk.press(page.form(action="/hand-over"), station="booth-1")
    assert "Choose where the candidate goes on." in page.text


def test_a_desk_without_a_reader_works_with_another_desks_until_it_gives_it_back(
    crew: Crew, second_desk: Browser
) -> None:
    person = crew.newcomer().walk("fingerprint")
    page = second_desk.press(second_desk.get(f"{person.url}/steps/fingerprint").form("step-form"))
    assert "This station has no such device." in page.text
    page = borrow(second_desk, "desk-1:fingerprint")
    assert "From now on this station works with the device of desk-1: Fingerprint reader." in page.text
    before = person.visit.last_seq
    press(second_desk.get(f"{person.url}/steps/fingerprint"), second_desk)
    assert person.visit.last_seq > before
    assert person.visit.entries[-1].station == "desk-2", "who captured, and where, is said as it was"
    assert "lent by desk-1" in second_desk.get("/devices/").text
    page = borrow(second_desk, ":fingerprint")
    assert "This station works with its own device again." in page.text
    assert "lent by desk-1" not in page.text


def test_what_is_lent_stays_lent_over_a_restart_and_what_is_not_there_is_not_lent(
    crew: Crew, second_desk: Browser
) -> None:
    assert "That device is not there any more." in borrow(second_desk, "desk-9:fingerprint").text
    assert "That device is not there any more." in borrow(second_desk, "board-1:camera").text
    borrow(second_desk, "desk-1:camera")
    crew.rig.stop()
    crew.rig.open()
    assert crew.rig.venue.lending.to("desk-2") == {"camera": "desk-1"}
    assert crew.rig.venue.lending.bench("desk-2").has("camera")
    assert crew.rig.venue.lending.bench("desk-1").has("fingerprint")
