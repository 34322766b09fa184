"""A newer roster contradicts somebody who has confirmed already: the lead decides, on the lead's own page."""

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO

import pytest

from rules.roster.demo_files import write_xlsx
from tests.support.candidates import Candidate, Crew
from tests.support.venue_rig import venue_rig
from tests.support.web_pages import Page

NEW = "测试新单位"


@pytest.fixture(scope="module")
def crew(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crew]:
    with venue_rig(tmp_path_factory.mktemp("venue"), people=4) as rig:
        yield Crew.at(rig)


@pytest.fixture
def flagged(crew: Crew) -> Candidate:
    """Somebody who has confirmed what the newer roster says otherwise; it was imported on the roster page."""
    person = crew.newcomer().walk("materials")
    people = [replace(one, fields={**one.fields, "employer": NEW}) if one.reg_no == person.registration.reg_no else one
              for one in crew.rig.people]  # fmt: skip
    path = crew.rig.home / "newer.xlsx"
    write_xlsx(path, people)
    content = BytesIO(path.read_bytes()).getvalue()
    form = next(form for form in crew.desk.get("/admin/roster").forms if form.action == "")
    page = crew.desk.press(form, "", {"file": ("newer.xlsx", content, "application/octet-stream")})
    assert "The roster was imported" in page.text
    return person


def decide(crew: Crew, person: Candidate, act: str) -> Page:
    form = crew.desk.get("/lead/").form("flagged-act")
    reg_no = person.registration.reg_no
    (target,) = [action for name, value, action in form.buttons if value == reg_no and act in action]
    return crew.desk.send(target, dict(form.fields) | {"reg_no": reg_no})


def test_the_new_one_is_taken_and_the_candidate_confirms_again(crew: Crew, flagged: Candidate) -> None:
    assert flagged.step == "materials", "until then nothing changes"
    assert NEW in crew.desk.get("/lead/").text
    decide(crew, flagged, "accept")
    assert crew.rig.venue.journey.case(flagged.visit).facts["employer"] == NEW
    assert flagged.step == "form"
    assert crew.rig.venue.search.flagged() == []


def test_the_old_one_is_kept_and_the_candidate_goes_on(crew: Crew, flagged: Candidate) -> None:
    decide(crew, flagged, "discard")
    assert crew.rig.venue.journey.case(flagged.visit).facts["employer"] != NEW
    assert flagged.step == "materials"
    assert crew.rig.venue.search.flagged() == []
