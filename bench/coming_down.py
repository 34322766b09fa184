"""Prints what it takes to bring a venue up to date: `python -m bench.coming_down [REGISTRATIONS] [WITH_PICTURES]`.

A real region on a socket, a real venue's store, loopback. The list of registrations first, then once more
with nothing new in it, then the pictures of some of them (six of 150 KB each).
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.table import show
from records.registration import Registration
from region.registry.candidate import Prepared
from region.registry.enrolling import enrol_roster
from region.registry.reading import find
from rules.roster.demo import demo_people
from tests.support.builders import DAY
from tests.support.coming_down import Two, two_of
from tests.support.region_app import furnish, open_region
from tests.support.region_records import VENUE

YEAR, PICTURE_BYTES, PAGES = 2027, 150 * 1024, 6


def timed(act: Callable[[], object]) -> float:
    """Return the seconds it took."""
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def upload(two: Two, people: Sequence[Registration], count: int) -> None:
    """Give the first so many candidates six pictures each."""
    scanned = [person for person in people if not person.kinds & {"MIL", "TCM_SC"}]
    for person in scanned[:count]:
        key = find(two.region.store, reg_no=person.reg_no)[0]
        for page in range(PAGES):
            content = os.urandom(PICTURE_BYTES)
            code = ("M02", "M02", "M04", "M04", "M04", "M04")[page]
            two.registry.wardrobe.add(key, code, Prepared(content, b"", "image/jpeg", 1200, 1600))


def main(registrations: int, with_pictures: int) -> None:
    """Measure everything."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "furnished"
        furnish(open_region(home)).store.close()
        with two_of(home, Path(folder)) as two:
            people = demo_people(registrations, DAY)
            enrol_s = timed(lambda: enrol_roster(two.region.store, two.registry.box, YEAR, VENUE, people))
            upload(two, people, with_pictures)
            puller = two.puller()
            cold_s = timed(puller.pull)
            again_s = timed(puller.pull)
            fetched_s = timed(lambda: two.fetch_all(puller))
            progress = two.book.progress(DAY)
    megabytes = progress.here * PICTURE_BYTES / 1e6
    show(
        f"{registrations} registrations, {progress.here} pictures ({megabytes:.0f} MB), loopback",
        ("", "seconds", "each, ms"),
        [
            ("enrolled at the region", f"{enrol_s:.1f}", f"{1000 * enrol_s / registrations:.2f}"),
            ("list pulled into an empty venue", f"{cold_s:.1f}", f"{1000 * cold_s / registrations:.2f}"),
            ("asked again, nothing new", f"{again_s:.3f}", ""),
            ("pictures fetched", f"{fetched_s:.1f}", f"{1000 * fetched_s / max(1, progress.here):.1f}"),
        ],
    )


if __name__ == "__main__":
    given = [int(text) for text in sys.argv[1:3]]
    registrations, with_pictures = (*given, *(2000, 50)[len(given) :])
    main(registrations, with_pictures)
