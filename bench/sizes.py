"""What the benchmark sends: the sizes of a candidate's files, bytes that cannot be compressed."""

import random
from pathlib import Path

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
