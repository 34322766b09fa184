"""Stations are known from what arrives, and were never seen later than it did."""

from dataclasses import replace
from datetime import datetime, timedelta

from region.administration.reading import venue_view
from region.document import Document
from region.stations import MOST, note_stations
from tests.support.region_app import OTHER_VENUE, Region
from tests.support.region_records import AT, VENUE, opened, sealed


def seen(region: Region, venue: str = VENUE) -> dict[str, tuple[datetime, datetime]]:
    return {row.name: (row.first_at, row.last_at) for row in venue_view(region.store, venue).stations}


def at_stations(document: Document, *names: str, by: timedelta = timedelta()) -> Document:
    line = document.lines[0]
    lines = tuple(replace(line, station=name, taken_at=line.taken_at + by) for name in names)
    return replace(document, lines=lines)


def test_an_accepted_record_tells_of_its_stations(region: Region) -> None:
    record, files = sealed()
    first, *others = files
    region.put(f"/records/{record.digest}", record.content)
    region.put(f"/files/{first}", files[first])
    assert seen(region) == {}, "not while it cannot be opened"
    for digest in others:
        region.put(f"/files/{digest}", files[digest])
    assert seen(region) == {"booth-1": (AT + timedelta(minutes=1), AT + timedelta(minutes=8))}
    assert seen(region, OTHER_VENUE) == {}


def test_times_widen_and_a_clock_that_is_ahead_is_not_believed(region: Region) -> None:
    document, now = opened(*sealed()), region.clock()

    def note(*names: str, by: timedelta = timedelta()) -> None:
        with region.store.write() as session:
            note_stations(session, VENUE, at_stations(document, *names, by=by), now)

    note("desk-1", "", "desk-2")
    first = document.lines[0].taken_at
    note("desk-1", by=timedelta(hours=-2))
    note("desk-2", by=timedelta(days=400))
    assert seen(region) == {"desk-1": (first - timedelta(hours=2), first), "desk-2": (first, now)}
    note(*(f"made-up-{number}" for number in range(MOST + 50)))
    assert len(seen(region)) == MOST
    note("one too many")
    note("desk-1", by=timedelta(minutes=5))
    assert len(seen(region)) == MOST
    assert seen(region)["desk-1"][1] == first + timedelta(minutes=5)
