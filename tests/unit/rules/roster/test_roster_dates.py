"""Days, months and appointments in the forms people and spreadsheets give them."""

from datetime import date, datetime, time

import pytest

from records.registration import Slot
from rules.roster.dates import EPOCH_1904, read_day, read_month, read_slot

DAY = date(2027, 2, 18)


@pytest.mark.parametrize(
    "cell",
    [
        "2027-02-18", "2027/2/18", "2027.2.18", "2027年2月18日", "20270218", "２０２７－２－１８",
        "2027-02-18 00:00:00",
        "2027-02-18T00:00:00", "2027/2/18 0:00", "2027年2月18日（星期四）", "2027年2月18日 星期四",
        20270218, 20270218.0,
        46436, 46436.0, "46436", "46436.0", datetime.combine(DAY, time()), DAY,
    ],
)  # fmt: skip
def test_a_day_is_understood(cell):
    assert read_day(cell) == DAY


def test_serial_numbers_count_from_another_day_in_old_macintosh_workbooks():
    assert read_day(46436 - 1462, EPOCH_1904) == DAY


@pytest.mark.parametrize("cell", ["1995-02-29", "2027-13-01", "20271301", "不详", "", None, "2027", 7, "18/2/27"])
def test_what_is_no_day_gives_none(cell):
    assert read_day(cell) is None


@pytest.mark.parametrize(
    "cell",
    ["2024-06", "2024.06", "2024/6", "202406", "2024年6月", "2024年06月份", 2024.06, 202406, "Jun-24", "24-Jun",
     "2024-06-30", "20240630", 45444, datetime.combine(date(2024, 6, 1), time())],
)  # fmt: skip
def test_a_month_is_understood(cell):
    assert read_month(cell) == "2024-06"


@pytest.mark.parametrize("cell", [2024.1, "2024-13", "夏", "Foo-24", None])
def test_a_month_that_may_be_another_is_not_guessed(cell):
    assert read_month(cell) is None


@pytest.mark.parametrize(
    ("hours", "starts", "ends"),
    [
        ("08:30-09:00", time(8, 30), time(9)),
        ("8:30～9:00", time(8, 30), time(9)),
        ("8：30—9：00", time(8, 30), time(9)),
        ("8点30分至9点", time(8, 30), time(9)),
        ("0830-0900", time(8, 30), time(9)),
        ("上午8:30-9:00", time(8, 30), time(9)),
        ("下午1:30-2:00", time(13, 30), time(14)),
        ("09:00-09:30（第3场）", time(9), time(9, 30)),
        ("2027-02-18 08:30-09:00", time(8, 30), time(9)),
        ("8:30", time(8, 30), time(9)),
        (time(8, 30), time(8, 30), time(9)),
        (8.5 / 24, time(8, 30), time(9)),
        ("上午", time(8, 30), time(12)),
        ("下午", time(13), time(17)),
        ("", time(8, 30), time(17)),
    ],
)
def test_an_appointment_is_understood(hours, starts, ends):
    assert read_slot("2027-02-18", hours) == Slot(DAY, starts, ends)


def test_day_and_hours_may_share_a_cell():
    assert read_slot("2027年2月18日 8:30-9:00", None) == Slot(DAY, time(8, 30), time(9))
    assert read_slot(None, "2027-02-18 8:30-9:00") == Slot(DAY, time(8, 30), time(9))


@pytest.mark.parametrize(
    ("day", "hours"), [("2027-02-30", "8:30"), ("2027-02-18", "9:00-8:30"), ("2027-02-18", "早"), (None, "8:30")]
)
def test_an_appointment_that_cannot_be_is_none(day, hours):
    assert read_slot(day, hours) is None
