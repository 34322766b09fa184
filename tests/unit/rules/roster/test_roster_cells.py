"""What cells become as text."""

import pytest

from rules.roster.cells import as_code, as_name, as_text
from rules.roster.folding import id_tail, name_folded


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("　１１０　临床 ", "110 临床"),
        ("北京\u00a0\u200b大学（医学部）", "北京 大学（医学部）"),
        ("测试_x000D_\n医院", "测试 医院"),
        (13800000000.0, "13800000000"),
        (110, "110"),
        ("#N/A", ""),
        (None, ""),
    ],
)
def test_a_cell_is_read_as_a_person_reads_it(cell, text):
    assert as_text(cell) == text


@pytest.mark.parametrize(
    "cell", [1.10105194912310e17, 110105194912310000, "1.10105E+17", "110105194912310000.0", "1.00E+10", 1.5]
)
def test_digits_a_spreadsheet_destroyed_are_noticed(cell):
    assert as_code(cell)[1]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (10000000001.0, "10000000001"),
        ("10000000001.0", "10000000001"),
        ("1.0000000001E+10", "10000000001"),
        ('="00123"', "00123"),
        ("'00123", "00123"),
        ("１３８ ０000\t", "1380000"),
        ("E10/5", "E10/5"),
        ("12E5", "12E5"),
    ],
)
def test_digits_that_are_all_there_are_repaired(cell, code):
    assert as_code(cell) == (code, code == "12E5")


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("买买提•测试", "买买提·测试"),
        ("买买提.测试", "买买提·测试"),
        ("买买提 ・ 测试", "买买提·测试"),
        ("买买提．测试", "买买提·测试"),
        ("测　试", "测试"),
        ("王 𬀩 测试", "王𬀩测试"),
        ("𠮷㼆䶮", "𠮷㼆䶮"),
        ("郎\uf92c测试", "郎\uf92c测试"),
        ("J. Test  Person", "J. Test Person"),
        ("Ｔｅｓｔ", "Test"),
        ("Jose\u0301 Test", "José Test"),
    ],
)
def test_names_are_written_one_way_and_rare_characters_survive(cell, name):
    assert as_name(cell) == name


def test_folding_finds_what_is_typed_differently():
    assert name_folded("买买提·测试") == name_folded("买买提 . 测试") == name_folded("买买提测试")
    assert name_folded("Test Person") == name_folded("ｔｅｓｔ　ＰＥＲＳＯＮ")
    assert name_folded("𠮷") != name_folded("吉")
    assert id_tail("99010119910101002x") == id_tail("９９０１０１１９９１０１０１００２Ｘ") == "01002X"
    assert id_tail("A123456(7)") == "234567"
