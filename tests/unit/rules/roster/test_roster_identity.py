"""The rules of identity documents."""

from datetime import date

import pytest

from rules.roster.identity import check_digit, id_problems, id_type_named, tidy_id_no, types_of

TODAY = date(2027, 2, 18)


@pytest.mark.parametrize(
    ("id_type", "id_no", "problems"),
    [
        ("居民身份证", "11010519491231002X", ()),
        ("居民身份证", "110105194912310021", ("id_checksum",)),
        ("居民身份证", "440524188001010014", ("id_age",)),
        ("居民身份证", "130102199502290019", ("id_date",)),
        ("居民身份证", "130102199602290016", ()),
        ("居民身份证", "110105491231002", ("id_form",)),
        ("港澳台居民居住证", "810000199501010015", ()),
        ("港澳台居民居住证", "820000199501010025", ()),
        ("港澳台居民居住证", "830000199501010035", ()),
        ("港澳台居民居住证", "11010519491231002X", ("id_form",)),
        ("香港身份证", "A1234567", ()),
        ("香港身份证", "AB123456A", ()),
        ("香港身份证", "A12", ("id_form",)),
        ("澳门身份证", "12345678", ()),
        ("台湾身份证", "A123456789", ()),
        ("台湾身份证", "A12345678", ("id_form",)),
        ("外国护照", "TEST001", ()),
        ("外国护照", "T1", ("id_form",)),
        ("军官证", "军字第00001号", ()),
        ("别的证", "1", ()),
    ],
)
def test_numbers_are_judged_by_their_type(id_type, id_no, problems):
    assert id_problems(id_type, id_no, TODAY) == problems


def test_every_residue_has_its_check_digit():
    digits = {check_digit(f"9901011990010100{number}") for number in range(10)}
    assert digits <= set("0123456789X")
    assert len(digits) == 10


@pytest.mark.parametrize("written", ["11010519491231002x", "110105 19491231 002X", "11010519491231002×"])
def test_a_number_is_written_one_way(written):
    assert tidy_id_no(written) == "11010519491231002X"


def test_types_go_by_several_names():
    assert id_type_named("中华人民共和国居民身份证") == id_type_named("身份证") == "居民身份证"
    assert id_type_named("护照") == "外国护照"
    assert id_type_named("学生证") == ""


@pytest.mark.parametrize(
    ("id_no", "types"),
    [
        ("11010519491231002X", ("居民身份证", "临时居民身份证")),
        ("810000199501010015", ("港澳台居民居住证",)),
        ("830000199501010035", ("港澳台居民居住证",)),
        ("911124198108030024", ("外国人永久居留身份证",)),
        ("USA110074050101", ("外国人永久居留身份证",)),
        ("A1234567", ()),
        ("", ()),
    ],
)
def test_the_number_on_a_chip_says_what_document_it_is_of(id_no: str, types: tuple[str, ...]) -> None:
    assert types_of(id_no) == types
