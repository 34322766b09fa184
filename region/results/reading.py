"""Reads the national list: .csv or .xlsx with a registration number and a status in each row."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from region.errors import RegionError
from region.registry.status import Act

MAX_BYTES = 8 * 1024 * 1024
MAX_UNPACKED_BYTES = 128 * 1024 * 1024
MAX_ROWS = 200_000
NUMBERS = frozenset({"报名号", "报名序号", "reg_no", "registration number"})
STATUSES = frozenset({"状态", "结果", "status", "result"})
WORDS: Mapping[str, Act] = {
    "备考": Act.ADMIT,
    "preparing": Act.ADMIT,
    "通过": Act.PASS_EXAM,
    "合格": Act.PASS_EXAM,
    "passed": Act.PASS_EXAM,
    "未通过": Act.FAIL_EXAM,
    "不合格": Act.FAIL_EXAM,
    "failed": Act.FAIL_EXAM,
}
_DAMAGE = (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError, EOFError)


class ListUnreadableError(RegionError):
    """The file is no such list; `code` says why: `format`, `columns`, `empty`, `too_large`."""

    def __init__(self, code: str) -> None:
        super().__init__(f"unreadable list: {code}")
        self.code = code


@dataclass(frozen=True, slots=True)
class Entry:
    """One row; `act` is None where its word is unknown."""

    line: int
    reg_no: str
    word: str
    act: Act | None


def read_list(content: bytes) -> list[Entry]:
    """Return the rows that name somebody.

    Raises:
        ListUnreadableError: see there.
    """
    if not content:
        raise ListUnreadableError("empty")
    if len(content) > MAX_BYTES:
        raise ListUnreadableError("too_large")
    rows = _workbook(content) if content.startswith(b"PK") else _delimited(content)
    entries = list(_entries(rows))
    if not entries:
        raise ListUnreadableError("empty")
    return entries


def _entries(rows: Iterable[list[str]]) -> Iterator[Entry]:
    number = status = -1
    for line, row in enumerate(rows, start=1):
        if line > MAX_ROWS:
            raise ListUnreadableError("too_large")
        if number < 0:  # titles and remarks may stand above the heading
            heads = [cell.strip().lower() for cell in row]
            found = _place(heads, NUMBERS), _place(heads, STATUSES)
            if min(found) >= 0:
                number, status = found
            continue
        reg_no = row[number].strip() if number < len(row) else ""
        word = row[status].strip() if status < len(row) else ""
        if reg_no:
            yield Entry(line, reg_no[:64], word[:32], WORDS.get(word.lower()))
    if number < 0:
        raise ListUnreadableError("columns")


def _place(heads: list[str], names: frozenset[str]) -> int:
    return next((at for at, head in enumerate(heads) if head in names), -1)


def _delimited(content: bytes) -> Iterator[list[str]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        first = text.partition("\n")[0]
        try:
            yield from csv.reader(io.StringIO(text, newline=""), delimiter="\t" if "\t" in first else ",")
        except csv.Error as error:
            raise ListUnreadableError("format") from error
        return
    raise ListUnreadableError("format")


def _workbook(content: bytes) -> Iterator[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(member.file_size for member in archive.infolist()) > MAX_UNPACKED_BYTES:
                raise ListUnreadableError("too_large")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        try:
            sheet = book.worksheets[0]
            rows = [[_text(cell) for cell in row] for row in sheet.iter_rows(max_row=MAX_ROWS + 1, values_only=True)]
        finally:
            book.close()
    except _DAMAGE as error:
        raise ListUnreadableError("format") from error
    yield from rows


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))  # a number that a spreadsheet took for one
    return str(cell)
