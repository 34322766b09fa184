"""The venue's tables: up, down and up again; what the models say is what the migrations make; nothing is lost."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import DatabaseError

from local_db.audit_models import AuditRow
from local_db.engine import Database
from local_db.migrate import migrate
from local_db.models import Base, EvidenceRow, RegistrationRow
from tests.support.builders import KEY, Shelf

SCRIPTS = Path(__file__).resolve().parents[2] / "local_db" / "migrations"


def revisions() -> list[str]:
    """All revisions, oldest first."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("path_separator", "os")
    return [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()][::-1]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "venue.db", KEY)
    yield database
    database.close()


def tables(database: Database) -> set[str]:
    return set(inspect(database.engine).get_table_names()) - {"alembic_version"}


def triggers(database: Database) -> set[str]:
    with database.reading() as session:
        return set(session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")))


def written_down(shelf: Shelf) -> list[Any]:
    """All evidence, in the columns that every revision has."""
    with shelf.database.reading() as session:
        columns = "visit_id, seq, step, part, data, covers, bound_to, withdraws, taken_at, actor, station, boot"
        return list(session.execute(text(f"SELECT {columns} FROM evidence ORDER BY id")).all())


def test_there_is_one_line_of_revisions() -> None:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("path_separator", "os")
    assert len(ScriptDirectory.from_config(config).get_heads()) == 1


def test_the_newest_revision_is_what_the_models_say(database: Database) -> None:
    migrate(database)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
        differences: list[Any] = compare_metadata(context, Base.metadata)
    assert differences == []
    assert tables(database) == set(Base.metadata.tables)


def test_every_revision_goes_down_and_up_again(database: Database) -> None:
    steps = ["base", *revisions()]
    for revision in (*steps[1:], *steps[::-1], *steps[1:]):
        migrate(database, revision)
    assert tables(database) == set(Base.metadata.tables)
    assert len(triggers(database)) >= 6
    migrate(database, "base")
    assert tables(database) == set()
    assert triggers(database) == set()


def test_migrating_what_is_up_to_date_changes_nothing(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    visit = shelf.finished()
    for _start in range(2):
        shelf.restart()
    assert shelf.store.visit(visit.id) == visit
    shelf.database.close()


def evidence(shelf: Shelf) -> list[tuple[object, ...]]:
    """What was captured, read without the tables that later revisions brought."""
    columns = "visit_id, seq, step, part, data, taken_at, actor"
    with shelf.database.reading() as session:
        return [tuple(row) for row in session.execute(text(f"SELECT {columns} FROM evidence ORDER BY id"))]


def test_data_survives_every_revision_after_its_own(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    visit = shelf.finished()
    before = evidence(shelf)
    for revision in [*revisions()[::-1], "head"]:
        if revision == revisions()[0] and len(revisions()) > 1:
            continue  # before it there is nothing to keep
        before = written_down(shelf)
        migrate(shelf.database, revision)
        assert written_down(shelf) == before
    # What a revision added is gone with it; what was there before it is as it was.
    assert shelf.store.visit(visit.id).entries == tuple(replace(entry, clock="unknown") for entry in visit.entries)
    with shelf.database.reading() as session:
        assert len(session.scalars(select(RegistrationRow)).all()) == len(shelf.people)
    shelf.database.close()


@pytest.mark.parametrize("table", ["evidence", "attachments", "audit"])
@pytest.mark.parametrize("act", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_what_was_written_down_can_neither_be_changed_nor_deleted(tmp_path: Path, table: str, act: str) -> None:
    shelf = Shelf(tmp_path)
    shelf.finished()
    with pytest.raises(DatabaseError, match=f"{table} is append-only"), shelf.database.writing() as session:
        session.execute(text(act.format(table)))
    with shelf.database.reading() as session:
        assert session.scalars(select(EvidenceRow)).all()
        assert session.scalars(select(AuditRow)).all()
    shelf.database.close()


def test_a_database_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    with shelf.database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(CommandError):
        migrate(shelf.database)
    assert tables(shelf.database) == set(Base.metadata.tables)
    shelf.database.close()
