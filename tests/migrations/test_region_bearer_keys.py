"""A region that let venues in before keys had lives of their own lets them in afterwards, and back again."""

from pathlib import Path

from alembic import command
from sqlalchemy import Engine

import region as region_package
from region.administration.reading import venue_view
from region.database import WRITING, _config, open_engine
from tests.support.region_app import KEY, furnish, open_region
from tests.support.region_records import VENUE


def before() -> str:
    """The revision before the one that brought the keys' lives."""
    [script] = (Path(region_package.__file__).parent / "migrations" / "versions").glob("*_places_and_people.py")
    return f"{int(script.name[:4]) - 1:04}"


def go_back(engine: Engine) -> None:
    with engine.connect().execution_options(**{WRITING: True}) as connection, connection.begin():
        command.downgrade(_config(connection), before())
    engine.dispose()


def test_a_venues_key_opens_before_and_after(tmp_path: Path) -> None:
    region = furnish(open_region(tmp_path))
    region.store.close()
    go_back(open_engine(region.settings.url))
    again = open_region(tmp_path)
    assert again.get("/status", key=KEY).status_code == 200
    (key,) = venue_view(again.store, VENUE).bearers
    assert (key.made_at, key.last_used_at, key.ended_at) == (None, again.clock(), None)
    again.store.close()
