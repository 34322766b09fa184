"""Before the tables change the database is copied, and a migration that is killed leaves it as it was."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import OperationalError

from local_db.backup.snapshot import check_database
from local_db.engine import Database
from local_db.migrate import KEEP, migrate_with_copy
from tests.migrations.test_venue_database import SCRIPTS, revisions
from tests.support.builders import KEY, Shelf

ROOT = Path(__file__).resolve().parents[2]
KILLS, ROWS = 5, 1000
NEXT = '''"""A slow one: a new column on a large table, filled, and the table written anew."""

import sqlalchemy as sa
from alembic import op

revision = "9000"
down_revision = "{head}"
branch_labels = depends_on = None


def upgrade() -> None:
    op.create_table("marks", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("words", sa.String()))
    with op.batch_alter_table("ballast", recreate="always") as table:
        table.add_column(sa.Column("size", sa.Integer(), nullable=False, server_default="0"))
    for number in range({rows}):
        op.execute(f"UPDATE ballast SET size = length(words) WHERE id = {{number}}")
        op.execute(f"INSERT INTO marks (words) SELECT words FROM ballast WHERE id = {{number}}")
    {end}
'''
SCRIPT = """
import sys
from pathlib import Path
from local_db.engine import Database
from local_db.migrate import migrate_with_copy
from tests.support.builders import KEY
home, scripts = map(Path, sys.argv[1:])
database = Database(home / "venue.db", KEY)
print("ready", flush=True)
migrate_with_copy(database, home / "backups", scripts)
print("done", flush=True)
"""


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    shelf = Shelf(tmp_path / "home")
    shelf.finished()
    with shelf.database.writing() as session:
        session.execute(text("CREATE TABLE ballast (id INTEGER PRIMARY KEY, words TEXT NOT NULL)"))
        rows = [{"id": number, "words": f"{number:0400}"} for number in range(ROWS)]
        session.execute(text("INSERT INTO ballast VALUES (:id, :words)"), rows)
    yield shelf
    shelf.database.close()


def next_scripts(folder: Path, end: str = "pass") -> Path:
    scripts = folder / "migrations"
    shutil.copytree(SCRIPTS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    words = NEXT.format(head=revisions()[-1], rows=ROWS, end=end)
    (scripts / "versions" / "9000_next.py").write_text(words, "utf-8")
    return scripts


def state(database: Database) -> tuple[str | None, bool, bool, int]:
    """Revision, whether the new table and the new column are there, and how many rows the old table has."""
    with database.engine.connect() as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
        tables = set(inspect(connection).get_table_names())
        columns = {column["name"] for column in inspect(connection).get_columns("ballast")}
        rows = connection.scalar(text("SELECT count(*) FROM ballast"))
    assert not {name for name in tables if name.startswith("_alembic_tmp")}
    return revision, "marks" in tables, "size" in columns, rows or 0


def test_a_migration_killed_at_any_moment_is_done_whole_or_not_at_all(shelf: Shelf, tmp_path: Path) -> None:
    scripts, random = next_scripts(tmp_path), Random(20270115)
    before, after = (revisions()[-1], False, False, ROWS), ("9000", True, True, ROWS)
    visit = shelf.store.visit_of(shelf.people[0].reg_no)
    shelf.database.close()
    command = [sys.executable, "-c", SCRIPT, str(shelf.folder), str(scripts)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    seen = set()
    for _kill in range(KILLS):
        with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(random.uniform(0, 0.5))  # anywhere: in the copy, in the middle of the rows, at the commit
            process.kill()
        shelf.open_database()
        seen.add(state(shelf.database))
        shelf.database.close()
    assert seen <= {before, after}
    shelf.open_database()
    migrate_with_copy(shelf.database, shelf.folder / "backups", scripts)
    assert state(shelf.database) == after
    shelf.database.close()
    copy = shelf.folder / "backups" / f"before-9000-from-{revisions()[-1]}.db"
    check_database(copy, KEY)
    copy.replace(shelf.folder / "venue.db")
    shelf.open()
    assert state(shelf.database) == before
    assert shelf.store.visit_of(shelf.people[0].reg_no) == visit


def test_a_migration_that_fails_leaves_everything_as_it_was(shelf: Shelf, tmp_path: Path) -> None:
    scripts = next_scripts(tmp_path, end='op.execute("INSERT INTO nowhere VALUES (1)")')
    with pytest.raises(OperationalError):
        migrate_with_copy(shelf.database, shelf.folder / "backups", scripts)
    assert state(shelf.database) == (revisions()[-1], False, False, ROWS)


def test_nothing_is_copied_where_there_is_nothing_to_do_or_to_lose(shelf: Shelf, tmp_path: Path) -> None:
    assert migrate_with_copy(shelf.database, tmp_path / "copies") is None
    fresh = Database(tmp_path / "fresh.db", KEY)
    assert migrate_with_copy(fresh, tmp_path / "copies") is None
    fresh.close()
    assert not (tmp_path / "copies").exists()


def test_only_the_newest_copies_stay(shelf: Shelf, tmp_path: Path) -> None:
    copies = tmp_path / "copies"
    copies.mkdir()
    for number in range(5):
        path = copies / f"before-{number}-from-0.db"
        path.write_bytes(b"old")
        os.utime(path, (number, number))
    made = migrate_with_copy(shelf.database, copies, next_scripts(tmp_path))
    assert made is not None
    assert {path.name for path in copies.iterdir()} == {made.name, "before-3-from-0.db", "before-4-from-0.db"}
    assert len(list(copies.iterdir())) == KEEP
