"""Tables of appointments are read as people write them."""

from datetime import date, time
from io import BytesIO

import pytest
from openpyxl import Workbook

from records.registration import Slot
from region.slots.reading import read_bookings, read_slots
from rules.roster.errors import Fault, RosterError

NINE = Slot(date(2027, 3, 1), time(9), time(9, 30))


def test_what_is_offered_is_read_below_a_title() -> None:
    rows = ("2027年现场审核预约名额", "日期,时段,名额,级别,团体", "2027年3月1日,9:00-9:30,20,,")
    text = "\n".join((*rows, "2027-03-01,上午,5,执业医师,规培基地", "", ""))
    first, second = read_slots(text.encode("gb18030"))
    assert (first.slot, first.quota, first.level, first.party, first.problem) == (NINE, 20, "", "", "")
    assert (second.slot, second.level, second.party) == (
        Slot(date(2027, 3, 1), time(8, 30), time(12)),
        "执业医师",
        "规培基地",
    )


def test_rows_that_cannot_be_read_say_why() -> None:
    lines = read_slots("日期,时间,名额\n某日,9:00-9:30,3\n2027-03-01,9:00-9:30,多\n2027-03-01,9:00-9:30,0\n".encode())
    assert [line.problem for line in lines] == ["no_day", "no_quota", "no_quota"]


def test_a_citys_list_is_read_from_a_workbook() -> None:
    book, content = Workbook(), BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet.append(["预约名单"])
    sheet.append(["证件号码", "姓名", "预约日期", "预约时间段"])
    sheet.append(["990101199001010022", "测试", "2027/3/1", "09:00-09:30"])
    sheet.append([None, "测试", "2027/3/1", "09:00-09:30"])
    book.save(content)
    good, bad = read_bookings(content.getvalue())
    assert (good.id_no, good.reg_no, good.slot, good.problem) == ("990101199001010022", "", NINE, "")
    assert bad.problem == "nobody"


@pytest.mark.parametrize("content", [b"", b"   \n", "甲,乙\n1,2\n".encode(), b"\x00\x01\x02"])
def test_what_is_no_table_of_appointments_is_refused(content: bytes) -> None:
    with pytest.raises(RosterError) as caught:
        read_slots(content)
    assert caught.value.fault in Fault
