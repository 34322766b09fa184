"""Turns one cell, whatever a spreadsheet made of it, into tidy text."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Decimal

Cell = str | int | float | bool | datetime | date | time | timedelta | None

SAFE_DIGITS = 15
"""A spreadsheet keeps this many digits of a number and writes zeros for the rest."""

MIDDLE_DOTS = "·•・･‧∙⋅●\u0387\u1427\u16eb"
_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"})

_NO_WIDTH = [0x00AD, 0x180E, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF]
_NO_WIDTH += [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]
_SPACES = [
    0x09,
    0x0A,
    0x0B,
    0x0C,
    0x0D,
    0x85,
    0xA0,
    0x1680,
    *range(0x2000, 0x200B),
    0x2028,
    0x2029,
    0x202F,
    0x205F,
    0x3000,
]
_CONTROLS = [code for code in (*range(0x20), *range(0x7F, 0xA0)) if code not in _SPACES]
_TIDY: dict[int, str | None] = {
    **dict.fromkeys([*_NO_WIDTH, *_CONTROLS]),
    **dict.fromkeys(_SPACES, " "),
    **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if chr(code - 0xFEE0).isalnum()},
}
_HALF_WIDTH = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_ESCAPED = re.compile(r"_x00(?:0[9ADad]|1[Ff])_")  # how a workbook writes a line break inside a cell
_RUNS = re.compile(r" {2,}")
_PROTECTED = re.compile(r'^(?:=\s*"(.*)"|\'(.*))$', re.DOTALL)  # ="0123" and '0123 keep a spreadsheet from guessing
_NUMBER = re.compile(r"^[+]?\d+(?:\.\d+)?(?:[eE][+]?\d{1,3})?$")
_COMPATIBLE = re.compile("[\uf900-\ufaff\U0002f800-\U0002fa1f]")
_CJK = "\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\ue000-\ufaff\U00020000-\U0003ffff\U000f0000-\U0010ffff?□〓"
_INNER_SPACE = re.compile(f"(?<=[{_CJK}·]) +(?=[{_CJK}·])")
_CJK_DOT = re.compile(f"(?<=[{_CJK}]) ?[.．] ?(?=[{_CJK}])")
_DOT = re.compile(f" ?[{MIDDLE_DOTS}] ?")


def tidy(text: str) -> str:
    """Return the text with plain digits, letters and single spaces; punctuation stays as it is.

    >>> tidy("　１２Ａ\\u200b （甲） ")
    '12A （甲）'
    """
    if text.isascii() and text.isprintable() and "  " not in text and "_x00" not in text:
        return text.strip()  # nearly every cell
    if "_x00" in text:
        text = _ESCAPED.sub(" ", text)
    return _RUNS.sub(" ", text.translate(_TIDY)).strip()


def half_width(text: str) -> str:
    """Return tidy text with its punctuation made half-width too."""
    return tidy(text).translate(_HALF_WIDTH)


def is_error(cell: Cell) -> bool:
    """Return whether the cell holds a formula's error, such as #N/A."""
    return isinstance(cell, str) and cell.strip() in _ERRORS


def as_text(cell: Cell) -> str:
    """Return what a person would read in the cell."""
    if cell is None or is_error(cell):
        return ""
    if isinstance(cell, str):
        return tidy(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "minutes")
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 10**SAFE_DIGITS:
        return str(int(cell))
    return str(cell)


def as_code(cell: Cell) -> tuple[str, bool]:
    """Return a number that identifies something, and whether a spreadsheet has destroyed some of its digits.

    The text has no spaces; it is not to be trusted when digits were lost.

    >>> as_code(13800000000.0), as_code("1.10105E+17"), as_code("１３８ ０００")
    (('13800000000', False), ('1.10105E+17', True), ('138000', False))
    """
    if isinstance(cell, bool) or not isinstance(cell, int | float | str):
        return as_text(cell), False
    if isinstance(cell, int):
        text = str(cell)
        return text, len(text) > SAFE_DIGITS and not int(text[SAFE_DIGITS:])
    if isinstance(cell, float):
        exact = cell.is_integer() and abs(cell) < 10**SAFE_DIGITS
        return as_text(cell), not exact
    return _code_of_text(cell)


def _code_of_text(cell: str) -> tuple[str, bool]:
    text = "" if is_error(cell) else half_width(cell)
    if protected := _PROTECTED.match(text):
        text = protected[1] or protected[2] or ""
    text = text.replace(" ", "")
    if text.isdigit() or not _NUMBER.match(text):
        return text, False
    number = Decimal(text)
    written = len(text.upper().partition("E")[0].replace(".", "").rstrip("0"))
    if number != number.to_integral_value() or number.adjusted() >= SAFE_DIGITS:
        return text, True
    rounded = "E" in text.upper() and written <= number.adjusted()
    return (text, True) if rounded else (str(int(number)), False)


def as_name(cell: Cell) -> str:
    """Return a person's name: one kind of middle dot, no spaces between Chinese characters, rare ones untouched."""
    name = as_text(cell)
    if not _COMPATIBLE.search(name):  # NFC would replace compatibility ideographs, and a name may need them
        name = unicodedata.normalize("NFC", name)
    return _INNER_SPACE.sub("", _CJK_DOT.sub("·", _DOT.sub("·", name)))
