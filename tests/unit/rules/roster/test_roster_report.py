"""The report of an import."""

import csv
from io import StringIO

from rules.roster.report import report_bytes
from rules.roster.words import FINDING_WORDS, Language
from tests.support.rosters import csv_bytes, person, read, table


def lines_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(content.decode("utf-8-sig"), newline="")))


def test_refused_rows_come_first_with_row_number_and_reason_and_without_personal_data():
    roster = read(csv_bytes(table(person(), person(报名号="2", 证件编号="9.9E+17"))))
    content = report_bytes(roster.outcomes)
    assert content.startswith(b"\xef\xbb\xbf")
    header, refused, accepted = lines_of(content)
    assert header[0] == "行号"
    assert refused[0] == "3"
    assert refused[3] == "未导入"
    assert refused[4].startswith("证件编号：证件编号被表格软件改成数字")
    assert accepted[2] == "990101********0024"
    assert "欧阳" not in content.decode("utf-8-sig")
    assert "990101199101010024" not in content.decode("utf-8-sig")


def test_the_report_can_be_had_in_english():
    content = report_bytes(read(csv_bytes(table(person(手机号码="1")))).outcomes, Language.EN)
    assert lines_of(content)[1][3:] == [
        "imported with a warning",
        "手机号码: the mobile number does not have 11 digits",
        "mobile",
    ]


def test_a_cell_cannot_become_a_formula_in_the_report():
    content = report_bytes(read(csv_bytes(table(person(报名号="@SUM(1)")))).outcomes)
    assert lines_of(content)[1][1] == "'@SUM(1)"


def test_every_code_has_words_in_both_languages():
    assert all(words[language] for words in FINDING_WORDS.values() for language in Language)
