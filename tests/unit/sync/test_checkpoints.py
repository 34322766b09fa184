"""Checkpoints on their way: made when due, sent once, and what the region says is kept."""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from local_db.checkpoints import CheckpointBook, SignedCheckpoint
from region.app import create_app
from region.settings import Settings
from region.signing import receipt_signer
from region.store import open_store
from region.venues import add_venue
from sync.checkpoints import CheckpointSender, HttpCheckpointLine
from sync.errors import UnreachableError
from tests.support.builders import DESK, Shelf
from tests.support.rig_region import RegionLine
from tests.support.signing import TestKey
from tests.support.troubled_line import TroubledLine
from tests.support.troubles import STAND_INS, WELL, Kind, Trouble
from tests.support.web_server import WebServer

VENUE, KEY = "V-TEST", "key-of-the-test-venue"


class Rig:
    """A venue's log and a region on a socket, with its clock ten minutes behind."""

    def __init__(self, folder: Path) -> None:
        self.shelf = Shelf(folder / "venue")
        self.key = TestKey()
        settings = Settings(folder / "region")
        self.store = open_store(settings, lambda: self.shelf.clock.now() - timedelta(minutes=10))
        add_venue(self.store, VENUE, "测试考点", KEY)
        self.line = RegionLine(create_app(settings, self.store, self.key.check), receipt_signer(settings.home))
        self.server = WebServer(self.line)
        self.book = CheckpointBook(self.shelf.database, self.shelf.clock, VENUE, lambda: self.key)
        self.sender = self.new_sender()

    def new_sender(self) -> CheckpointSender:
        return CheckpointSender(self.book, HttpCheckpointLine(self.server.url, KEY), self.shelf.clock)

    def note(self) -> None:
        self.shelf.store.note("training", "desk-1", DESK)

    def close(self) -> None:
        self.sender.stop()
        self.server.stop()
        self.store.close()
        self.shelf.database.close()


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    rig = Rig(tmp_path)
    yield rig
    rig.close()


def test_a_checkpoint_arrives_and_the_clocks_are_compared(rig: Rig) -> None:
    assert rig.sender.round()
    assert rig.book.unsent() == []
    assert rig.book.refused() == []
    assert rig.book.skew_s() == 600


@pytest.mark.parametrize("mood", ["error", "html", "busy", "swallow"])
def test_what_did_not_arrive_for_sure_is_sent_again(rig: Rig, mood: str) -> None:
    rig.line.mood = mood
    assert not rig.sender.round()
    assert [one.checkpoint.number for one in rig.book.unsent()] == [1]
    rig.line.mood = "well"
    assert rig.sender.round()
    assert rig.book.unsent() == []


@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.8, 0.95])
def test_a_checkpoint_that_changed_on_the_way_is_sent_again_and_is_no_finding(rig: Rig, share: float) -> None:
    coming = iter([Trouble(Kind.CORRUPT_REQUEST, share)])
    with TroubledLine(lambda: next(coming, WELL), rig.server.port) as line:
        sender = CheckpointSender(rig.book, HttpCheckpointLine(line.url, KEY, timeout_s=5), rig.shelf.clock)
        assert not sender.round()
        assert rig.book.refused() == []
        assert sender.round()
        sender.stop()


def test_a_region_that_does_not_know_the_venue_now_may_know_it_later(rig: Rig) -> None:
    word = STAND_INS["word 403"]
    with TroubledLine(lambda: Trouble(Kind.STAND_IN, answer=word), rig.server.port) as line:
        sender = CheckpointSender(rig.book, HttpCheckpointLine(line.url, KEY), rig.shelf.clock)
        assert not sender.round()
        sender.stop()
    assert rig.book.refused() == []
    assert rig.sender.round()


def test_a_log_that_was_put_back_is_a_finding_at_both_ends(rig: Rig, tmp_path: Path) -> None:
    rig.sender.round(now=True)
    rig.shelf.database.close()
    backup = shutil.copytree(rig.shelf.folder, tmp_path / "backup")
    rig.note()
    rig.sender.round(now=True)
    rig.shelf.database.close()
    shutil.copytree(backup, rig.shelf.folder, dirs_exist_ok=True)
    for _number in range(3):
        rig.note()
    assert not rig.sender.round(now=True)
    assert rig.book.refused() == [(2, "contradicts")]


def test_without_a_region_checkpoints_stay_and_still_count(rig: Rig) -> None:
    assert not CheckpointSender(rig.book, None, rig.shelf.clock).round()
    assert [one.number for one in rig.book.every()] == [1]


class Dead:
    """A line that carries nothing."""

    def put(self, signed: SignedCheckpoint) -> datetime:
        raise UnreachableError("no line")

    def close(self) -> None:
        pass


def test_the_day_ends_with_a_checkpoint(rig: Rig) -> None:
    sender = CheckpointSender(rig.book, Dead(), rig.shelf.clock)
    sender.start(pause_s=60)
    rig.note()
    sender.stop()
    newest = rig.book.every()[-1]
    rig.note()
    assert rig.book.make()
    assert rig.book.every()[-1].entry == newest.entry + 1
