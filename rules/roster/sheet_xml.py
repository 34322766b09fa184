"""Reads one sheet of a workbook as a stream of events; 420 000 cells in a few seconds.

openpyxl needs five times as long, because with defusedxml it parses in pure Python, and gives up on workbooks whose
styles are odd. Entities, which a roster never has and a bomb always, are refused.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import IO
from xml.parsers.expat import ParserCreate

from rules.roster.cells import Cell
from rules.roster.dates import EPOCH_1900
from rules.roster.errors import Fault, RosterError
from rules.roster.table import MAX_COLUMNS, MAX_ROWS, Row, is_blank

Attributes = Mapping[str, str]
_DIGITS = "0123456789"
_DAY_S = 24 * 60 * 60


def walk(
    stream: IO[bytes],
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Call back for each element, by its name without prefix, and for the text between.

    Raises:
        RosterError: CORRUPT, the document declares entities.
        ExpatError: it is not well-formed.
    """
    local: dict[str, str] = {}

    def named(name: str) -> str:
        return local.get(name) or local.setdefault(name, name.rpartition(":")[2])

    parser = ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, attributes: start(named(name), attributes)
    if end is not None:
        parser.EndElementHandler = lambda name: end(named(name))
    parser.CharacterDataHandler = text
    parser.EntityDeclHandler = _refuse_entities
    parser.ParseFile(stream)


def _refuse_entities(*_declaration: object) -> None:
    raise RosterError(Fault.CORRUPT, "declares entities")


class TextCollector:
    """Gathers the text of `t` and `v` elements, without the phonetic guides that stand among them."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._open = False
        self._phonetic = False

    def start(self, name: str) -> None:
        """Listen if this element holds text."""
        self._phonetic = self._phonetic or name == "rPh"
        self._open = name in ("t", "v") and not self._phonetic

    def end(self, name: str) -> None:
        """Listen no longer."""
        self._open = False
        self._phonetic = self._phonetic and name != "rPh"

    def text(self, part: str) -> None:
        """Keep the text if it is wanted."""
        if self._open:
            self._parts.append(part)

    def take(self) -> str:
        """Return what was gathered, and begin anew."""
        gathered = "".join(self._parts)
        self._parts.clear()
        return gathered


class SheetReader:
    """Turns the events of a sheet into rows.

    Args:
        strings: the workbook's shared strings.
        day_styles: cell styles that show a number as a date or a time.
        epoch: day of serial number 0.
    """

    def __init__(self, strings: Sequence[str], day_styles: frozenset[str], epoch: date) -> None:
        self.rows: list[Row] = []
        self._strings, self._day_styles, self._epoch = strings, day_styles, epoch
        self._text = TextCollector()
        self._columns: dict[str, int] = {}
        self._cells: list[Cell] = []
        self._row_number = 0
        self._column = -1
        self._kind, self._style = "n", ""

    def read(self, stream: IO[bytes]) -> list[Row]:
        """Return the sheet's rows that are not blank.

        Raises:
            RosterError: TOO_LARGE, more rows than any roster has.
        """
        walk(stream, self._start, self._end, self._text.text)
        return self.rows

    def _start(self, name: str, attributes: Attributes) -> None:
        if name == "c":
            self._column = self._column_of(attributes.get("r", ""))
            self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "")
            self._text.take()
        elif name == "row":
            self._row_number = int(attributes.get("r", self._row_number + 1))
            self._cells, self._column = [], -1
        else:
            self._text.start(name)

    def _end(self, name: str) -> None:
        if name == "c":
            self._keep(self._text.take())
        elif name == "row":
            if not is_blank(self._cells):
                self.rows.append(Row(self._row_number, tuple(self._cells)))
            if len(self.rows) > MAX_ROWS:
                raise RosterError(Fault.TOO_LARGE, f"more than {MAX_ROWS} rows")
        else:
            self._text.end(name)

    def _column_of(self, reference: str) -> int:
        letters = reference.rstrip(_DIGITS)
        if not letters:
            return self._column + 1
        if letters not in self._columns:
            number = 0
            for letter in letters.upper():
                number = number * 26 + ord(letter) - ord("A") + 1
            self._columns[letters] = number - 1
        return self._columns[letters]

    def _keep(self, text: str) -> None:
        if text and 0 <= self._column < MAX_COLUMNS:
            missing = self._column + 1 - len(self._cells)
            if missing > 0:
                self._cells.extend([None] * missing)
            self._cells[self._column] = self._value(text)

    def _value(self, text: str) -> Cell:
        if self._kind == "s":
            return self._strings[int(text)]
        if self._kind == "b":
            return text.strip() == "1"
        if self._kind != "n":
            return text
        try:
            number = float(text) if set(text) & set(".eE") else int(text)
        except ValueError:
            return text
        return day_of(number, self._epoch) if self._style in self._day_styles else number


def day_of(serial: float, epoch: date) -> Cell:
    """Return the moment a serial number means, a time if it is less than a day; the number itself if it means none.

    >>> day_of(46436.5, EPOCH_1900), day_of(0.375, EPOCH_1900)
    (datetime.datetime(2027, 2, 18, 12, 0), datetime.time(9, 0))
    """
    seconds = round(serial * _DAY_S)
    if not 0 <= seconds < 2_958_466 * _DAY_S:  # 31 December 9999
        return serial
    if seconds < _DAY_S:
        return time(seconds // 3600, seconds // 60 % 60, seconds % 60)
    leap_that_never_was = 1 if epoch == EPOCH_1900 and serial < 60 else 0
    return datetime.combine(epoch, time()) + timedelta(days=leap_that_never_was, seconds=seconds)
