"""What the venue does with prints besides keeping them: shows them while they are read, and knows them again."""

import threading
import time
from collections.abc import Iterator

import pytest

from tests.support.candidates import Candidate, Crew
from tests.support.venue_rig import venue_rig


@pytest.fixture(scope="module")
def crew(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crew]:
    with venue_rig(tmp_path_factory.mktemp("venue")) as rig:
        yield Crew.at(rig)


def pressing(crew: Crew, *fingers: str) -> Candidate:
    """Somebody who has pressed these fingers in the booth."""
    person = crew.newcomer().walk("fingerprint")
    for finger in fingers:
        crew.rig.control("booth-1", "fingerprint", finger=finger)
        person.press_finger()
    return person


def test_the_print_is_shown_to_its_station_while_it_is_read_and_to_nobody_afterwards(crew: Crew) -> None:
    person = crew.newcomer().walk("fingerprint")
    crew.rig.control("booth-1", "fingerprint", present=False)
    page = person.come_to(crew.booth)
    screen = crew.rig.browser("booth-1")  # a browser waits for its answer; a page's script does not
    elsewhere = crew.rig.browser("desk-1")
    press = threading.Thread(target=crew.booth.press, args=(page.form("step-form"),))
    press.start()
    seen = screen.get("/devices/print.jpg?after=-1")
    deadline = time.monotonic() + 10
    while seen.status != 200 and time.monotonic() < deadline:
        seen = screen.get(f"/devices/print.jpg?after={seen.response.headers.get('X-Frame-Seq', -1)}")
    assert seen.response.headers["X-Print-State"] == "waiting"
    assert seen.response.headers["Cache-Control"] == "no-store"
    assert seen.response.content.startswith(b"\xff\xd8")
    assert elsewhere.get("/devices/print.jpg?after=-1").status == 204
    crew.rig.control("booth-1", "fingerprint", finger="C-11")
    press.join()
    assert screen.get("/devices/print.jpg?after=-1").status == 204
    assert [entry.evidence.part for entry in person.visit.entries if entry.evidence.step == "fingerprint"] == ["11"]


def test_the_same_finger_for_both_thumbs_is_refused_and_the_other_one_taken(crew: Crew) -> None:
    person = pressing(crew, "D-11")
    refused = person.press_finger()
    assert refused.status == 422
    assert "That finger was read before, as right thumb. Put your left thumb on the glass." in refused.text
    crew.rig.control("booth-1", "fingerprint", finger="D-16")
    person.press_finger()
    assert person.states["fingerprint"] == "done"


def test_a_print_under_two_names_is_shown_to_the_lead_who_settles_it(crew: Crew) -> None:
    doubles = crew.rig.venue.doubles
    first, second = pressing(crew, "E-11", "E-16"), pressing(crew, "E-11", "F-16")
    while doubles.round():
        pass
    assert second.states["fingerprint"] == "done", "nobody is stopped"
    lead = crew.rig.browser("desk-2", "lead")
    assert "The same print under two names" in lead.get("/lead/").text
    (conflict,) = crew.rig.venue.conflicts.open()
    page = lead.get(f"/lead/conflicts/{conflict.key}")
    for person in (first, second):
        assert person.visit.ticket is not None
        assert person.visit.ticket.number in page.text
        assert page.response.text.count(f"{person.url}/files/") >= 2, "both prints can be looked at beside each other"
    decision = {"outcome": "different", "reason": "prints_compared"}
    settled = lead.press(page.form("settle-form"), **decision)
    assert "Settled. What it means is done." in settled.text
    assert crew.rig.venue.conflicts.open() == []
    late = {**decision, "outcome": "same", "csrf_token": lead.token() or page.form("settle-form").value("csrf_token")}
    again = lead.send(f"/lead/conflicts/{conflict.key}", late)
    assert "Somebody has noted this already." in again.text


def test_the_record_carries_the_files_that_the_profile_wants(crew: Crew) -> None:
    crew.rig.control("booth-1", "fingerprint")
    person = crew.newcomer().walk()
    fingers = [entry.evidence for entry in person.visit.entries if entry.evidence.step == "fingerprint"]
    assert {file.role for file in fingers[-1].attachments} == {"picture", "template", "minutiae", "iso_image"}
    crew.rig.sync(3)
    assert person.visit.versions[-1].accepted_at is not None
