"""What becomes of a row."""

from datetime import date, datetime, time

import pytest

from tests.support.rosters import codes_of, csv_bytes, outcome_of, person, read, registration_of, table, xlsx_bytes

BORN_CELL = datetime.combine(date(1991, 1, 1), time())
OTHER = {"报名号": "209900000002", "证件编号": "990101199101010040"}


def test_an_ordinary_row_is_accepted_as_it_is():
    outcome = outcome_of()
    assert (str(outcome.verdict), outcome.findings) == ("accepted", ())
    registration = outcome.accepted
    assert registration is not None
    assert registration.fields["born_on"] == "1991-01-01"
    assert registration.kinds == {"LV1"}
    assert str(registration.slot and registration.slot.starts) == "08:30:00"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"报名号": " "}, "no_reg_no"),
        ({"姓名": None}, "no_name"),
        ({"证件编号": "　"}, "no_id_no"),
        ({"证件编号": 9.9010119910101e17}, "id_lost_digits"),
        ({"证件编号": "9.90101E+17"}, "id_lost_digits"),
        ({"证件编号": "990101199101010000"}, "id_lost_digits"),
        ({"报名号": 1.234567890123456e19}, "reg_no_lost_digits"),
    ],
)
def test_a_row_that_cannot_be_trusted_is_refused_with_the_reason(changes, code):
    outcome = outcome_of(**changes)
    assert str(outcome.verdict) == "refused"
    assert outcome.accepted is None
    assert code in [finding.code for finding in outcome.findings]


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"证件编号": "990101199101010025"}, ["id_checksum"]),
        ({"证件编号": "130102199502290019", "性别": "男", "出生日期": "1995-02-28"}, ["id_date"]),
        ({"性别": "男"}, ["id_sex_mismatch"]),
        ({"出生日期": "1991-01-02"}, ["id_birth_mismatch"]),
        ({"出生日期": "1991-02-30"}, ["impossible_date"]),
        ({"出生日期": "2991-01-01"}, ["impossible_date"]),
        ({"毕业年月": "很久以前"}, ["impossible_date"]),
        ({"姓名": "王?测试"}, ["name_glyph"]),
        ({"姓名": "王\ue863测试"}, ["name_glyph"]),
        ({"姓名": "测试1"}, ["name_form"]),
        ({"姓名": "Test"}, ["name_form"]),
        ({"性别": "女士"}, ["sex"]),
        ({"手机号码": "0311-1234567"}, ["mobile"]),
        ({"预约时段": "待定"}, ["slot"]),
        ({"考生类型": "应届、外星"}, ["unknown_kind"]),
        ({"考生类型": "LV2"}, ["kind_level"]),
        ({"报考级别": "其他"}, ["exam_level"]),
        ({"证件类型": "学生证"}, ["id_type"]),
        ({"证件编号": "990101910101002"}, ["id_form"]),
        ({"毕业证书编号": 9.9000000000000001e17}, ["lost_digits"]),
        ({"毕业学校": "#REF!"}, ["formula_error"]),
    ],
)
def test_what_looks_wrong_is_imported_with_a_warning(changes, codes):
    assert codes_of(**changes) == codes
    assert registration_of(**changes).warnings == tuple(codes)


def test_what_a_spreadsheet_made_of_cells_is_repaired():
    registration = registration_of(
        报名号=209900000001.0,
        手机号码=10000000001.0,
        出生日期=BORN_CELL,
        毕业年月=2014.07,
        证件编号=" ９９０101 19910101 0024",
        预约日期=46436,
    )
    assert registration == registration_of()


def test_days_of_a_1904_workbook_are_right_as_dates_and_as_serial_numbers():
    rows = table(person(出生日期=BORN_CELL, 预约日期=46436 - 1462))
    assert read(xlsx_bytes(rows, mac_epoch=True)).registrations == [registration_of()]


def test_what_the_id_number_says_fills_blanks():
    registration = registration_of(性别="", 出生日期="", 证件类型="")
    assert registration == registration_of()


@pytest.mark.parametrize(
    ("changes", "kinds"),
    [
        ({"考生类型": "应届/军人"}, {"LV1", "FRESH", "MIL"}),
        ({"考生类型": "lv1，fresh"}, {"LV1", "FRESH"}),
        ({"考生类型": "现役军人/文职"}, {"LV1", "MIL"}),
        ({"考生类型": "助理升执业"}, {"LV1", "UPG2"}),
        ({"报考级别": "助理"}, {"LV2"}),
        ({"报考级别": "", "考生类型": "LV2"}, {"LV2"}),
        ({"报考类别": "120 口腔"}, {"LV1", "DENT"}),
        ({"报考级别": "助理", "报考学历": "中专", "报考类别": "乡村全科"}, {"LV2", "SEC", "RURAL"}),
        ({"证件类型": "护照", "证件编号": "TEST0001", "姓名": "Test Person"}, {"LV1", "FOR"}),
        (
            {"证件类型": "港澳台居民居住证", "证件编号": "810000199501010015", "出生日期": "", "性别": ""},
            {"LV1", "HMT"},
        ),
    ],
)
def test_kinds_are_read_and_derived(changes, kinds):
    assert registration_of(**changes).kinds == kinds


def test_no_appointment_is_no_fault():
    assert registration_of(预约日期="", 预约时段="").slot is None


def test_the_same_row_twice_counts_once():
    roster = read(csv_bytes(table(person(), person(**OTHER), person())))
    assert [str(outcome.verdict) for outcome in roster.outcomes] == ["accepted", "accepted", "skipped"]
    assert roster.outcomes[2].findings[0].rows == (2,)
    assert roster.counts() == {"accepted": 2, "warned": 0, "refused": 0, "skipped": 1}


def test_rows_that_contradict_each_other_are_both_refused():
    roster = read(csv_bytes(table(person(), person(手机号码="10000000002"), person(**OTHER))))
    assert [str(outcome.verdict) for outcome in roster.outcomes] == ["refused", "refused", "accepted"]
    assert roster.outcomes[0].findings[0].rows == (3,)


def test_one_id_number_under_two_registrations_is_flagged():
    roster = read(csv_bytes(table(person(), person(报名号="209900000002"))))
    assert [one.warnings for one in roster.registrations] == [("id_shared",), ("id_shared",)]


def test_a_number_shorter_than_all_others_may_have_lost_its_zeros():
    people = [
        person(报名号=f"0000000{number:02}", 证件编号=f"TEST{number:04}", 证件类型="护照") for number in range(20)
    ]
    roster = read(csv_bytes(table(*people, person(报名号="42"))))
    assert [one.reg_no for one in roster.registrations if "leading_zeros" in one.warnings] == ["42"]
