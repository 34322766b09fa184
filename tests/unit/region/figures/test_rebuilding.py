"""Figures that went wrong are seen, and counted anew; an older database has them from the start."""

from alembic import command
from click.testing import CliRunner
from sqlalchemy import delete, text

from region.cli import main
from region.database import WRITING, _config
from region.figures.faces import faces_held
from region.figures.history import counted_days
from region.figures.models import DayTallyRow, FaceTallyRow
from region.figures.rebuilding import check
from region.registry.models import TallyRow
from region.registry.tallies import counted
from tests.support.region_app import Region
from tests.support.region_process import write_settings
from tests.support.region_records import sealed
from tests.support.registry import Registry, somebody


def fill(region: Region, registry: Registry) -> None:
    registry.venue_passed(0)
    registry.submitted(1)
    registry.fill(registry.enrol(somebody(2)))
    registry.enrol(somebody(3))
    record, files = sealed(somebody(3).reg_no)
    region.deliver(record, files)


def test_wrong_figures_are_found_and_counted_anew(region: Region, registry: Registry) -> None:
    fill(region, registry)
    assert check(region.store).is_right
    with region.store.write() as session:
        for table in (TallyRow, DayTallyRow, FaceTallyRow):
            session.execute(delete(table))
    write_settings(region.settings)
    home = region.settings.home.rename(region.settings.home.with_name("region"))
    environment = {"KAODIAN_HOME": str(home.parent)}

    def run(*words: str) -> tuple[int, str]:
        result = CliRunner().invoke(main, ["figures", *words], env=environment)
        return result.exit_code, result.output

    assert run("check")[0] == 1
    assert "counted anew" in run("rebuild", "--open-records")[1]
    code, said = run("check")
    assert (code, "Persons whose faces are held: 1 (kept: 1)" in said) == (0, True)


def test_a_database_from_before_gets_its_figures_when_it_is_brought_up_to_date(
    region: Region, registry: Registry
) -> None:
    fill(region, registry)
    with region.store.read() as session:
        before = dict(counted(session)), dict(counted_days(session)), faces_held(session)
    with region.store._engine.connect().execution_options(**{WRITING: True}) as connection, connection.begin():
        config = _config(connection)
        command.downgrade(config, "0012")
        assert connection.scalar(text("SELECT sum(number) FROM tallies")) == 4
        command.upgrade(config, "head")
    with region.store.read() as session:
        places, days, faces = dict(counted(session)), dict(counted_days(session)), faces_held(session)
    assert (places, faces) == (before[0], before[2])
    for place, counts in before[1].items():
        assert {one: number for one, number in counts.items() if one[1] != "arrived"} == days[place]
    assert check(region.store).is_right
