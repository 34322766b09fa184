"""Which times of a record cannot be believed, by its own lines alone: pure. Nothing is refused because of it.

Each line carries wall time, steady time and the computer's run. Within one run the two clocks must move together;
nothing can have happened after it was received; and the venue's own doubt is taken as it is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from region.document import Document, Line

TOLERANCE = timedelta(minutes=2)
"""Reading a finger and typing a form may lie between a line's time and its saving; more is a clock."""
SEALING = 0
"""In place of a line's number: the time of sealing."""
DOUBTED = ("back", "ahead")


@dataclass(frozen=True, slots=True)
class Flag:
    """One time that cannot be believed.

    Attributes:
        seq: of the line, or `SEALING`.
        kind: `venue` (its computer said so), `jump` (against the steady clock), `order` (before an earlier line) or
            `future` (after the record was received).
        off: how far, ahead positive; zero where only the venue knows.
    """

    seq: int
    kind: str
    off: timedelta


def flags(document: Document, received_at: datetime) -> tuple[Flag, ...]:
    """Return every time of the record that cannot be believed, in the order of the trail; several a line are possible.

    Args:
        received_at: by the region's clock.
    """
    before: Sequence[Line | None] = (None, *document.lines)
    pairs = zip(document.lines, before, strict=False)
    found = [flag for line, earlier in pairs for flag in _of_line(line, earlier, received_at)]
    if document.sealed_at - received_at > TOLERANCE:
        found.append(Flag(SEALING, "future", document.sealed_at - received_at))
    return tuple(found)


def worst(found: Sequence[Flag]) -> timedelta:
    """Return the largest of what is known by how much clocks were off, ahead positive."""
    return max((flag.off for flag in found), key=abs, default=timedelta())


def _of_line(line: Line, earlier: Line | None, received_at: datetime) -> Iterator[Flag]:
    if line.clock in DOUBTED:
        yield Flag(line.seq, "venue", timedelta())
    if earlier:
        kind, off = _against(line, earlier)
        if abs(off) > TOLERANCE:
            yield Flag(line.seq, kind, off)
    if line.taken_at - received_at > TOLERANCE:
        yield Flag(line.seq, "future", line.taken_at - received_at)


def _against(line: Line, earlier: Line) -> tuple[str, timedelta]:
    passed = line.taken_at - earlier.taken_at
    if line.boot and line.boot == earlier.boot:
        return "jump", passed - timedelta(microseconds=(line.monotonic_ns - earlier.monotonic_ns) // 1000)
    return "order", min(passed, timedelta())
