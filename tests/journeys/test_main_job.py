"""The main job: from the roster file through the venue to the region's verdict and back, for both profiles."""

from collections.abc import Iterator

import pytest

from tests.support.candidates import Crew
from tests.support.venue_rig import VenueRig, venue_rig


@pytest.fixture(scope="module", params=["default", "biometrics-first"])
def crew(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crew]:
    with venue_rig(tmp_path_factory.mktemp("venue"), request.param) as rig:
        yield Crew.at(rig)


def words_of_the_desk(crew: Crew, visit: str) -> str:
    return crew.desk.get(f"/visits/{visit}/overview").text


def test_a_candidate_goes_through_the_venue_and_arrives_at_the_region(crew: Crew) -> None:
    rig: VenueRig = crew.rig
    person = crew.newcomer().walk()
    visit = person.visit
    assert set(person.states.values()) == {"done"}
    assert visit.is_sealed
    assert len(visit.versions) == 1
    assert "Saved here, not sent yet" in words_of_the_desk(crew, visit.id)
    assert crew.booth.get(f"{person.url}/receipt.pdf").response.content.startswith(b"%PDF")

    rig.sync()
    assert "Accepted by the region" in words_of_the_desk(crew, visit.id)
    record = visit.versions[-1].digest
    with rig.region.reviewer() as reviewer:
        assert person.registration.reg_no in reviewer.get("/records").text
        page = reviewer.get(f"/records/{record}")
        assert "Content unchanged" in page.text
        assert person.registration.fields["name"] in page.text
    rig.region.judge(record, "passed")
    rig.sync()
    assert "Passed by the region" in words_of_the_desk(crew, visit.id)


@pytest.mark.parametrize("step", ["form", "photo"])
def test_what_the_region_returns_is_done_again_and_accepted_as_version_two(crew: Crew, step: str) -> None:
    rig = crew.rig
    person = crew.newcomer().walk()
    rig.sync()
    first = person.visit.versions[-1].digest
    assert rig.region.judge(first, "returned", step, "照片模糊，请重做").status == 200
    rig.sync()
    assert person.step == step
    assert not person.visit.is_sealed
    assert "照片模糊，请重做" in words_of_the_desk(crew, person.visit.id)
    person.walk()
    rig.sync()
    versions = person.visit.versions
    assert [version.version for version in versions] == [1, 2]
    assert versions[1].accepted_at is not None
    rig.region.judge(versions[1].digest, "passed")
    rig.sync()
    decisions = [verdict.decision.value for verdict in rig.venue.outbox.verdicts.of(person.registration.reg_no)]
    assert decisions == ["returned", "passed"]
