"""Reads text tables: which encoding, which delimiter, and what to do about a stray quotation mark."""

import csv
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator, Sequence

from rules.roster.columns import HEADER_WITHIN_ROWS, find_header
from rules.roster.errors import Fault, RosterError
from rules.roster.table import MAX_COLUMNS, MAX_ROWS, Row, Table, is_blank

DELIMITERS = (",", "\t", ";", "，", "|")
MAX_LINES_OF_A_ROW = 20
"""A quoted cell may hold line breaks; one that goes on for longer is a quotation mark nobody closed."""


def table_of_text(content: bytes) -> Table:
    """Return the text file as a table.

    Raises:
        RosterError: NOT_A_TABLE if it is no text in a known encoding, TOO_LARGE if it has too many rows.
    """
    lines = plain_text(content).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    start = lines[: HEADER_WITHIN_ROWS * 2]
    delimiter = max(DELIMITERS, key=lambda sign: len(find_header(_rows(start, sign)).fields))
    rows = _rows(lines, delimiter)
    if all(len(row.cells) == 1 for row in rows):
        raise RosterError(Fault.NOT_A_TABLE, "text without columns")
    if len(rows) > MAX_ROWS:
        raise RosterError(Fault.TOO_LARGE, f"more than {MAX_ROWS} rows")
    return Table("", rows)


def plain_text(content: bytes) -> str:
    """Return the text of a file.

    Raises:
        RosterError: NOT_A_TABLE if it is no text in a known encoding, or one for programs.
    """
    text = _decode(content)
    if text.lstrip().startswith(("<", "{", "%PDF")):
        raise RosterError(Fault.NOT_A_TABLE, "a web page or a document")
    return text


def _decode(content: bytes) -> str:
    for mark, encoding in ((BOM_UTF8, "utf-8-sig"), (BOM_UTF16_LE, "utf-16"), (BOM_UTF16_BE, "utf-16")):
        if content.startswith(mark):
            return _strictly(content, encoding)
    if b"\0" in content:
        raise RosterError(Fault.NOT_A_TABLE, "binary content")
    try:
        return content.decode("utf-8")  # strict: GB 18030 text practically never passes as UTF-8
    except UnicodeDecodeError:
        return _strictly(content, "gb18030")


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise RosterError(Fault.NOT_A_TABLE, f"no text in UTF-8, UTF-16 or GB 18030: byte {error.start}") from error


def _rows(lines: Sequence[str], delimiter: str) -> list[Row]:
    return [Row(number, cells) for number, cells in _parsed(lines, delimiter) if not is_blank(cells)]


def _parsed(lines: Sequence[str], delimiter: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Give each row with the number of its first line; a row with bad quoting costs only its own line."""
    at = 0
    while at < len(lines):
        used, cells = _one_row(lines, at, delimiter)
        yield at + 1, tuple(cells[:MAX_COLUMNS])
        at += used


def _one_row(lines: Sequence[str], at: int, delimiter: str) -> tuple[int, list[str]]:
    line = lines[at]
    if '"' not in line:
        return 1, line.split(delimiter)
    reader = csv.reader((part + "\n" for part in lines[at : at + MAX_LINES_OF_A_ROW]), delimiter=delimiter, strict=True)
    try:
        cells = next(reader)
    except (csv.Error, StopIteration):
        return 1, [cell.strip().strip('"') for cell in line.split(delimiter)]
    return reader.line_num, cells
