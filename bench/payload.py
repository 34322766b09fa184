"""The records that the benchmark sends: the sizes of a candidate's, bytes that cannot be compressed."""

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from local_db.visits import Visit
from records.evidence import Attachment, Evidence
from tests.support.builders import DESK, START, Shelf, seal_always

SIZES = (900_000, 420_000, 420_000, 130_000, 100_000, 30_000, 1_500, 1_500)
"""One record, 2 MB: a photo, two scans, a page, two fingerprints, a signature, two templates."""
VENUE = "test"
"""The venue that the builders' records name."""


def contents(number: int) -> list[bytes]:
    """Return the files of the record of this number."""
    dice = random.Random(number)
    return [dice.randbytes(size) for size in SIZES]


def write_folder(folder: Path, count: int) -> int:
    """Write plain files for the peers; return how many bytes they are."""
    total = 0
    for number in range(count):
        for place, content in enumerate(contents(number)):
            path = folder / f"record-{number:03}" / f"{place}.bin"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            total += len(content)
    return total


def finished_visits(home: Path, count: int) -> tuple[Shelf, list[Visit]]:
    """Return a venue's store in which so many visits are finished and wait to be sent."""
    home.mkdir(parents=True, exist_ok=True)
    shelf = Shelf(home, people=count)
    return shelf, [_finish(shelf, number) for number in range(count)]


def _finish(shelf: Shelf, number: int) -> Visit:
    files: Sequence[Attachment] = [
        replace(Attachment.of("picture", "image/jpeg", content), role=f"picture-{place}")
        for place, content in enumerate(contents(number))
    ]
    visit = shelf.arrived(number)
    evidence = Evidence("photo", START, {"try": 1}, attachments=tuple(files))
    return shelf.store.save_evidence(visit.id, visit.last_seq, [evidence], DESK, seal_always)
