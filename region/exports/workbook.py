"""Writes a workbook of one sheet as it is sent: nothing of it lies in memory as a whole, and nothing on the disk.

openpyxl in write-only mode keeps a sheet in a temporary file, in clear, until the workbook is saved. Here the sheet
goes into the archive, and the archive into the answer, row by row.
"""

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS, MOST_TEXT = 1_048_576, 32_767
"""What a sheet, and a cell, can hold."""
CHUNK_BYTES = 64 * 1024
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "#")
"""What a program that opens a table may take for a formula, also after it was saved as .csv and opened again."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
Value = str | int | date | datetime | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is exported.

    Attributes:
        mark: who exports, when, what for; stands above everything and on top of every printed page.
        head: what the columns are called, and how many characters wide they are.
        rows: texts, whole numbers, days, or local times without a zone.
    """

    title: str
    mark: str
    head: Sequence[tuple[str, int]]
    rows: Iterable[Sequence[Value]]


def written(sheet: Sheet) -> Iterator[bytes]:
    """Yield the workbook; ends with the last row that a sheet can hold."""
    sink, book = _Sink(), Workbook(write_only=True)
    archive = ZipFile(cast("Any", sink), "w", ZIP_DEFLATED)
    page = _prepared(book, sheet)
    with archive.open(page.path.lstrip("/"), "w") as entry:
        buffered = io.BufferedWriter(cast("Any", entry), CHUNK_BYTES)
        page._writer = WorksheetWriter(page, buffered)  # noqa: SLF001 - where openpyxl puts its temporary file
        page._writer.write_top()  # noqa: SLF001
        for row in _all_rows(page, sheet):
            page.append(row)
            if sink.size >= CHUNK_BYTES:
                yield sink.take()
        page.close()
        buffered.flush()
    _Writer(book, archive).save()
    yield sink.take()


def plain(text: str) -> str:
    """Return a text as a cell can hold it.

    >>> plain("a\\x00b")
    'ab'
    """
    return _CONTROL.sub("", text)[:MOST_TEXT]


class _Sink:
    """A file that is read while it is written; cannot go back, so that the archive does not try to."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self.size = 0

    def write(self, content: bytes) -> int:
        """Take some bytes."""
        self._parts.append(bytes(content))
        self.size += len(content)
        return len(content)

    def flush(self) -> None:
        """Nothing waits."""

    def take(self) -> bytes:
        """Return what was written since the last time."""
        content = b"".join(self._parts)
        self._parts.clear()
        self.size = 0
        return content


class _Writer(ExcelWriter):
    """Writes all but the sheet, which is in the archive already."""

    def write_worksheet(self, ws: Any) -> None:
        ws._drawing = None  # noqa: SLF001
        ws._rels = ws._writer._rels  # noqa: SLF001
        self.manifest.append(ws)


def _prepared(book: Workbook, sheet: Sheet) -> Any:
    page: Any = book.create_sheet(sheet.title[:31])
    page._id = 1  # noqa: SLF001 - names its place in the archive; openpyxl gives it at the end
    page.freeze_panes = "A3"
    page.HeaderFooter.oddHeader.center.text = sheet.mark.replace("&", "&&")[:240]
    page.print_title_rows = "2:2"
    for number, (_word, width) in enumerate(sheet.head, start=1):
        page.column_dimensions[get_column_letter(number)].width = width
    return page


def _all_rows(page: Any, sheet: Sheet) -> Iterator[list[Any]]:
    strong = Font(bold=True)
    yield [_text(page, sheet.mark, strong)]
    yield [_text(page, word, strong) for word, _width in sheet.head]
    for number, row in enumerate(sheet.rows, start=3):
        if number > MOST_ROWS:
            return
        yield [_cell(page, value) for value in row]


def _cell(page: Any, value: Value) -> Any:
    if not isinstance(value, str):
        return value
    return _text(page, value) if value.startswith(_FORMULA) else plain(value)


def _text(page: Any, text: str, font: Font | None = None) -> Any:
    """Return a cell that is text whatever it begins with, and stays so when somebody edits it."""
    cell: Any = WriteOnlyCell(page, plain(text))
    cell.data_type = "s"
    if text.startswith(_FORMULA):
        cell.quotePrefix = True
    if font is not None:
        cell.font = font
    return cell
