"""Reads a roster file: one outcome a row."""

import re
from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path

from rules.roster.cells import as_text
from rules.roster.columns import Header, find_header, is_header
from rules.roster.comparing import compare_rows
from rules.roster.delimited import table_of_text
from rules.roster.errors import Fault, RosterError
from rules.roster.fields import Circumstances, read_registration
from rules.roster.outcome import Finding, Outcome, Roster
from rules.roster.table import Row, Table, Tables
from rules.roster.workbook import tables_in_workbook

MAX_FILE_BYTES = 64 * 1024 * 1024

_ZIP, _OLE = b"PK", bytes.fromhex("d0cf11e0a1b11ae1")
_TOTAL = re.compile(r"(?:合 ?计|总 ?计|小 ?计|共 ?计|总人数)|共 ?\d+ ?(?:人|名|条|行)")


def read_roster(path: Path, today: date) -> Roster:
    """Return what the file holds.

    Raises:
        RosterError: nothing of it can be read; the error says why.
        OSError: the file itself cannot be read.
    """
    if path.stat().st_size > MAX_FILE_BYTES:
        raise RosterError(Fault.TOO_LARGE, f"{path.stat().st_size} bytes")
    return read_roster_bytes(path.read_bytes(), today)


def read_roster_bytes(content: bytes, today: date) -> Roster:
    """Return what the file's bytes hold; `today` is the venue's local day.

    Raises:
        RosterError: nothing of it can be read; the error says why.
    """
    if not content.strip():
        raise RosterError(Fault.EMPTY)
    if len(content) > MAX_FILE_BYTES:
        raise RosterError(Fault.TOO_LARGE, f"{len(content)} bytes")
    nearest: Header | None = None
    is_empty = True
    for table in tables_of(content):
        header = find_header(table.rows)
        if not header.missing:
            return Roster(sha256(content).hexdigest(), table.sheet, _outcomes(table, header, today))
        is_empty = is_empty and not table.rows
        if nearest is None or len(header.fields) > len(nearest.fields):
            nearest = header
    if is_empty or nearest is None:
        raise RosterError(Fault.EMPTY)
    raise RosterError(Fault.NO_HEADER, f"{len(nearest.missing)} columns missing", nearest.missing)


def tables_of(content: bytes) -> Tables:
    """Return the sheets of a workbook, or a text file as one table; the content decides, not the name.

    Raises:
        RosterError: it is neither; the error says why.
    """
    if content.startswith(_ZIP):
        return tables_in_workbook(content)
    if content.startswith(_OLE):
        locked = "EncryptedPackage".encode("utf-16-le") in content
        raise RosterError(Fault.ENCRYPTED_WORKBOOK if locked else Fault.OLD_WORKBOOK)
    return iter((table_of_text(content),))


def _outcomes(table: Table, header: Header, today: date) -> Sequence[Outcome]:
    around = Circumstances(today, table.epoch)
    below = (row for row in table.rows if row.number > header.row_number)
    return compare_rows([_outcome(row, header, around) for row in below])


def _outcome(row: Row, header: Header, around: Circumstances) -> Outcome:
    if no_person := _no_person(row, header):
        return Outcome(row.number, (Finding(no_person),), None)
    width = len(row.cells)
    cells = {field: row.cells[index] for field, index in header.fields.items() if index < width}
    extra = {name: as_text(row.cells[index]) for name, index in header.extra.items() if index < width}
    registration, findings = read_registration(cells, {name: text for name, text in extra.items() if text}, around)
    return Outcome(row.number, tuple(findings), registration)


def _no_person(row: Row, header: Header) -> str:
    """Return the code of why the row is no registration, "" if it is one."""
    if is_header(row, header):
        return "repeated_header"
    texts = {index: text for index, cell in enumerate(row.cells) if (text := as_text(cell))}
    if header.fields["id_no"] in texts:
        return ""
    if any(_TOTAL.match(text) for text in texts.values()):
        return "total_row"
    alone = next(iter(texts.values())) if len(texts) == 1 else ""
    return "note_row" if re.search(r"[一-鿿]", alone) and header.fields["name"] not in texts else ""
