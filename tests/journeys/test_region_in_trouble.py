"""The region answers wrongly or not at all; the venue works on and catches up by itself."""

import threading
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from sqlalchemy import select

from local_db.models import SealedObjectRow
from records.manifest import FILE
from tests.support.candidates import Crew
from tests.support.rig_region import announced
from tests.support.venue_rig import venue_rig


@pytest.fixture(scope="module")
def crew(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crew]:
    with venue_rig(tmp_path_factory.mktemp("venue"), people=12) as rig:
        yield Crew.at(rig)


@pytest.fixture(autouse=True)
def _all_is_well(crew: Crew) -> Iterator[None]:
    yield
    crew.rig.region.line.mood = "well"
    crew.rig.region.switch_on()


def strip(crew: Crew) -> str:
    return crew.desk.get("/desk/strip").text


@pytest.mark.parametrize("mood", ["error", "html", "busy", "off"])
def test_the_venue_works_on_and_catches_up_by_itself(crew: Crew, mood: str) -> None:
    region = crew.rig.region
    if mood == "off":
        region.switch_off()
    region.line.mood = mood
    person = crew.newcomer().finish_at_once()
    crew.rig.clock.forward(minutes=3)  # so long nothing was heard of the region
    assert crew.rig.sync(2) is False
    assert person.visit.is_sealed
    assert person.visit.versions[0].accepted_at is None
    assert "Region not reachable, work goes on" in strip(crew)
    assert "Saved here, not sent yet" in crew.desk.get(f"{person.url}/overview").text
    assert crew.rig.venue.outbox.counts().parked == 0, "nothing is given up because of the line"
    region.line.mood = "well"
    region.switch_on()
    crew.rig.sync(2)  # no clock is moved: a line that is back ends the waiting
    assert person.visit.versions[0].accepted_at is not None
    assert "Region connected" in strip(crew)


def refusing(digest: str) -> Any:
    def mood(environ: Mapping[str, Any]) -> str:
        return "refuse" if announced(environ) == digest else "well"

    return mood


def test_a_refused_record_is_parked_and_shown_and_the_others_go_on(crew: Crew) -> None:
    refused, other = crew.newcomer().finish_at_once(), crew.newcomer().finish_at_once()
    digest = refused.visit.versions[0].digest
    crew.rig.region.line.mood = refusing(digest)
    crew.rig.sync(2)
    crew.rig.region.line.mood = "well"
    assert other.visit.versions[0].accepted_at is not None
    assert refused.visit.versions[0].accepted_at is None
    page = crew.desk.get("/lead/")
    assert digest[:12] in page.text
    assert "The region cannot read it." in page.text
    crew.desk.press(page.form("parked-act"))
    crew.rig.sync()
    assert refused.visit.versions[0].accepted_at is not None


def test_what_the_region_says_is_missing_is_sent_again(crew: Crew) -> None:
    person = crew.newcomer().finish_at_once()
    with crew.rig.venue.database.reading() as session:
        pictures = set(session.scalars(select(SealedObjectRow.digest).where(SealedObjectRow.kind == FILE)))
    eaten: list[str] = []

    def eat_one(environ: Mapping[str, Any]) -> str:
        if eaten or announced(environ) not in pictures:
            return "well"
        eaten.append(announced(environ))
        return "swallow"

    crew.rig.region.line.mood = eat_one
    crew.rig.sync()
    assert len(eaten) == 1, "the region said that it was stored, and was found out when asked for the whole"
    assert person.visit.versions[0].accepted_at is not None
    assert crew.rig.region.store.files.read_intact(eaten[0]) is not None


def test_the_background_needs_nobody_to_push_it(crew: Crew) -> None:
    region, worker = crew.rig.region, crew.rig.venue.worker
    assert worker is not None
    person = crew.newcomer().finish_at_once()
    region.switch_off()
    worker.start(pause_s=0.05)
    person_two = crew.newcomer().finish_at_once()
    region.switch_on()
    waiting, done = threading.Event(), False
    for _look in range(400):
        done = all(one.visit.versions[0].accepted_at for one in (person, person_two))
        if done:
            break
        waiting.wait(0.05)
    assert done
