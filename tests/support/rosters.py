"""Roster files made in code, of people who could not be."""

import csv
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from io import BytesIO, StringIO
from typing import Any

from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from records.registration import FIELDS, Registration
from rules.roster.outcome import Outcome, Roster
from rules.roster.reading import read_roster_bytes

TODAY = date(2027, 2, 18)
PERSON: Mapping[str, Any] = {
    "报名号": "209900000001",
    "姓名": "欧阳测试",
    "性别": "女",
    "民族": "汉族",
    "出生日期": "1991-01-01",
    "国籍": "中国",
    "证件类型": "居民身份证",
    "证件编号": "990101199101010024",
    "报考级别": "执业医师",
    "报考类别": "110 临床",
    "报考学历": "本科",
    "学习形式": "普通全日制",
    "毕业学校": "测试医科大学",
    "毕业专业": "测试医学",
    "毕业年月": "2014-07",
    "毕业证书编号": "990000000000000001",
    "工作单位": "测试市第一人民医院",
    "手机号码": "10000000001",
    "预约日期": "2027-02-18",
    "预约时段": "08:30-09:00",
    "考生类型": "",
}
HEADER = tuple(FIELDS.values())


def person(**changes: Any) -> dict[str, Any]:
    """A row of the roster by Chinese header, without anything to complain about."""
    return {**PERSON, **changes}


def table(*people: Mapping[str, Any], header: Sequence[str] = HEADER) -> list[list[Any]]:
    """Header and rows."""
    return [list(header), *([one.get(name) for name in header] for one in people)]


def csv_bytes(rows: Sequence[Sequence[Any]], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    text = StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def xlsx_bytes(*sheets: Sequence[Sequence[Any]], mac_epoch: bool = False, hidden: Sequence[int] = ()) -> bytes:
    """A workbook; each sheet is its rows."""
    book = Workbook()
    book.remove(book.active)
    if mac_epoch:
        book.epoch = CALENDAR_MAC_1904
    for number, rows in enumerate(sheets):
        sheet = book.create_sheet(f"表{number}")
        for row in rows:
            sheet.append(list(row))
        if number in hidden:
            sheet.sheet_state = "hidden"
    content = BytesIO()
    book.save(content)
    return content.getvalue()


_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def handmade_xlsx(sheet: str, strings: str = "<sst/>", styles: str = "<styleSheet/>") -> bytes:
    """A workbook of these parts, laid out as Excel does it; cells with shared strings, as openpyxl writes none."""
    parts = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": _relations(officeDocument="xl/workbook.xml"),
        "xl/workbook.xml": '<workbook><sheets><sheet name="名册" sheetId="1" r:id="worksheet"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relations(
            worksheet="worksheets/sheet1.xml", sharedStrings="sharedStrings.xml", styles="styles.xml"
        ),
        "xl/worksheets/sheet1.xml": sheet,
        "xl/sharedStrings.xml": strings,
        "xl/styles.xml": styles,
    }
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return content.getvalue()


def _relations(**targets: str) -> str:
    links = (f'<Relationship Id="{kind}" Type="{_RELATION}/{kind}" Target="{to}"/>' for kind, to in targets.items())
    return f"<Relationships>{''.join(links)}</Relationships>"


def read(content: bytes) -> Roster:
    return read_roster_bytes(content, TODAY)


def outcome_of(**changes: Any) -> Outcome:
    """What becomes of one row in a workbook, where cells keep their types."""
    return read(xlsx_bytes(table(person(**changes)))).outcomes[0]


def registration_of(**changes: Any) -> Registration:
    taken = outcome_of(**changes).accepted
    assert taken is not None
    return taken


def codes_of(**changes: Any) -> list[str]:
    return [finding.code for finding in outcome_of(**changes).findings]
