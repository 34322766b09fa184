"""What is other in one text than in another, line by line. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

AROUND = 3


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a difference.

    Attributes:
        kind: `same`, `gone`, `new`, or `gap` for lines that are left out because nothing in them is other.
        old, new: its number in either text, from 1; None where it is not in it.
    """

    kind: str
    text: str = ""
    old: int | None = None
    new: int | None = None


def difference(before: str, after: str) -> tuple[Line, ...]:
    """Return the lines that are other, with some around them; nothing where the texts are alike."""
    old, new = before.splitlines(), after.splitlines()
    lines: list[Line] = []
    for group in SequenceMatcher(None, old, new).get_grouped_opcodes(AROUND):
        if lines or group[0][1]:
            lines.append(Line("gap"))
        for tag, old_from, old_to, new_from, new_to in group:
            if tag == "equal":
                lines += _same(old, old_from, old_to, new_from)
                continue
            lines += [Line("gone", old[at], old=at + 1) for at in range(old_from, old_to)]
            lines += [Line("new", new[at], new=at + 1) for at in range(new_from, new_to)]
    return tuple(lines)


def counts(lines: Sequence[Line]) -> tuple[int, int]:
    """Return how many lines are gone and how many are new."""
    kinds = [line.kind for line in lines]
    return kinds.count("gone"), kinds.count("new")


def _same(old: Sequence[str], start: int, end: int, new_start: int) -> Iterator[Line]:
    for at in range(start, end):
        yield Line("same", old[at], at + 1, new_start + at - start + 1)
