"""The ends of a visit's versions: one where each follows the one before it, several where it has forked. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from region.models import RecordRow


@dataclass(frozen=True, slots=True)
class Tip:
    """A version that none follows; `line` is what leads to it alone, itself last."""

    row: RecordRow
    line: tuple[str, ...]


def tips(rows: Sequence[RecordRow]) -> list[Tip]:
    """Return the ends of one visit's versions in the order of the rows.

    A version whose predecessor has not come is an end, or leads to one, by itself.
    """
    known = {row.digest: row for row in rows}
    followed = {row.previous for row in rows}
    ends = [row for row in rows if row.digest not in followed]
    ways = {row.digest: _way(row, known) for row in ends}
    shared = {digest for end, way in ways.items() for digest in way if any(digest in ways[o] for o in ways if o != end)}
    return [Tip(row, tuple(digest for digest in ways[row.digest] if digest not in shared)) for row in ends]


def _way(end: RecordRow, known: dict[str, RecordRow]) -> list[str]:
    """Return the versions that lead to an end, the oldest first; what a stranger made a circle ends there."""
    way: list[str] = []
    row: RecordRow | None = end
    while row is not None and row.digest not in way:
        way.append(row.digest)
        row = known.get(row.previous)
    return way[::-1]
