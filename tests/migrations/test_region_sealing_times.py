"""A region that held records before it could confirm days can confirm those days too."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from alembic import command

import region as region_package
from records.day import DayWindow, digest_of_day
from region.database import WRITING, _config, open_engine
from region.days import statement_on
from tests.support.region_app import furnish, open_region
from tests.support.region_records import AT, VENUE, sealed


def before() -> str:
    """The revision before the one that brought the times."""
    [script] = (Path(region_package.__file__).parent / "migrations" / "versions").glob("*_sealing_times.py")
    return f"{int(script.name[:4]) - 1:04}"


def test_old_records_are_given_the_time_in_their_envelope(tmp_path: Path) -> None:
    region = furnish(open_region(tmp_path))
    record, files = sealed("R0001")
    region.deliver(record, files)
    region.store.close()
    engine = open_engine(region.settings.url)
    with engine.connect().execution_options(**{WRITING: True}) as connection, connection.begin():
        command.downgrade(_config(connection), before())
    engine.dispose()
    again = open_region(tmp_path)
    day = datetime(AT.year, AT.month, AT.day, tzinfo=UTC)
    said = statement_on(again.store, VENUE, DayWindow(date(2026, 3, 2), day, day + timedelta(days=1)))
    assert (said.records, said.digest) == (1, digest_of_day([record.digest]))
    again.store.close()
