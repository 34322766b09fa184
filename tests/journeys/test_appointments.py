"""Who comes at another time than the appointment's, under two regions' rules."""

from collections.abc import Iterator
from datetime import time, timedelta

import pytest

from records.registration import Slot
from tests.support.builders import DAY
from tests.support.candidates import Candidate, Crew
from tests.support.venue_rig import STAFF, venue_rig

LATE = Slot(DAY, time(7, 30), time(8, 0))
EARLY = Slot(DAY, time(14, 0), time(14, 30))
WRONG_DAY = Slot(DAY + timedelta(days=1), time(9, 0), time(9, 30))
WHEN = {"late": LATE, "early": EARLY, "wrong_day": WRONG_DAY, "no_appointment": None}
PLACES = {"late": 0, "early": 1, "wrong_day": 2, "no_appointment": 3}
WORDS = {
    "late": "It is over.",
    "early": "Please come back at",
    "wrong_day": "Please come then.",
    "no_appointment": "There is no appointment for this registration.",
}
ADMITTED, OVERRIDDEN, TURNED_AWAY = "admitted", "overridden", "turned away"


@pytest.fixture(scope="module", params=["default", "biometrics-first"])
def crew(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crew]:
    slots = {f"p{PLACES[when]}": slot for when, slot in WHEN.items()}
    with venue_rig(tmp_path_factory.mktemp("venue"), request.param, people=5, **slots) as rig:
        yield Crew.at(rig)


def policy(crew: Crew, when: str) -> str:
    rules = crew.rig.venue.journey.profiles.today.steps[0].options
    return {"admit": ADMITTED, "override": OVERRIDDEN, "refuse": TURNED_AWAY}[getattr(rules, when)]


def test_on_time_is_let_in(crew: Crew) -> None:
    person = Candidate(crew, crew.rig.people[4])
    assert person.arrive().path == "/kiosk/ticket"
    again = person.arrive()
    assert again.path == "/kiosk/ticket"
    assert person.visit.last_seq == 1, "who comes twice has one ticket"


@pytest.mark.parametrize("when", list(WHEN))
def test_at_another_time_the_regions_rule_decides(crew: Crew, when: str) -> None:
    person = Candidate(crew, crew.rig.people[PLACES[when]])
    page = person.arrive()
    if policy(crew, when) == ADMITTED:
        assert page.path == "/kiosk/ticket"
        return
    assert page.status == 422
    assert WORDS[when] in page.text
    assert crew.rig.venue.store.visit_of(person.registration.reg_no) is None
    door = crew.rig.browser("desk-2", "guide")
    found = door.press(door.get("/arrivals/").form(action="/arrivals/"), text=person.registration.reg_no)
    if policy(crew, when) == TURNED_AWAY:
        assert WORDS[when] in found.text
        data = {"csrf_token": door.token(), "reg_no": person.registration.reg_no, "reason": "请放行"}
        refused = door.send("/arrivals/admit", data | {"second_staff": "lead", "second_pin": STAFF["lead"][0]})
        assert refused.status == 422
        assert crew.rig.venue.store.visit_of(person.registration.reg_no) is None
        return
    form = found.form(action="/arrivals/admit")
    alone = door.press(form, reason="考生下午有考试")
    assert (alone.status, "A lead can let you in" in alone.text) == (422, True)
    form = alone.form(action="/arrivals/admit")
    assert form.value("reason") == "考生下午有考试", "what was typed stays"
    silent = door.press(form, reason="", second_staff="lead", second_pin=STAFF["lead"][0])
    assert "Write why the candidate is let in now." in silent.text
    lead = {"second_staff": "lead", "second_pin": STAFF["lead"][0]}
    page = door.press(silent.form(action="/arrivals/admit"), reason="考生下午有考试", **lead)
    assert page.path == f"{person.url}/overview"
    arrival = person.visit.entries[0].evidence.data
    assert (arrival["slot"], arrival["override_by"], arrival["override_reason"]) == (when, "lead", "考生下午有考试")
    assert "Let in outside the appointment" in crew.desk.get("/lead/").text
