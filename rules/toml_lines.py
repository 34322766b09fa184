"""Finds the line of a value in a TOML file, which the standard library's reader does not keep."""

import re
from collections.abc import Sequence

_TABLE = re.compile(r"^\s*\[\[?\s*([^\]]+?)\s*\]\]?")


def find_line(source: str, location: Sequence[str | int], value: str | int | None = None) -> int:
    """Return the line, from 1, on which `location` stands, or the nearest known line above it.

    Args:
        location: keys and list positions, e.g. `("materials", "items", 3, "code")`.
        value: where given, the line within that place on which this value is written.

    >>> find_line('id = "a"\\n[photo]\\ntries = 3\\n', ("photo", "tries"))
    3
    """
    lines = source.splitlines()
    start, end = 0, len(lines)
    for depth, key in enumerate(location):
        if isinstance(key, int):
            continue
        ordinal = _ordinal(location, depth)
        start, end = _narrow(lines, start, end, _names(location, depth), key, ordinal)
    if value is not None:
        token = re.compile(rf'(?<![\w-])["\']?{re.escape(str(value))}["\']?(?![\w-])')
        for number in range(start, end):
            if token.search(lines[number].split("#")[0]):
                return number + 1
    return start + 1


def _names(location: Sequence[str | int], depth: int) -> str:
    return ".".join(str(key) for key in location[: depth + 1] if not isinstance(key, int))


def _ordinal(location: Sequence[str | int], depth: int) -> int:
    following = location[depth + 1] if depth + 1 < len(location) else 0
    return following if isinstance(following, int) else 0


def _narrow(lines: Sequence[str], start: int, end: int, table: str, key: str, ordinal: int) -> tuple[int, int]:
    """Return the lines of table `table` (its `ordinal`-th, from 0), else of the assignment `key =`, within a range."""
    heads = [number for number in range(start, end) if _table_name(lines[number]) == table]
    if heads:
        head = heads[min(ordinal, len(heads) - 1)]
        after = (number for number in range(head + 1, end) if _leaves(lines[number], table))
        return head, next(after, end)
    assignment = re.compile(rf"^\s*[\"']?{re.escape(key)}[\"']?\s*=")
    for number in range(start, end):
        if assignment.match(lines[number]):
            after = (later for later in range(number + 1, end) if _TABLE.match(lines[later]))
            return number, next(after, end)
    return start, end


def _table_name(line: str) -> str | None:
    match = _TABLE.match(line)
    return match.group(1) if match and "=" not in line.split("]", maxsplit=1)[0] else None


def _leaves(line: str, table: str) -> bool:
    name = _table_name(line)
    return name is not None and not name.startswith(f"{table}.")
