"""Reads days, months and appointment times in the many ways a spreadsheet has them."""

import re
from datetime import date, datetime, time, timedelta

from records.registration import Slot
from rules.roster.cells import Cell, as_text, half_width

EPOCH_1900 = date(1899, 12, 30)
"""Day of serial number 0 in most workbooks, as it works out from 1 March 1900 on."""
EPOCH_1904 = date(1904, 1, 1)
"""Day of serial number 0 in workbooks that came from old Macintosh versions."""

HALVES = {
    "上午": (time(8, 30), time(12)),
    "下午": (time(13), time(17)),
    "全天": (time(8, 30), time(17)),
}
"""What an appointment for a part of the day means where the roster gives no hours."""
SLOT_LENGTH = timedelta(minutes=30)
"""How long an appointment is where the roster gives only its beginning."""

_SERIALS = range(3_653, 73_051)  # 1910 to 2099; smaller numbers are years, larger ones days written together
_TIME_OF_DAY = r"(?:[T ]*\d{1,2}:\d{1,2}(?::\d{1,2}(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?"
_WEEKDAY = r"(?:\(?(?:星期|周)[一二三四五六日天]\)?)?"
_SEPARATED = re.compile(rf"(\d{{4}}) ?[-/.年] ?(\d{{1,2}}) ?[-/.月] ?(\d{{1,2}}) ?[日号]? ?{_WEEKDAY}{_TIME_OF_DAY}")
_TOGETHER = re.compile(rf"(\d{{4}})(\d\d)(\d\d){_TIME_OF_DAY}")
_MONTH = re.compile(r"(\d{4}) ?[-/.年] ?(\d{1,2}) ?月?份?")
_MONTH_TOGETHER = re.compile(r"(\d{4})(\d\d)")
_ENGLISH_MONTH = re.compile(r"([A-Za-z]{3})[a-z]*[- ](\d\d|\d{4})|(\d\d|\d{4})[- ]([A-Za-z]{3})[a-z]*")
_ENGLISH = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SERIAL = re.compile(r"(\d{4,5})(?:\.\d+)?")
_CLOCK = re.compile(r"(\d{1,2}) ?[:点时] ?(\d{1,2})? ?分?(?::\d\d)?|(?<!\d)(\d\d)(\d\d)(?!\d)")


def read_day(cell: Cell, epoch: date = EPOCH_1900) -> date | None:
    """Return the day, or None if the cell is blank or names no day there is.

    >>> read_day("2027年2月18日"), read_day(46436), read_day("1995-02-29")
    (datetime.date(2027, 2, 18), datetime.date(2027, 2, 18), None)
    """
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = half_width(as_text(cell)).removesuffix(".0")
    if match := _SEPARATED.fullmatch(text) or _TOGETHER.fullmatch(text):
        return _day(int(match[1]), int(match[2]), int(match[3]))
    if (match := _SERIAL.fullmatch(text)) and int(match[1]) in _SERIALS:
        return epoch + timedelta(days=int(match[1]))
    return None


def read_month(cell: Cell, epoch: date = EPOCH_1900) -> str | None:
    """Return the month as YYYY-MM, or None if the cell is blank or cannot be trusted.

    The number 2024.1 is not: a spreadsheet writes October that way when somebody types 2024.10.
    """
    if isinstance(cell, float) and not cell.is_integer() and cell < _SERIALS.start:
        text = f"{cell:.4f}".rstrip("0")
        return _month(text[:4], text[5:]) if len(text) == 7 else None
    if (day := read_day(cell, epoch)) is not None:
        return f"{day:%Y-%m}"
    text = half_width(as_text(cell)).removesuffix(".0")
    if match := _MONTH.fullmatch(text) or _MONTH_TOGETHER.fullmatch(text):
        return _month(match[1], match[2])
    if match := _ENGLISH_MONTH.fullmatch(text):
        name, year = (match[1] or match[4]).lower(), match[2] or match[3]
        return (
            _month(year if len(year) == 4 else f"20{year}", str(_ENGLISH.index(name) + 1)) if name in _ENGLISH else None
        )
    return None


def read_slot(day_cell: Cell, time_cell: Cell, epoch: date = EPOCH_1900) -> Slot | None:
    """Return the appointment, or None if its day or its hours cannot be read; no hours at all is the whole day."""
    day_text, hours_text = half_width(as_text(day_cell)), half_width(as_text(time_cell))
    day = read_day(day_cell, epoch)
    if found := _SEPARATED.search(hours_text if day else day_text or hours_text):
        day = day or _day(int(found[1]), int(found[2]), int(found[3]))
        if day_text and not hours_text:
            hours_text = day_text
        hours_text = re.sub(r"\d{4} ?[-/.年] ?\d{1,2} ?[-/.月] ?\d{1,2} ?日?", " ", hours_text)
    hours = _hours_of_cell(time_cell) or _hours(hours_text)
    return Slot(day, *hours) if day and hours else None


def _hours_of_cell(cell: Cell) -> tuple[time, time] | None:
    if isinstance(cell, datetime):
        return _from(cell.time())
    if isinstance(cell, time):
        return _from(cell)
    if isinstance(cell, float) and 0 < cell < 1:
        return _from(time(*divmod(round(cell * 24 * 60) % (24 * 60), 60)))
    return None


def _from(starts: time) -> tuple[time, time] | None:
    ends = (datetime.combine(EPOCH_1904, starts) + SLOT_LENGTH).time()
    return (starts, ends) if starts < ends else None


def _hours(text: str) -> tuple[time, time] | None:
    half = next((word for word in HALVES if word in text), "")
    clocks = [_clock(match, afternoon=half == "下午") for match in _CLOCK.finditer(text)]
    match clocks:
        case []:
            return HALVES.get(half) if half else (HALVES["全天"] if not text.strip() else None)
        case [time() as starts]:
            return _from(starts)
        case [time() as starts, time() as ends] if starts < ends:
            return starts, ends
    return None


def _clock(match: re.Match[str], *, afternoon: bool) -> time | None:
    hour, minute = int(match[1] or match[3]), int(match[2] or match[4] or 0)
    if afternoon and hour < 12:
        hour += 12
    if (hour, minute) == (24, 0):
        return time(23, 59)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month(year: str, month: str) -> str | None:
    return f"{int(year):04}-{int(month):02}" if 1 <= int(month) <= 12 and 1900 <= int(year) <= 2100 else None
