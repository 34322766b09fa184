"""A year gets a place of its own, whatever is there already; figures follow every change."""

from dataclasses import replace
from datetime import date, time

from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from records.registration import Slot
from region.cli import main
from region.figures.history import counted_days, recount_days
from region.registry.status import Status
from region.registry.tallies import counted, figures, recount
from region.registry.years import PARTED, open_year, pointing
from region.store import Store
from tests.support.region_app import OTHER_VENUE, Region
from tests.support.region_places import LargePlaces, Places
from tests.support.region_process import write_settings
from tests.support.region_records import VENUE
from tests.support.registry import THIRD, YEAR, registry_of, somebody


def rows(store: Store, table: str) -> list[object]:
    with store.read() as session:
        return sorted(map(str, session.execute(text(f"SELECT * FROM {table}"))))


def test_a_year_that_has_begun_in_the_common_place_moves_as_a_whole(large_places: LargePlaces) -> None:
    region = large_places.new()
    registry = registry_of(region.store)
    key = registry.venue_passed()
    registry.enrol(somebody(1), year=YEAR + 1)
    registry.review.claim(key, THIRD)
    registry.review.approve(key, THIRD, registry.revision(key))
    assert registry.open_payments() == 1, "orders are in no parts and point to what is"
    before = {table: rows(region.store, table) for table in (*PARTED, "payments")}
    assert [open_year(region.store, YEAR), open_year(region.store, YEAR)] == [True, False]
    assert {table: rows(region.store, table) for table in before} == before
    assert len(rows(region.store, f"registrations_{YEAR}")) == len(rows(region.store, "registrations_other")) == 1
    assert len(rows(region.store, f"registration_events_{YEAR}")) == len(registry.case(key).events)
    registry.fill(registry.enrol(somebody(2)))
    assert len(rows(region.store, f"registrations_{YEAR}")) == 2
    with region.store.read() as session:
        refuse = text("SELECT tgenabled FROM pg_trigger WHERE tgname = 'registration_events_append_only'")
        assert set(session.scalars(refuse)) == {"O"}, "every part refuses changes again"


def test_a_year_leaves_as_a_whole_as_the_operations_page_says(large_places: LargePlaces) -> None:
    region = large_places.new()
    registry = registry_of(region.store)
    stays = registry.enrol(somebody(0), year=YEAR + 1)
    open_year(region.store, YEAR)
    registry.venue_passed()
    with region.store.write() as session:
        for table in pointing():
            session.execute(text(f"DELETE FROM {table} WHERE exam_year = {YEAR}"))
        for table in reversed(PARTED):
            session.execute(text(f"ALTER TABLE {table} DETACH PARTITION {table}_{YEAR}"))
            session.execute(text(f"DROP TABLE {table}_{YEAR}"))
        session.execute(text(f"DELETE FROM tallies WHERE exam_year = {YEAR}"))
        assert counted(session) == recount(session)
    assert registry.case(stays).status is Status.FILLING
    assert len(rows(region.store, "registrations")) == 1


def test_the_command_says_what_it_did(region: Region) -> None:
    write_settings(region.settings)
    home = region.settings.home.rename(region.settings.home.with_name("region"))
    environment = {"KAODIAN_HOME": str(home.parent)}
    said = [CliRunner().invoke(main, ["year", "2031"], env=environment).output for _ in range(2)]
    if region.store.is_alone:
        assert ["nothing to do" in one for one in said] == [True, True]
    else:
        assert said == ["2031 has its place now.\n", "2031 has its place already.\n"]


def test_figures_say_where_registrations_stand_and_wait(region: Region) -> None:
    registry = registry_of(region.store)
    registry.venue_passed(0)
    registry.submitted(1)
    registry.enrol(somebody(2))
    registry.enrol(somebody(3), OTHER_VENUE)
    registry.enrol(somebody(4), year=YEAR + 1)
    found = figures(region.store, YEAR)
    assert found[VENUE].at == {Status.VENUE_PASSED: 1, Status.FILLING: 2}
    assert found[VENUE].waiting == {Status.VENUE_PASSED: 1, Status.FILLING: 1}
    assert (found[OTHER_VENUE].total, found[OTHER_VENUE].waiting) == (1, {})
    assert set(figures(region.store, YEAR, OTHER_VENUE)) == {OTHER_VENUE}


ROSTERS = st.lists(
    st.tuples(st.integers(0, 5), st.sampled_from([VENUE, OTHER_VENUE]), st.sampled_from(["x", "yy"])), max_size=12
)


def test_figures_follow_everybody_a_roster_brings_or_moves(places: Places) -> None:
    """What the machine of random calls cannot do: people who change their venue."""
    region = places.new()
    registry = registry_of(region.store)

    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(ROSTERS)
    def every_roster(brought: list[tuple[int, str, str]]) -> None:
        for number, venue, employer in brought:
            day = date(2027, 3, 1 + len(employer))
            person = replace(somebody(number, employer=employer), slot=Slot(day, time(9), time(9, 30)))
            key = registry.enrol(person, venue)
            if registry.case(key).row.submitted_at is None:
                registry.fill(key)
                registry.wardrobe.submit(key)
        with region.store.read() as session:
            assert counted(session) == recount(session)
            assert counted_days(session) == recount_days(session)

    every_roster()
