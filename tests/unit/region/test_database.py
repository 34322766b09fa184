"""The migrations give exactly the tables of the models, both ways; both databases of SQLAlchemy understand them."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from region.database import migrate, open_engine
from region.models import Base


def test_the_migrations_make_the_tables_of_the_models(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path / 'region.sqlite3'}")
    migrate(engine)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    migrate(engine, "base")
    assert inspect(engine).get_table_names() == ["alembic_version"]
    migrate(engine)
    migrate(engine)
    engine.dispose()


def test_every_commit_is_on_the_disk(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path / 'region.sqlite3'}")
    with engine.connect() as connection:
        settings = [connection.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "synchronous")]
        assert settings == ["wal", 2]
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
    engine.dispose()


def test_the_tables_can_be_made_on_postgresql_too():
    dialect = postgresql.dialect()
    assert all(
        "CREATE TABLE" in str(CreateTable(table).compile(dialect=dialect)) for table in Base.metadata.tables.values()
    )
