"""A venue's folder in which finished visits wait to be sent."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bench.sizes import VENUE, contents
from local_db.visits import Visit
from records.evidence import Attachment, Evidence
from records.seal import Sealer
from tests.support.builders import DESK, SEALER, START, Shelf, seal_always


def finished_visits(home: Path, count: int, sealer: Sealer = SEALER) -> tuple[Shelf, list[Visit]]:
    """Return a venue's store in which so many visits are finished and wait to be sent."""
    home.mkdir(parents=True, exist_ok=True)
    shelf = Shelf(home, people=count)
    return shelf, [_finish(shelf, number, sealer) for number in range(count)]


def _finish(shelf: Shelf, number: int, sealer: Sealer) -> Visit:
    files: Sequence[Attachment] = [
        replace(Attachment.of("picture", "image/jpeg", content), role=f"picture-{place}")
        for place, content in enumerate(contents(number))
    ]
    visit = shelf.arrived(number)
    evidence = Evidence("photo", START, {"try": 1}, attachments=tuple(files))
    return shelf.store.save_evidence(
        visit.id, visit.last_seq, [evidence], DESK, lambda done: seal_always(shelf.store, done, VENUE, sealer)
    )
