"""The puller asks for what it can get, less at a time on a bad line, and waits when it is told to."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from local_db.blobs import BlobFolder
from local_db.online import OnlineBook
from records.online import Incoming, Online, OnlineItem, OnlinePicture
from records.registration import Registration
from sync.errors import OverloadedError, SyncError, UnreachableError
from sync.pulling import FIRST_PAGE, SMALLEST_PAGE, Puller
from sync.source import FoundProfile
from tests.support.builders import DAY, KEY, Shelf

PICTURE = OnlinePicture("2027-a", "a" * 64, "image/png", 9)


class Region:
    """A region in memory that does what it is told."""

    def __init__(self) -> None:
        self.told: list[Incoming] = []
        self.trouble: SyncError | None = None
        self.pages: list[int] = []
        self.fetched = 0

    def registrations(self, since: int, limit: int) -> tuple[Sequence[Incoming], int]:
        self.pages.append(limit)
        if self.trouble:
            raise self.trouble
        found = [one for one in self.told if one.change > since][:limit]
        return found, found[-1].change if found else since

    def picture(self, picture_id: str, digest: str, got: bytearray) -> bytes:
        self.fetched += 1
        if self.trouble:
            raise self.trouble
        return b"a picture"

    def profile(self, known: str, in_use: str) -> FoundProfile | None:
        return None

    def tell(self, person: Registration) -> None:
        change = len(self.told) + 1
        items = (OnlineItem("M02", "waiting", 1, pictures=(PICTURE,)),)
        online = Online("2027/x", change, "filling", True, items)
        self.told.append(Incoming("2027/x", change, person.reg_no, person, online))


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    opened = Shelf(tmp_path)
    yield opened
    opened.database.close()


class Steady:
    """A steady clock that moves when told to."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


def puller(shelf: Shelf, region: Region, seconds: Steady) -> Puller:
    book = OnlineBook(shelf.database, BlobFolder(shelf.folder / "online", KEY), shelf.clock)
    return Puller(book, region, lambda: DAY, seconds=seconds)


def test_a_region_that_asks_for_a_pause_is_left_alone_as_long(shelf: Shelf) -> None:
    region, seconds = Region(), Steady()
    mine = puller(shelf, region, seconds)
    region.trouble = OverloadedError("HTTP 503 over_capacity", 60, is_for_all=True)
    with pytest.raises(OverloadedError):
        mine.pull()
    mine.pull()
    assert mine.fetch(lambda: True) is False
    assert len(region.pages) == 1
    seconds.at += 61
    region.trouble = None
    mine.pull()
    assert len(region.pages) > 1


def test_a_region_that_cannot_open_one_picture_is_asked_for_the_rest(shelf: Shelf) -> None:
    region, seconds = Region(), Steady()
    region.tell(shelf.people[0])
    mine = puller(shelf, region, seconds)
    mine.pull()
    region.trouble = OverloadedError("HTTP 503 storage_failed", 30, is_for_all=False)
    with pytest.raises(OverloadedError):
        mine.fetch(lambda: True)
    region.trouble = None
    mine.fetch(lambda: True)
    assert region.fetched == 2


def test_on_a_bad_line_less_is_asked_for_at_a_time_and_on_a_good_one_more(shelf: Shelf) -> None:
    region, seconds = Region(), Steady()
    mine = puller(shelf, region, seconds)
    region.trouble = UnreachableError("no answer")
    for _try in range(6):
        with pytest.raises(UnreachableError):
            mine.pull()
    assert region.pages[0] == FIRST_PAGE
    assert region.pages[-1] == SMALLEST_PAGE
    region.trouble = None
    region.tell(shelf.people[0])
    mine.pull()
    assert region.pages[-1] > SMALLEST_PAGE


def test_what_may_not_go_on_fetches_nothing(shelf: Shelf) -> None:
    region, seconds = Region(), Steady()
    region.tell(shelf.people[0])
    mine = puller(shelf, region, seconds)
    mine.pull()
    assert mine.fetch(lambda: False) is False
    assert region.fetched == 0
