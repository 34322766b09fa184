"""The region's tables: up, down and up again, and as the models say, on both databases."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from region.database import migrate, open_engine
from region.models import Base
from tests.support.postgres import running_cluster


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty database."""
    if request.param == "sqlite":
        opened = open_engine(f"sqlite:///{tmp_path / 'region.sqlite3'}")
        yield opened
        opened.dispose()
        return
    with running_cluster() as cluster:
        opened = open_engine(cluster.url(cluster.create()))
        yield opened
        opened.dispose()


def partitions(engine: Engine) -> set[str]:
    """The tables that are parts of others."""
    if engine.dialect.name == "sqlite":
        return set()
    with engine.connect() as connection:
        return set(connection.scalars(text("SELECT relname FROM pg_class WHERE relispartition AND relkind = 'r'")))


def test_the_regions_tables_go_up_and_down_and_are_what_the_models_say(engine: Engine) -> None:
    for revision in ("head", "base", "head"):
        migrate(engine, revision)
    parts = partitions(engine)

    def is_ours(name: str | None, kind: str, _parents: Any) -> bool:
        return not (kind == "table" and name in parts)

    def points_to_ours(thing: Any, _name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
        # PostgreSQL keeps a key that points to a partitioned table once more for each of its parts.
        return kind != "foreign_key_constraint" or thing.referred_table.name not in parts

    options = {"compare_type": True, "render_as_batch": True, "include_name": is_ours}
    options["include_object"] = points_to_ours
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []
    migrate(engine, "base")
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            left = "SELECT count(*) FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace WHERE nspname = 'public'"
            assert connection.scalar(text(left)) == 0
