"""What happens to devices over the day is kept, and counted in the day report without anything of a person."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from devices.bench import Bench
from devices.guard import GuardedDevice
from devices.incidents import MOST, Incidents
from kiosk.closing.report_facts import facts_of
from kiosk.closing.wizard import look
from kiosk.device_diary import DeviceDiary
from local_db.device_checks import CheckBook, Incident
from local_db.errors import DiskFullError
from tests.support.builders import DAY
from tests.support.quiet_venue import QuietVenue, quiet_venue
from tests.support.sensors import until
from tests.unit.devices.test_guard import Reader, guard_of


@pytest.fixture
def quiet(tmp_path: Path) -> Iterator[QuietVenue]:
    with quiet_venue(tmp_path) as venue:
        yield venue


def counted(book: CheckBook, quiet: QuietVenue) -> list[tuple[str, str, str, int]]:
    now = quiet.clock.now()
    return book.incidents(now - timedelta(hours=1), now + timedelta(hours=1))


def diary_of(quiet: QuietVenue, reader: GuardedDevice) -> DeviceDiary:
    return DeviceDiary([Bench(reader.station, {reader.role: reader})], quiet.venue.checks.book)


def test_a_reader_that_is_unplugged_twice_is_counted_twice(quiet: QuietVenue) -> None:
    inner = Reader([])
    reader = guard_of(inner)
    diary = diary_of(quiet, reader)
    for _time in range(2):
        for trouble in ("the cable is out", "the cable is out", ""):
            inner.trouble = trouble
            reader.status()
    diary.keep()
    diary.keep()
    assert counted(quiet.venue.checks.book, quiet) == [("booth-1", "fingerprint", "not_connected", 2)]


def test_what_the_disk_does_not_take_is_kept_the_next_time(quiet: QuietVenue) -> None:
    class FullOnce(CheckBook):
        is_full = True

        def add_incidents(self, incidents: Sequence[Incident]) -> None:
            if self.is_full:
                self.is_full = False
                raise DiskFullError("no room")
            super().add_incidents(incidents)

    book, inner = FullOnce(quiet.venue.database, quiet.clock), Reader([])
    inner.trouble = "the cable is out"
    reader = guard_of(inner)
    reader.status()
    diary = DeviceDiary([Bench(reader.station, {reader.role: reader})], book)
    diary.keep()
    assert counted(book, quiet) == []
    diary.keep()
    assert counted(book, quiet) == [("booth-1", "fingerprint", "not_connected", 1)]


def test_it_is_kept_by_itself_and_at_the_end(quiet: QuietVenue) -> None:
    inner = Reader([])
    reader = guard_of(inner)
    diary = DeviceDiary([Bench(reader.station, {reader.role: reader})], quiet.venue.checks.book, every_s=0.05)
    diary.start()
    inner.trouble = "the cable is out"
    reader.status()
    until(lambda: counted(quiet.venue.checks.book, quiet) != [])
    inner.trouble = ""
    reader.status()
    inner.trouble = "again"
    reader.status()
    diary.stop()
    assert counted(quiet.venue.checks.book, quiet) == [("booth-1", "fingerprint", "not_connected", 2)]


def test_the_report_of_a_day_has_what_happened_on_it_only(quiet: QuietVenue) -> None:
    book = quiet.venue.checks.book
    book.add_incidents([Incident("booth-1", "camera", "not_connected")])
    quiet.clock.forward(days=1)
    book.add_incidents([Incident("booth-1", "camera", "frozen")] * 3)
    for day, expected in (
        (DAY, [("booth-1", "camera", "not_connected", 1)]),
        (DAY + timedelta(days=1), [("booth-1", "camera", "frozen", 3)]),
    ):
        assert facts_of(quiet.venue, look(quiet.venue, day), "lead").incidents == expected


def test_of_a_device_that_nobody_asks_about_only_the_newest_are_kept() -> None:
    incidents = Incidents()
    for number in range(MOST + 5):
        incidents.note(str(number))
    assert incidents.take()[0] == "5"
    assert incidents.take() == []
