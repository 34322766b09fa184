"""Files as they come: encodings, delimiters, damage and malice."""

import zipfile
from contextlib import suppress
from datetime import time
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.registration import Slot
from rules.roster.errors import Fault, RosterError
from rules.roster.reading import MAX_FILE_BYTES
from rules.roster.words import Language, describe_fault
from tests.support.rosters import TODAY, csv_bytes, handmade_xlsx, person, read, registration_of, table, xlsx_bytes

PEOPLE = table(person(姓名="𠮷㼆测试", 备注="含,逗号"))

GOOD = {"xlsx": xlsx_bytes(table(person())), "csv": csv_bytes(table(person(), person()))}


def fault_of(content: bytes) -> Fault:
    with pytest.raises(RosterError) as raised:
        read(content)
    return raised.value.fault


def rewritten(content: bytes, name: str, part: bytes) -> bytes:
    """The workbook with one part replaced."""
    changed = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            new.writestr(member, part if member == name else old.read(member))
    return changed.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_text_is_read_in_any_usual_encoding_and_delimiter(encoding, delimiter):
    assert read(csv_bytes(PEOPLE, encoding, delimiter)).registrations[0].fields["name"] == "𠮷㼆测试"


def test_a_workbook_and_a_text_file_say_the_same():
    assert read(csv_bytes(table(person()))).registrations == read(xlsx_bytes(table(person()))).registrations


def test_a_quotation_mark_nobody_closed_costs_only_its_row():
    lines = (
        csv_bytes(table(person(), person(报名号="209900000002", 证件编号="990101199101010040"))).decode().splitlines()
    )
    lines[1] = lines[1].replace("欧阳测试", '"欧阳测试')
    roster = read("\n".join(lines).encode())
    assert [outcome.row_number for outcome in roster.outcomes] == [2, 3]
    assert "209900000002" in [one.reg_no for one in roster.registrations]


def test_a_cell_may_hold_line_breaks():
    people = table(
        person(工作单位="测试市\n第一人民医院"), person(报名号="209900000002", 证件编号="990101199101010040")
    )
    roster = read(csv_bytes(people))
    assert [outcome.row_number for outcome in roster.outcomes] == [2, 4]
    assert roster.registrations[0].fields["employer"] == "测试市 第一人民医院"


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", Fault.EMPTY),
        (b" \r\n ", Fault.EMPTY),
        (xlsx_bytes([]), Fault.EMPTY),
        (b"\x89PNG\r\n\x1a\n\0\0\0", Fault.NOT_A_TABLE),
        (b"<html><body>502 Bad Gateway</body></html>", Fault.NOT_A_TABLE),
        (b"\xff\xff\xff", Fault.NOT_A_TABLE),
        ("只是一段文字".encode(), Fault.NOT_A_TABLE),
        (b"a,b\n1,2", Fault.NO_HEADER),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 512, Fault.OLD_WORKBOOK),
        (bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"), Fault.ENCRYPTED_WORKBOOK),
        (b"PK\x03\x04 cut short", Fault.CORRUPT),
        (xlsx_bytes(table(person()))[:-200], Fault.CORRUPT),
    ],
)
def test_what_is_no_roster_is_refused_with_its_fault(content, fault):
    assert fault_of(content) is fault


def test_a_damaged_sheet_is_corrupt():
    good = xlsx_bytes(table(person()))
    assert fault_of(rewritten(good, "xl/worksheets/sheet1.xml", b"<worksheet><sheetData>")) is Fault.CORRUPT


def test_a_zip_bomb_is_refused_before_it_is_unpacked():
    bomb = handmade_xlsx("<worksheet/>", strings=" " * 300_000_000)
    assert len(bomb) < 1_000_000
    assert fault_of(bomb) is Fault.TOO_LARGE


def test_entities_are_refused():
    laughs = '<!DOCTYPE s [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><sst><si><t>&b;</t></si></sst>'
    assert fault_of(handmade_xlsx("<worksheet/>", strings=laughs)) is Fault.CORRUPT


def test_a_huge_file_is_refused():
    assert fault_of(b"x" * (MAX_FILE_BYTES + 1)) is Fault.TOO_LARGE


@given(st.binary(max_size=200), st.integers(0, 20_000), st.sampled_from(["xlsx", "csv"]))
@settings(max_examples=150, deadline=None)
def test_damage_anywhere_gives_a_roster_or_a_fault_and_nothing_else(junk, at, kind):
    good = GOOD[kind]
    at %= len(good)
    with suppress(RosterError):
        read(good[:at] + junk + good[at + len(junk) :])


def test_a_workbook_as_excel_writes_it():
    """Shared and rich text, a phonetic guide, a computed formula, dates by built-in and own formats, missing cells."""
    strings = """<sst><si><t>报名号</t></si><si><t>姓名</t></si><si><t>证件编号</t></si><si><t>出生日期</t></si>
        <si><t>预约日期</t></si><si><t>预约时段</t></si>
        <si><r><t>欧阳</t></r><r><t>测试</t></r><rPh sb="0" eb="1"><t>ouyang</t></rPh></si></sst>"""
    styles = """<styleSheet><numFmts><numFmt numFmtId="176" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/></numFmts>
        <cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>
        <cellXfs><xf numFmtId="0"/><xf numFmtId="31"/><xf numFmtId="176"/><xf numFmtId="20"/></cellXfs></styleSheet>"""
    header = "".join(f'<c r="{column}1" t="s"><v>{number}</v></c>' for number, column in enumerate("ABCDGH"))
    cells = """<c r="A3" t="str"><f>"TEST"&amp;9</f><v>TEST9</v></c><c r="B3" t="s"><v>6</v></c>
        <c r="C3" t="inlineStr"><is><t>990101199101010024</t></is></c><c r="D3" s="1"><v>33239</v></c>
        <c r="G3" s="2"><v>46436</v></c><c r="H3" s="3"><v>0.35416666666666669</v></c>"""
    sheet = f"""<x:worksheet xmlns:x="main"><sheetData><row r="1">{header}</row><row r="2"/><row r="3">{cells}</row>
        </sheetData></x:worksheet>"""
    roster = read(handmade_xlsx(sheet, strings, styles))
    registration = roster.registrations[0]
    assert (registration.reg_no, registration.fields["name"]) == ("TEST9", "欧阳测试")
    assert registration.fields["born_on"] == "1991-01-01"
    assert registration.slot == Slot(TODAY, time(8, 30), time(9))
    assert roster.outcomes[0].row_number == 3


def test_a_sheet_that_lies_about_its_size_is_read_to_the_end():
    good = xlsx_bytes(table(person()))
    with zipfile.ZipFile(BytesIO(good)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    lying = rewritten(good, "xl/worksheets/sheet1.xml", sheet.replace(b'ref="A1:U2"', b'ref="A1"'))
    assert read(lying).registrations == [registration_of()]


def test_every_fault_says_what_to_do_in_both_languages():
    for fault in Fault:
        for language in Language:
            words = describe_fault(fault, ("报名号",), language)
            assert words
            assert "{" not in words
