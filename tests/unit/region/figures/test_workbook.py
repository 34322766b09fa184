"""A workbook that is written while it is sent: opens everywhere, holds text as text, and lies nowhere as a whole."""

import io
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from region.exports.workbook import CHUNK_BYTES, Sheet, Value, written

HEAD = (("一", 10), ("二", 10))
DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", '=HYPERLINK("http://x")', "#REF!", "#N/A"]


def read(rows: Sequence[Sequence[Value]], mark: str = "标记 & 用途") -> list[list[object]]:
    content = b"".join(written(Sheet("名单", mark, HEAD, rows)))
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    return [list(row) for row in sheet.iter_rows()]


def test_what_is_written_can_be_read() -> None:
    at = datetime(2027, 3, 2, 9, 30, tzinfo=UTC).replace(tzinfo=None)
    mark, head, first, second = read([["欧阳测试", 3], [at, None]])
    assert mark[0].value == "标记 & 用途"
    assert [cell.value for cell in head] == ["一", "二"]
    assert [cell.value for cell in first] == ["欧阳测试", 3]
    assert [cell.value for cell in second] == [at, None]


@pytest.mark.parametrize("text", DANGEROUS)
def test_nothing_becomes_a_formula(text: str) -> None:
    *_head, row = read([[text, "欧阳测试"]])
    cell, ordinary = row
    assert (cell.data_type, cell.value.replace("\r", "\n").strip()) == ("s", text.replace("\r", "\n").strip())
    assert cell.quotePrefix, "it stays text when somebody edits it"
    assert not ordinary.quotePrefix
    assert ordinary.data_type == "s"


def test_a_formula_in_the_mark_is_none_either() -> None:
    (cell, *_others), *_rows = read([], mark="=1+1")
    assert (cell.data_type, cell.value) == ("s", "=1+1")


def test_characters_that_no_workbook_can_hold_are_left_out() -> None:
    assert read([["a\x00b\x1fc\ud800", "\ufffe"]])[2][0].value == "abc"


def test_it_is_sent_before_it_is_whole_and_lies_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = 0

    def rows() -> Iterator[list[Value]]:
        nonlocal taken
        for number in range(30_000):
            taken += 1
            yield [f"R{number * 2_654_435_761 % 2**32:010}", f"{number}"]

    monkeypatch.setattr(tempfile, "tempdir", "/nowhere at all")  # whoever wants a file there fails
    parts = written(Sheet("名单", "标记", HEAD, rows()))
    first = next(parts)
    assert 0 < taken < 20_000
    rest = list(parts)
    assert max(len(part) for part in (first, *rest)) < 3 * CHUNK_BYTES
    with ZipFile(io.BytesIO(first + b"".join(rest))) as archive:
        assert archive.testzip() is None
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("<row") == 30_002
    assert "标记" in sheet.split("<oddHeader>")[1]
