"""The database as a thief or a failing disk has it."""

from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from local_db.backup.snapshot import integrity_problems
from local_db.engine import Database, keyed
from local_db.errors import WrongKeyError
from local_db.vault.keys import VenueKey
from tests.support.builders import KEY, Shelf

NAME = "欧阳测试一号"


def noted(database: Database, times: int = 1) -> None:
    with database.writing() as session:
        session.execute(text("CREATE TABLE IF NOT EXISTS notes (words TEXT)"))
        for _time in range(times):
            session.execute(text("INSERT INTO notes VALUES (:words)"), {"words": NAME * 100})


def everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


def test_no_file_of_an_open_database_can_be_read(tmp_path: Path) -> None:
    database = Database(tmp_path / "venue.db", KEY)
    noted(database)
    assert (tmp_path / "venue.db-wal").stat().st_size > 0
    with database.reading() as session:  # sorting that does not fit into the cache would go to a file
        assert session.scalar(text("PRAGMA temp_store")) == 2
        assert session.scalar(text("PRAGMA journal_mode")) == "wal"
        assert session.scalar(text("PRAGMA synchronous")) == 2
    for shape in (NAME.encode(), NAME.encode("utf-16-le"), b"SQLite format 3", b"CREATE TABLE"):
        assert shape not in everything(tmp_path)
    database.close()
    assert NAME.encode() not in everything(tmp_path)


def test_another_key_is_said_in_words_and_changes_nothing(tmp_path: Path) -> None:
    database = Database(tmp_path / "venue.db", KEY)
    noted(database)
    database.close()
    before = everything(tmp_path)
    with pytest.raises(WrongKeyError, match="Nothing was changed"):
        Database(tmp_path / "venue.db", VenueKey.random())
    assert everything(tmp_path) == before
    again = Database(tmp_path / "venue.db", KEY)
    with again.reading() as session:
        assert session.scalar(text("SELECT words FROM notes")) == NAME * 100
    again.close()


def test_one_flipped_bit_in_any_page_is_found_and_the_page_named(tmp_path: Path) -> None:
    path = tmp_path / "venue.db"
    database = Database(path, KEY)
    noted(database, 20)
    database.close()
    whole = path.read_bytes()
    for page in range(1, len(whole) // 4096):
        flipped = bytearray(whole)
        flipped[page * 4096 + 2000] ^= 1
        path.write_bytes(flipped)
        with closing(keyed(path, KEY)) as connection:
            problems = integrity_problems(connection)
        assert any(f"page {page + 1}" in line for line in problems), (page, problems)
    path.write_bytes(whole)
    with closing(keyed(path, KEY)) as connection:
        assert integrity_problems(connection) == []


def test_a_truncated_log_loses_nothing_that_came_before_it(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    visit = shelf.finished()
    with shelf.database.engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    shelf.arrived(1)
    log = tmp_path / "venue.db-wal"
    half = log.read_bytes()[: log.stat().st_size // 2]
    shelf.database.engine.dispose()
    log.write_bytes(half)
    shelf.open()
    assert shelf.store.visit(visit.id).entries == visit.entries
    shelf.database.close()
