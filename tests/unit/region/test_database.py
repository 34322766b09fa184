"""What both databases promise: commits on the disk, reading of one moment, logs that cannot be changed."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from region.audit import note
from region.database import add_if_new, migrate, open_engine
from region.models import AuditLine, CheckpointRow, StoredFile
from tests.support.region_app import Region
from tests.support.region_places import LargePlaces
from tests.support.region_records import VENUE
from tests.support.registry import registry_of, somebody

FILE = {"digest": "d" * 64, "size": 1, "media_type": "image/png"}
CHECKPOINT = {"digest": "d", "number": 1, "entry": 1, "head": "h", "key_id": "k", "signature": "s", "trouble": ""}


def test_every_commit_is_on_the_disk(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path / 'region.sqlite3'}")
    with engine.connect() as connection:
        settings = [connection.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "synchronous")]
        assert settings == ["wal", 2]
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
    engine.dispose()


def test_migrating_again_changes_nothing(region: Region) -> None:
    engine = open_engine(region.settings.url)
    migrate(engine)
    engine.dispose()
    assert region.get("/status").status_code == 200


def test_what_is_read_is_of_one_moment(region: Region) -> None:
    """Somebody commits between two questions of one reading: the second answer fits the first."""
    with region.store.read() as session:
        first = session.scalars(select(AuditLine.seq)).all()
        with region.store.write() as writing:
            note(writing, region.clock(), "somebody", "test")
        assert session.scalars(select(AuditLine.seq)).all() == first
    with region.store.read() as session:
        assert len(session.scalars(select(AuditLine.seq)).all()) == len(first) + 1


def test_what_exists_is_not_added_twice(region: Region) -> None:
    with region.store.write() as session:
        assert [add_if_new(session, StoredFile, received_at=region.clock(), **FILE) for _ in range(2)] == [True, False]


@pytest.mark.parametrize("table", ["audit", "checkpoints", "registration_events"])
@pytest.mark.parametrize("act", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}", "TRUNCATE {0}"])
def test_logs_are_added_to_and_never_changed_on_postgresql(large_places: LargePlaces, table: str, act: str) -> None:
    """That SQLite refuses too is tested where each is written."""
    region = large_places.new()
    registry_of(region.store).enrol(somebody())
    with region.store.write() as session:
        session.add(CheckpointRow(venue=VENUE, **CHECKPOINT, made_at=region.clock(), received_at=region.clock()))
    column = "head" if table == "checkpoints" else "act"
    with pytest.raises(DatabaseError, match="append-only"), region.store.write() as session:
        session.execute(text(act.format(table, column)))
    with region.store.read() as session:
        assert session.scalar(text(f"SELECT count(*) FROM {table}")) > 0
