"""Changes single values in a profile's text and leaves everything else, remarks too, as people wrote it. Pure.

It knows the plain way in which profiles are written: a value a line under its `[table]`. Whether a change has come
out right is for the caller to see, by reading the text again.
"""

import re
from collections.abc import Iterator, Sequence

_HEAD = re.compile(r"^\s*(\[\[?)\s*([\w.\-]+)\s*\]\]?\s*(#.*)?$")
_QUOTES = ('"""', "'''")


def set_value(source: str, table: str, key: str, literal: str | None) -> str:
    """Return the text with `key = literal` in `[table]`, "" for the top; None takes the key out.

    >>> set_value('a = 1\\n[t]\\nb = 2  # why\\n', "t", "b", "3")
    'a = 1\\n[t]\\nb = 3  # why\\n'
    """
    lines = source.splitlines()
    start, end = next(_tables(lines, table), (-1, -1))
    if start < 0:
        return source if literal is None else "\n".join([*lines, "", f"[{table}]", f"{key} = {literal}"]) + "\n"
    return "\n".join([*lines[:start], *_with(lines[start:end], key, literal, bool(table)), *lines[end:]]) + "\n"


def set_in_item(source: str, table: str, code: str, key: str, literal: str | None) -> str:
    """Return the text with a key set in, or taken out of, the `[[table]]` of this `code`."""
    lines = source.splitlines()
    for start, end in _tables(lines, table):
        if _code(lines[start:end]) == code:
            return "\n".join([*lines[:start], *_with(lines[start:end], key, literal, True), *lines[end:]]) + "\n"
    return source


def add_item(source: str, table: str, code: str) -> str:
    """Return the text with one more `[[table]]` of this `code`, behind the others."""
    lines = source.splitlines()
    end = max((end for _start, end in _tables(lines, table)), default=len(lines))
    return "\n".join([*lines[:end], "", f"[[{table}]]", f'code = "{code}"', *lines[end:]]) + "\n"


def remove_item(source: str, table: str, code: str) -> str:
    """Return the text without the `[[table]]` of this `code`."""
    lines = source.splitlines()
    for start, end in _tables(lines, table):
        if _code(lines[start:end]) == code:
            gap = 1 if end < len(lines) and not lines[end].strip() else 0
            return "\n".join([*lines[:start], *lines[end + gap :]]) + "\n"
    return source


def _with(block: Sequence[str], key: str, literal: str | None, has_head: bool) -> list[str]:
    """Return a table's lines with the key set or taken out; a new one stands first, behind the head."""
    at = next((place for place, line in enumerate(block) if re.match(rf"^\s*{re.escape(key)}\s*=", line)), None)
    if at is None:
        first = 1 if has_head else 0
        return list(block) if literal is None else [*block[:first], f"{key} = {literal}", *block[first:]]
    if literal is None:
        return [*block[:at], *block[at + 1 :]]
    remark = re.search(r"""(\s+#[^"']*)$""", block[at])
    return [*block[:at], f"{key} = {literal}{remark[1] if remark else ''}", *block[at + 1 :]]


def _code(block: Sequence[str]) -> str:
    found = next((match for line in block if (match := re.match(r"""^\s*code\s*=\s*["']([^"']*)["']""", line))), None)
    return found[1] if found else ""


def _tables(lines: Sequence[str], name: str) -> Iterator[tuple[int, int]]:
    """Yield first line and end of each table of this name; remarks before the next head belong to that one."""
    heads = list(_heads(lines))
    starts = [(0, ""), *heads] if not name else heads
    for place, (start, found) in enumerate(starts):
        if found == name:
            end = starts[place + 1][0] if place + 1 < len(starts) else len(lines)
            while end > start + 1 and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
                end -= 1
            yield start, end


def _heads(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield the heads of tables; inside of a text over several lines a bracket is no head."""
    inside = ""
    for number, line in enumerate(lines):
        if inside:
            inside = "" if inside in line else inside
            continue
        head = _HEAD.match(line)
        if head:
            yield number, head[2]
            continue
        opened = next((quotes for quotes in _QUOTES if line.count(quotes) == 1), "")
        inside = opened
