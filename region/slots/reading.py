"""Reads tables of appointments: which there are, and who has which in a city's own booking system.

Cells, days and hours are read as the venue reads them in rosters (`rules.roster`), so that both take the same files.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from records.registration import Slot
from rules.roster.cells import Cell, as_text, half_width
from rules.roster.columns import field_named
from rules.roster.dates import read_slot
from rules.roster.delimited import plain_text
from rules.roster.errors import Fault, RosterError
from rules.roster.identity import tidy_id_no
from rules.roster.reading import tables_of
from rules.roster.table import Row, Table

HEADER_WITHIN_ROWS = 60
_BETWEEN = re.compile(r"[\s,;、]+")
MOST_QUOTA = 10_000
_MORE: Mapping[str, str] = {
    **dict.fromkeys(("日期", "审核日期", "预约日期"), "slot_day"),
    **dict.fromkeys(("时间", "时间段", "审核时间"), "slot_time"),
    **dict.fromkeys(("名额", "人数", "容量", "可预约人数", "限额", "quota"), "quota"),
    **dict.fromkeys(("团体", "预约单位", "绿色通道", "group"), "party"),
}
"""Headers that a roster does not have, or means otherwise."""
_SAID = {"slot_day": "预约日期", "quota": "名额", "reg_no": "报名号", "id_no": "证件编号"}


@dataclass(frozen=True, slots=True)
class SlotLine:
    """One appointment that is offered; `problem` is a code of `PROBLEMS`, "" where the row is good."""

    row_number: int
    slot: Slot | None
    quota: int
    level: str
    party: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class BookedLine:
    """One candidate's appointment; known by registration number, or else by the document's."""

    row_number: int
    reg_no: str
    id_no: str
    slot: Slot | None
    problem: str = ""


PROBLEMS = ("no_day", "no_quota", "nobody")
"""Day or hours cannot be read; the number of places cannot; neither of the two numbers is there."""


def read_slots(content: bytes) -> list[SlotLine]:
    """Return what a table offers: day, hours, places, and if it has them level and group.

    Raises:
        RosterError: nothing of it can be read; says why.
    """
    return [_slot_line(row, header, table) for table, header, row in _rows(content, ("slot_day", "quota"), ())]


def read_bookings(content: bytes) -> list[BookedLine]:
    """Return who has which appointment; raises as `read_slots`."""
    return [
        _booked_line(row, header, table) for table, header, row in _rows(content, ("slot_day",), ("reg_no", "id_no"))
    ]


def read_numbers(content: bytes) -> list[str]:
    """Return the registration numbers of a file: a table's by its header or in its first column, or those of a text.

    Raises:
        RosterError: nothing of it can be read; says why.
    """
    try:
        found = [as_text(_cell(row, header, "reg_no")) for _table, header, row in _rows(content, ("reg_no",), ())]
    except RosterError as error:
        if error.fault is Fault.NOT_A_TABLE:
            found = [plain_text(content)]
        elif error.fault is Fault.NO_HEADER:
            found = [as_text(row.cells[0]) for table in tables_of(content) for row in table.rows if row.cells]
        else:
            raise
    return numbers_in(" ".join(found))


def numbers_in(text: str) -> list[str]:
    """Return the registration numbers of a text in which anything but a number lies between them.

    >>> numbers_in("r0001，R0002\\n R0003;")
    ['R0001', 'R0002', 'R0003']
    """
    return [number for number in _BETWEEN.split(half_width(text).upper()) if number]


def _rows(content: bytes, needed: Sequence[str], one_of: Sequence[str]) -> Iterator[tuple[Table, dict[str, int], Row]]:
    if not content.strip():
        raise RosterError(Fault.EMPTY)
    for table in tables_of(content):
        rows = iter(list(table.rows))
        for row, _place in zip(rows, range(HEADER_WITHIN_ROWS), strict=False):
            header = _header(row)
            if all(name in header for name in needed) and (not one_of or any(name in header for name in one_of)):
                yield from ((table, header, below) for below in rows if any(as_text(cell) for cell in below.cells))
                return
    raise RosterError(Fault.NO_HEADER, "no header", tuple(_SAID[name] for name in (*needed, *one_of)))


def _header(row: Row) -> dict[str, int]:
    found: dict[str, int] = {}
    for index, cell in enumerate(row.cells):
        plain = half_width(as_text(cell)).strip().lower()
        name = _MORE.get(plain) or field_named(cell)
        if name:
            found.setdefault(name, index)
    return found


def _cell(row: Row, header: Mapping[str, int], name: str) -> Cell:
    index = header.get(name)
    return row.cells[index] if index is not None and index < len(row.cells) else None


def _when(row: Row, header: Mapping[str, int], table: Table) -> Slot | None:
    return read_slot(_cell(row, header, "slot_day"), _cell(row, header, "slot_time"), table.epoch)


def _slot_line(row: Row, header: Mapping[str, int], table: Table) -> SlotLine:
    slot, quota = _when(row, header, table), as_text(_cell(row, header, "quota")).removesuffix(".0")
    level, party = as_text(_cell(row, header, "exam_level"))[:16], as_text(_cell(row, header, "party"))[:64]
    is_number = quota.isascii() and quota.isdigit() and 0 < int(quota) <= MOST_QUOTA
    problem = "no_day" if slot is None else "" if is_number else "no_quota"
    return SlotLine(row.number, slot, int(quota) if is_number else 0, level, party, problem)


def _booked_line(row: Row, header: Mapping[str, int], table: Table) -> BookedLine:
    reg_no = as_text(_cell(row, header, "reg_no")).upper()
    id_no = tidy_id_no(as_text(_cell(row, header, "id_no")))
    slot = _when(row, header, table)
    problem = "nobody" if not (reg_no or id_no) else "no_day" if slot is None else ""
    return BookedLine(row.number, reg_no, id_no, slot, problem)
