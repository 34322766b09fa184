"""Tickets, receipts and lists on paper: once by themselves, again when staff say so, and never in silence."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest
from PIL import Image

from tests.support.candidates import Candidate, Crew
from tests.support.venue_rig import venue_rig
from tests.support.web_pages import Browser


@pytest.fixture(scope="module")
def crew(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crew]:
    with venue_rig(tmp_path_factory.mktemp("venue")) as rig:
        yield Crew.at(rig)


def ask(browser: Browser, person: Candidate, kind: str, **fields: str):  # type: ignore[no-untyped-def]
    """Ask for a sheet as the page's script does."""
    data = {"csrf_token": browser.token(), **fields}
    return browser.raw("POST", f"{person.url}/print/{kind}", data=data, headers={"X-Fragment": "yes"})


def states(person: Candidate) -> list[tuple[str, str, int]]:
    """What the log says of this visit, oldest first."""
    lines = [one for one in person.rig.venue.prints.newest() if one.visit == person.visit.id]
    return [(one.kind, one.state, one.copy) for one in reversed(lines)]


def test_the_ticket_comes_out_once_however_often_the_page_is_opened(crew: Crew) -> None:
    person = crew.newcomer()
    before = len(crew.rig.printed("kiosk-1"))
    page = person.arrive()
    assert "data-print-now" in page.response.text
    assert "Printed. Please take it." in ask(crew.kiosk, person, "ticket").text
    crew.kiosk.get("/kiosk/ticket")
    assert "was printed before" in ask(crew.kiosk, person, "ticket").text
    slips = crew.rig.printed("kiosk-1")[before:]
    assert len(slips) == 1
    strip = np.asarray(Image.open(slips[0]).convert("L"))
    ticket = person.visit.ticket
    assert ticket is not None
    assert cv2.QRCodeDetector().detectAndDecode(strip)[0] == ticket.number
    assert states(person) == [("ticket", "printed", 1)]


def test_three_requests_at_once_print_one_sheet(crew: Crew) -> None:
    person = crew.newcomer()
    person.arrive()
    before = len(crew.rig.printed("kiosk-1"))
    with ThreadPoolExecutor(3) as clicks:
        answers = list(clicks.map(lambda _n: ask(crew.kiosk, person, "ticket").text, range(3)))
    assert len(crew.rig.printed("kiosk-1")) == before + 1
    assert sum("Please take it" in answer for answer in answers) == 1


def test_a_candidate_gets_no_second_copy_and_staff_do_each_number_once(crew: Crew) -> None:
    person = crew.newcomer()
    person.arrive()
    ask(crew.kiosk, person, "ticket")
    assert "was printed before" in ask(crew.kiosk, person, "ticket", copy="2").text
    before = len(crew.rig.printed("desk-1"))
    form = crew.desk.get(f"{person.url}/overview").form(action="/print/ticket")
    assert form.value("copy") == "2"
    for _press in range(2):  # the second one is the Back button, or an impatient finger
        crew.desk.press(form)
    assert len(crew.rig.printed("desk-1")) == before + 1
    assert states(person) == [("ticket", "printed", 1), ("ticket", "printed", 2)]
    assert crew.desk.get(f"{person.url}/overview").form(action="/print/ticket").value("copy") == "3"


def test_at_the_desk_the_ticket_comes_with_letting_in_and_trouble_is_said_beside_it(crew: Crew) -> None:
    for fault, words, printed in ((None, "Ticket ", 1), ("no_paper", "has no paper", 0)):
        person, before = crew.newcomer(), len(crew.rig.printed("desk-1"))
        crew.rig.control("desk-1", "printer", fault=fault)
        page = crew.desk.press(crew.desk.get("/arrivals/").form(action="/arrivals/"), text=person.registration.reg_no)
        page = crew.desk.press(page.form(action="/arrivals/admit"))
        assert page.path == f"{person.url}/overview"
        assert words in page.text
        assert len(crew.rig.printed("desk-1")) == before + printed
    crew.rig.control("desk-1", "printer")


