"""A file's rows, whatever kind of file it is. The content decides, not the name."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from rules.roster.cells import Cell
from rules.roster.dates import EPOCH_1900

MAX_ROWS = 200_000
MAX_COLUMNS = 200


@dataclass(frozen=True, slots=True)
class Row:
    """One row that is not blank; `number` counts from 1 as the file's own program does."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet of a workbook, or a text file; `epoch` is the day of serial number 0."""

    sheet: str
    rows: Sequence[Row]
    epoch: date = EPOCH_1900


Tables = Iterator[Table]


def is_blank(cells: Sequence[Cell]) -> bool:
    """Return whether nothing can be read in the row."""
    return not any(cell is not None and (not isinstance(cell, str) or cell.strip()) for cell in cells)
