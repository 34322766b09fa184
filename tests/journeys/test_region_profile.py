"""The lead sees what came from the region, and puts a profile that the region has published to use."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.settings import PROFILES
from region.registry.enrolling import enrol_roster
from region.venues import add_venue
from tests.support.candidates import Candidate, Crew
from tests.support.handed_down import YEAR, Both, both, publish

SOURCE = (PROFILES / "default.toml").read_text(encoding="utf-8")
NEWER = SOURCE.replace('version = "2027-1"', 'version = "2027-9"')


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    with both(tmp_path_factory.mktemp("venue"), people=6) as running:
        yield running


@pytest.fixture(scope="module")
def crew(two: Both) -> Crew:
    return two.crew()


def look_again(two: Both) -> None:
    """Let the venue look at the region's profile, as it does after a start and then now and again."""
    two.rig.stop()
    two.rig.open()
    assert two.rig.sync()


def test_a_new_profile_is_shown_and_used_once_a_lead_says_so(tmp_path: Path) -> None:
    with both(tmp_path, people=3) as two:
        crew = two.crew()
        before = Candidate(crew, two.rig.newcomer()).walk("materials")
        two.rig.clock.forward(seconds=5)
        publish(two.registry.store, NEWER, "2027-9")
        look_again(two)
        page = crew.desk.get("/lead/incoming/")
        assert "The region has published another one" in page.text
        assert "2027-9" in page.text
        crew.desk.press(page.form(action="/lead/incoming/profile"))
        after = Candidate(crew, two.rig.newcomer()).walk("materials")
        profiles = [two.rig.venue.journey.profile(one.visit).version for one in (before, after)]
        assert profiles == ["2027-1", "2027-9"]
        assert "The region's own" in crew.desk.get("/lead/incoming/").text
        kept = sorted(path.name for path in (two.rig.home / "profiles").iterdir())
        assert len(kept) == 2, "the one before is kept beside"
        look_again(two)
        assert two.rig.venue.journey.profiles.today.version == "2027-9", "after a restart too"


def test_a_profile_by_which_this_venue_cannot_work_changes_nothing(tmp_path: Path) -> None:
    with both(tmp_path, people=1) as two:
        crew = two.crew()
        two.rig.clock.forward(seconds=5)

        publish_with_a_step_of_tomorrow(two)
        look_again(two)
        page = crew.desk.press(crew.desk.get("/lead/incoming/").form(action="/lead/incoming/profile"))
        assert "This venue cannot work by that profile" in page.text
        assert two.rig.venue.journey.profiles.today.version == "2027-1"


def publish_with_a_step_of_tomorrow(two: Both) -> None:
    two.rig.clock.forward(seconds=5)
    publish(two.registry.store, NEWER.replace('"photo"]', '"photo", "iris"]').replace("2027-9", "2028-1"), "2028-1")


def test_one_that_is_no_longer_the_newest_is_not_put_to_use(two: Both, crew: Crew) -> None:
    two.rig.clock.forward(seconds=5)
    publish(two.registry.store, NEWER, "2027-9")
    look_again(two)
    form = crew.desk.get("/lead/incoming/").form(action="/lead/incoming/profile")
    two.rig.clock.forward(seconds=5)
    publish(two.registry.store, NEWER.replace("2027-9", "2027-10"), "2027-10")
    look_again(two)
    assert "another profile meanwhile" in crew.desk.press(form).text
    assert two.rig.venue.journey.profiles.today.version == "2027-1"


def test_who_is_registered_elsewhere_by_now_is_let_in_by_a_lead_only(two: Both, crew: Crew) -> None:
    me = two.rig.newcomer()
    add_venue(two.registry.store, "V-ELSEWHERE", "另一考点", "another key")
    enrol_roster(two.registry.store, two.registry.box, YEAR, "V-ELSEWHERE", [replace(me, slot=None)])
    two.rig.sync()
    person = Candidate(crew, me)
    page = person.arrive()
    assert "moved to another venue" in page.text
    assert two.rig.venue.store.visit_of(me.reg_no) is None
    assert "moved to another venue" in crew.desk.get("/lead/incoming/").text


def test_the_page_says_how_much_is_here(two: Both, crew: Crew) -> None:
    me = two.rig.newcomer()
    two.upload(me)
    two.rig.venue.worker.pause()  # type: ignore[union-attr]
    two.rig.sync()
    page = crew.desk.get("/lead/incoming/list")
    assert "0 / " in page.text
    assert "pictures wait with it" in page.text
    two.rig.venue.worker.resume()  # type: ignore[union-attr]
    two.rig.sync(2)
    progress = two.rig.venue.online.progress(two.rig.venue.clock.now().date())
    assert progress.here == progress.pictures > 0
    guide = two.rig.browser("desk-2", "guide")
    assert guide.get("/lead/incoming/").status == 403