@pytest.mark.parametrize(
    ("fault", "words"),
    [("no_paper", "has no paper"), ("unplugged", "does not answer"), ("silence", "does not answer")],
)
def test_a_printer_in_trouble_stops_nobody_and_prints_when_it_is_asked_again(
    crew: Crew, fault: str, words: str
) -> None:
    person = crew.newcomer()
    person.arrive()
    crew.rig.control("kiosk-1", "printer", fault=fault)
    answer = ask(crew.kiosk, person, "ticket").text
    assert words in answer
    assert "<button" in answer, "there is a way to try again"
    assert states(person) == [("ticket", "failed", 1)]
    assert crew.kiosk.get("/kiosk/ticket").status == 200
    person.confirm()
    crew.rig.control("kiosk-1", "printer")
    assert "Please take it" in ask(crew.kiosk, person, "ticket").text
    assert states(person) == [("ticket", "printed", 1)]


def test_paper_that_is_nearly_used_up_is_told_with_the_print_and_to_staff(crew: Crew) -> None:
    person = crew.newcomer()
    person.arrive()
    crew.rig.control("kiosk-1", "printer", fault="low_paper")
    assert "nearly used up" in ask(crew.kiosk, person, "ticket").text
    assert "badge--attention" in crew.desk.get("/devices/").response.text
    crew.rig.control("kiosk-1", "printer")


def test_a_print_that_a_power_cut_ended_is_not_repeated_by_itself(crew: Crew) -> None:
    person = crew.newcomer()
    person.arrive()
    ask(crew.kiosk, person, "ticket")
    with crew.rig.venue.database.writing() as session:
        session.connection().exec_driver_sql(
            "UPDATE prints SET state = 'started', ended_at = NULL WHERE visit_id = ?", (person.visit.id,)
        )
    crew.rig.clock.forward(minutes=3)
    before = len(crew.rig.printed("kiosk-1"))
    assert "power went off" in ask(crew.kiosk, person, "ticket").text
    assert len(crew.rig.printed("kiosk-1")) == before
    crew.rig.clock.forward(minutes=-3)


def test_the_receipt_comes_at_the_end_and_the_list_while_something_is_missing(crew: Crew) -> None:
    person = crew.newcomer().walk()
    page = crew.booth.get(f"{person.url}/done")
    assert f"{person.url}/print/receipt" in page.response.text
    assert "Please take it" in ask(crew.booth, person, "receipt").text
    assert "was printed before" in ask(crew.booth, person, "receipt").text
    assert "Please take it" in ask(crew.desk, person, "slip", copy="1").text
    assert [state[:2] for state in states(person)] == [("receipt", "printed"), ("slip", "printed")]


def test_the_log_names_kind_place_and_person_and_no_candidate(crew: Crew) -> None:
    person = crew.newcomer()
    person.arrive()
    ask(crew.kiosk, person, "ticket")
    crew.desk.get(f"{person.url}/ticket.pdf")
    page = crew.desk.get("/prints")
    assert "kiosk-1" in page.text
    assert "Through the browser" in page.text
    assert person.registration.fields["name"] not in page.text
    assert person.registration.reg_no not in page.text
    with crew.rig.venue.database.reading() as session:
        columns = session.connection().exec_driver_sql("SELECT * FROM prints").fetchall()
    assert person.registration.fields["name"] not in str(columns)
    assert person.registration.fields["id_no"] not in str(columns)


def test_a_name_that_the_font_cannot_draw_is_said_and_not_printed_with_a_hole(crew: Crew) -> None:
    person = crew.newcomer()
    person.arrive()
    with crew.rig.venue.database.writing() as session:
        session.connection().exec_driver_sql(
            "UPDATE registrations SET fields = replace(fields, ?, ?) WHERE reg_no = ?",
            (person.registration.fields["name"], "欧阳\ue863", person.registration.reg_no),
        )
    page = crew.desk.get(f"{person.url}/receipt.pdf")
    assert page.status == 422
    assert "U+E863" in page.text
    assert "by hand" in page.text
    before = len(crew.rig.printed("desk-1"))
    assert "by hand" in ask(crew.desk, person, "receipt").text
    assert len(crew.rig.printed("desk-1")) == before


def test_a_station_without_a_printer_prints_through_the_browser(crew: Crew) -> None:
    person = crew.newcomer()
    kiosk = crew.rig.browser("kiosk-2")
    page = person.arrive(kiosk)
    assert 'data-print="' in page.response.text
    assert ask(kiosk, person, "ticket").status_code == 404


def test_nobody_prints_what_is_not_theirs_or_does_not_exist(crew: Crew) -> None:
    person, other = crew.newcomer(), crew.newcomer()
    person.arrive()
    other.arrive()
    assert ask(crew.kiosk, person, "ticket").status_code == 403
    assert ask(crew.kiosk, other, "diploma").status_code == 404
