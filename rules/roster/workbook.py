"""Reads .xlsx workbooks, which may be damaged, locked, or made to exhaust the computer."""

import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from struct import error as StructError  # noqa: N812
from xml.parsers.expat import ExpatError

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format

from rules.roster.dates import EPOCH_1900, EPOCH_1904
from rules.roster.errors import Fault, RosterError
from rules.roster.sheet_xml import Attributes, SheetReader, TextCollector, walk
from rules.roster.table import Table, Tables

MAX_UNPACKED_BYTES = 256 * 1024 * 1024
"""A roster of 20 000 rows unpacks to about 30 MB; a bomb of 50 KB can unpack to gigabytes."""

_DAMAGE = (
    zipfile.BadZipFile, zlib.error, ExpatError, StructError, EOFError, OSError, NotImplementedError,
    ValueError, KeyError, IndexError,
)  # fmt: skip
_CHINESE_DATE_FORMATS = frozenset(map(str, (*range(27, 37), *range(50, 59))))
"""Formats built into Chinese versions; a workbook names only their numbers. Source: ECMA-376-1, 18.8.30."""

_STYLE_SECTIONS = frozenset({"numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs"})


@dataclass(frozen=True, slots=True)
class _Link:
    """Where one part of the workbook points to; `kind` is the last word of the relation's type."""

    kind: str
    part: str


def tables_in_workbook(content: bytes) -> Tables:
    """Give the workbook's sheets one after the other, visible ones first; formulas as last computed.

    Raises:
        RosterError: CORRUPT, TOO_LARGE, ENCRYPTED_WORKBOOK, OLD_WORKBOOK or NOT_A_TABLE.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            _check_archive(archive)
            yield from _tables(archive)
    except _DAMAGE as error:
        raise RosterError(Fault.CORRUPT, type(error).__name__) from error


def _check_archive(archive: zipfile.ZipFile) -> None:
    members = archive.infolist()
    if sum(member.file_size for member in members) > MAX_UNPACKED_BYTES:
        raise RosterError(Fault.TOO_LARGE, "unpacks to too much")
    if any(member.flag_bits & 1 for member in members):
        raise RosterError(Fault.ENCRYPTED_WORKBOOK)
    names = {member.filename for member in members}
    if any(name.endswith("workbook.bin") for name in names):
        raise RosterError(Fault.OLD_WORKBOOK, "binary workbook")
    if "[Content_Types].xml" not in names or "word/document.xml" in names:
        raise RosterError(Fault.NOT_A_TABLE, "an archive, but no workbook")


def _tables(archive: zipfile.ZipFile) -> Iterator[Table]:
    roots = [link.part for link in _links(archive, "").values() if link.kind == "officeDocument"]
    if not roots:
        raise RosterError(Fault.NOT_A_TABLE, "an archive, but no workbook")
    links = _links(archive, roots[0])
    sheets, epoch = _sheets(archive, roots[0])
    parts = {link.kind: link.part for link in links.values()}
    strings = _shared_strings(archive, parts.get("sharedStrings", ""))
    day_styles = _day_styles(archive, parts.get("styles", ""))
    for name, link_id in sheets:
        if (link := links.get(link_id)) and link.kind == "worksheet":
            with archive.open(link.part) as stream:
                yield Table(name, SheetReader(strings, day_styles, epoch).read(stream), epoch)


def _links(archive: zipfile.ZipFile, part: str) -> dict[str, _Link]:
    folder, name = posixpath.split(part)
    links: dict[str, _Link] = {}

    def start(element: str, attributes: Attributes) -> None:
        if element == "Relationship":
            target = posixpath.normpath(posixpath.join("/", folder, attributes["Target"])).lstrip("/")
            links[attributes["Id"]] = _Link(attributes["Type"].rpartition("/")[2], target)

    with archive.open(posixpath.join(folder, "_rels", f"{name}.rels")) as stream:
        walk(stream, start)
    return links


def _sheets(archive: zipfile.ZipFile, part: str) -> tuple[list[tuple[str, str]], date]:
    """Return name and link of each sheet, visible ones first, and the day of serial number 0."""
    found: list[tuple[bool, str, str]] = []
    epochs = [EPOCH_1900]

    def start(element: str, attributes: Attributes) -> None:
        if element == "sheet":
            link = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            found.append((attributes.get("state", "visible") != "visible", attributes.get("name", ""), link))
        elif element == "workbookPr" and attributes.get("date1904") in ("1", "true"):
            epochs.append(EPOCH_1904)

    with archive.open(part) as stream:
        walk(stream, start)
    return [(name, link) for _, name, link in sorted(found, key=lambda sheet: sheet[0])], epochs[-1]


def _shared_strings(archive: zipfile.ZipFile, part: str) -> list[str]:
    strings: list[str] = []
    text = TextCollector()

    def end(element: str) -> None:
        text.end(element)
        if element == "si":
            strings.append(text.take())

    if part:
        with archive.open(part) as stream:
            walk(stream, lambda element, _: text.start(element), end, text.text)
    return strings


def _day_styles(archive: zipfile.ZipFile, part: str) -> frozenset[str]:
    """Return the indexes of the cell styles that show dates or times."""
    codes = {str(number): code for number, code in BUILTIN_FORMATS.items()}
    used: list[str] = []
    section = [""]

    def start(element: str, attributes: Attributes) -> None:
        if element in _STYLE_SECTIONS:
            section[0] = element
        elif element == "numFmt" and section[0] == "numFmts":
            codes[attributes["numFmtId"]] = attributes["formatCode"]
        elif element == "xf" and section[0] == "cellXfs":
            used.append(attributes.get("numFmtId", "0"))

    if part:
        with archive.open(part) as stream:
            walk(stream, start)
    dates = {number for number, code in codes.items() if is_date_format(code)} | _CHINESE_DATE_FORMATS
    return frozenset(str(index) for index, number in enumerate(used) if number in dates)
