"""Workbooks that cost a dense reader the computer; why ours keeps only the cells there are."""

from rules.roster.workbook import tables_in_workbook
from tests.support.rosters import handmade_xlsx

ONE = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
STRINGS = "<sst><si><t>甲</t></si></sst>"


def cells_of(rows: str, strings: str = STRINGS) -> list[tuple[int, tuple[object, ...]]]:
    content = handmade_xlsx(f"<worksheet><sheetData>{rows}</sheetData></worksheet>", strings)
    return [(row.number, row.cells) for table in tables_in_workbook(content) for row in table.rows]


def test_two_cells_in_opposite_corners_cost_no_memory():
    corner = '<row r="1048576"><c r="A1048576"><v>2</v></c><c r="XFD1048576"><v>3</v></c></row>'
    assert cells_of(ONE + corner) == [(1, ("甲",)), (1048576, (2,))]


def test_a_workbook_that_lies_about_how_many_strings_it_has_costs_no_memory():
    assert cells_of(ONE, STRINGS.replace("<sst>", '<sst uniqueCount="99999999999">')) == [(1, ("甲",))]


def test_errors_of_formulas_old_and_new_are_kept_as_they_are_shown():
    errors = '<row r="1"><c r="A1" t="e"><v>#REF!</v></c><c r="B1" t="e"><f>A1#</f><v>#SPILL!</v></c></row>'
    assert cells_of(errors) == [(1, ("#REF!", "#SPILL!"))]


def test_all_digits_a_number_was_written_with_are_kept():
    assert cells_of('<row r="1"><c r="A1"><v>990101199101010024</v></c></row>') == [(1, (990101199101010024,))]
