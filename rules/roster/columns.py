"""Finds the header row, wherever it is, and which column holds what."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from records.registration import FIELDS
from rules.roster.cells import Cell, as_text, half_width
from rules.roster.table import Row

REQUIRED = ("reg_no", "name", "id_no")
HEADER_WITHIN_ROWS = 60
"""How far down the header is looked for; above it are titles and notes."""

_ALIASES: Mapping[str, tuple[str, ...]] = {
    "reg_no": ("报名序号", "网报号", "网上报名号", "报名编号", "考生报名号"),
    "name": ("考生姓名",),
    "id_type": ("证件类别", "身份证件类型", "有效身份证件类型"),
    "id_no": ("证件号码", "证件号", "身份证号", "身份证号码", "身份证件号码", "身份证件编号", "有效身份证件号码"),
    "born_on": ("出生年月日", "生日"),
    "nationality": ("国籍地区", "国家地区"),
    "exam_level": ("级别", "考试级别", "报考类型级别"),
    "exam_category": ("类别", "考试类别", "报考专业类别"),
    "education": ("学历", "最高学历"),
    "school": ("毕业院校", "学校名称"),
    "major": ("专业", "所学专业"),
    "graduated": ("毕业时间", "毕业日期"),
    "diploma_no": ("毕业证编号", "毕业证书号", "毕业证号", "学历证书编号"),
    "employer": ("工作单位名称", "单位名称", "现工作单位", "单位"),
    "mobile": ("手机", "手机号", "移动电话", "联系电话", "联系手机"),
    "slot_day": ("预约审核日期", "现场审核日期", "预约时间日期"),
    "slot_time": ("预约时间段", "预约时间", "审核时段", "时段"),
    "kinds": ("考生类别", "人员类型", "考生身份"),
}
_FIELD_OF = {word: field for field, header in FIELDS.items() for word in (header, *_ALIASES.get(field, ()))}
_NOTE = re.compile(r"\([^()]*\)|[\s*:/_.,。、\-]")


@dataclass(frozen=True, slots=True)
class Header:
    """Which column holds what.

    Attributes:
        row_number: of the last row of the header; registrations come below it.
        fields: field code to column index.
        extra: header of each further column to its index; blank headers are left out.
    """

    row_number: int
    fields: Mapping[str, int]
    extra: Mapping[str, int]

    @property
    def missing(self) -> tuple[str, ...]:
        """The Chinese headers without which nobody can be found at the door."""
        return tuple(FIELDS[field] for field in REQUIRED if field not in self.fields)


def field_named(cell: Cell) -> str:
    """Return the field whose header this cell is, "" for none.

    >>> field_named(" 报名号（必填）*"), field_named("考试费")
    ('reg_no', '')
    """
    if not isinstance(cell, str) or len(cell) > 60:
        return ""
    plain = half_width(cell)
    return _FIELD_OF.get(_NOTE.sub("", plain)) or _FIELD_OF.get(plain, "")


def find_header(rows: Sequence[Row]) -> Header:
    """Return the header, complete if there is one, else the row that comes closest to one.

    A header over two rows (merged cells with parts below them) is read as one.
    """
    above = list(islice(rows, HEADER_WITHIN_ROWS))
    candidates = [_header(row.number, row.cells) for row in above]
    candidates += [_header(lower.number, _merged(upper.cells, lower.cells)) for upper, lower in pairwise(above)]
    complete = [header for header in candidates if not header.missing]
    if not complete:
        return max(candidates, key=lambda header: len(header.fields), default=Header(0, {}, {}))
    first = min(header.row_number for header in complete[:1])
    near = [header for header in complete if header.row_number in (first, first + 1)]
    return max(near, key=lambda header: (len(header.fields), -header.row_number))


def is_header(row: Row, header: Header) -> bool:
    """Return whether the row is the header once more, as printed pages repeat it."""
    if not any(field_named(_cell(row, header.fields[field])) for field in REQUIRED):
        return False
    named = [field for field, index in header.fields.items() if field_named(_cell(row, index)) == field]
    return len(named) >= 2 and len(named) * 2 >= len(header.fields)


def _cell(row: Row, index: int) -> Cell:
    return row.cells[index] if index < len(row.cells) else None


def _merged(upper: Sequence[Cell], lower: Sequence[Cell]) -> tuple[Cell, ...]:
    width = max(len(upper), len(lower))
    pairs = zip((*upper, *[None] * width), (*lower, *[None] * width), strict=False)
    if any(as_text(low) and not field_named(low) and field_named(up) for up, low in pairs):
        return ()  # the lower row is a registration
    pairs = zip((*upper, *[None] * width), (*lower, *[None] * width), strict=False)
    return tuple(low if as_text(low) else up for up, low in islice(pairs, width))


def _header(row_number: int, cells: Sequence[Cell]) -> Header:
    fields: dict[str, int] = {}
    extra: dict[str, int] = {}
    for index, cell in enumerate(cells):
        field = field_named(cell)
        if field and (field not in fields or as_text(cell) == FIELDS[field] != as_text(cells[fields[field]])):
            if field in fields:
                _add_extra(extra, as_text(cells[fields[field]]), fields[field])
            fields[field] = index
        elif text := as_text(cell):
            _add_extra(extra, text, index)
    return Header(row_number, fields, extra)


def _add_extra(extra: dict[str, int], text: str, index: int) -> None:
    name, number = text, 2
    while name in extra:
        name, number = f"{text} {number}", number + 1
    extra[name] = index
