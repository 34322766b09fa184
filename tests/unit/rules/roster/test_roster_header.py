"""Where the header is, and what its columns are called."""

import pytest

from rules.roster.errors import Fault, RosterError
from tests.support.rosters import HEADER, csv_bytes, person, read, table, xlsx_bytes

PERSON = list(person().values())


def test_columns_come_in_any_order_and_further_ones_are_kept():
    header = ["考场", *reversed(HEADER), "备注"]
    roster = read(csv_bytes([header, ["一", *reversed(PERSON), "左撇子"]]))
    registration = roster.registrations[0]
    assert registration.fields["name"] == "欧阳测试"
    assert registration.extra == {"考场": "一", "备注": "左撇子"}


def test_titles_above_the_header_and_blank_rows_do_no_harm():
    rows = [
        ["2027年医师资格考试现场审核名册"],
        [],
        ["考点：测试市", None, "第一批"],
        *table(person()),
        [],
        ["制表人：测试甲"],
    ]
    roster = read(xlsx_bytes(rows))
    assert [(outcome.row_number, str(outcome.verdict)) for outcome in roster.outcomes] == [
        (5, "accepted"),
        (7, "skipped"),
    ]


def test_a_header_over_two_rows_is_read_as_one():
    day, hours = HEADER.index("预约日期"), HEADER.index("预约时段")
    upper, lower = list(HEADER), [None] * len(HEADER)
    upper[day], upper[hours] = "预约", None
    lower[day], lower[hours] = "预约日期", "预约时段"
    roster = read(xlsx_bytes([["名册"], upper, lower, PERSON]))
    assert len(roster.outcomes) == 1
    assert roster.registrations[0].slot is not None


def test_headers_carry_stars_and_notes():
    header = [f" {name}（必填）*" for name in HEADER]
    assert len(read(csv_bytes([header, PERSON])).registrations) == 1


def test_the_header_again_and_totals_are_skipped():
    rows = [*table(person()), list(HEADER), list(person(报名号="209900000002", 证件编号="990101199101010040").values())]
    rows += [["合计", "2 人"], ["共2人"]]
    verdicts = [str(outcome.verdict) for outcome in read(csv_bytes(rows)).outcomes]
    assert verdicts == ["accepted", "skipped", "accepted", "skipped", "skipped"]


def test_a_file_without_the_columns_that_matter_says_which():
    header = [name for name in HEADER if name not in ("报名号", "证件编号")]
    with pytest.raises(RosterError) as raised:
        read(csv_bytes(table(person(), header=header)))
    assert raised.value.fault is Fault.NO_HEADER
    assert raised.value.missing == ("报名号", "证件编号")


def test_the_first_visible_sheet_with_a_header_counts():
    note, hidden = [["说明"], ["请核对"]], table(person(姓名="隐藏测试"))
    roster = read(xlsx_bytes(note, hidden, table(person()), hidden=[1]))
    assert roster.sheet == "表2"
    assert roster.registrations[0].fields["name"] == "欧阳测试"


def test_a_column_given_twice_counts_once():
    registration = read(csv_bytes([[*HEADER, "姓名"], [*PERSON, "别名测试"]])).registrations[0]
    assert registration.fields["name"] == "欧阳测试"
    assert registration.extra == {"姓名": "别名测试"}
