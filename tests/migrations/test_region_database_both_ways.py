"""The region's tables: up, down and up again, and as the models say."""

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

from region.database import migrate, open_engine
from region.models import Base


def test_the_regions_tables_go_up_and_down_and_are_what_the_models_say(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'region.sqlite3'}")
    for revision in ("head", "base", "head"):
        migrate(engine, revision)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
        assert compare_metadata(context, Base.metadata) == []
    migrate(engine, "base")
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    engine.dispose()
