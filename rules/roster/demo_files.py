"""Writes roster files as a region would send them, so that the demonstration goes through the real import."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from pathlib import Path

from openpyxl import Workbook

from records.registration import FIELDS, SLOT_FIELDS, Registration

TITLE = "医师资格考试现场审核名册（测试数据）"


def write_xlsx(path: Path, people: Iterable[Registration], *, title: str = TITLE) -> None:
    """Write a workbook with a merged title row above the header, every cell text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("名册")
    sheet.merged_cells.ranges.add(f"A1:{chr(ord('A') + len(FIELDS) - 1)}1")
    sheet.append([title])
    for row in roster_rows(people):
        sheet.append(row)
    book.save(path)


def write_csv(path: Path, people: Iterable[Registration], *, encoding: str = "utf-8-sig", delimiter: str = ",") -> None:
    """Write a text table."""
    text = StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(roster_rows(people))
    path.write_bytes(text.getvalue().encode(encoding))


def roster_rows(people: Iterable[Registration]) -> Iterator[Sequence[str]]:
    """Give the header and one row a person, in the order of `FIELDS`, further columns of the first person last."""
    people = list(people)
    extra = list(people[0].extra or ()) if people else []
    yield [*FIELDS.values(), *extra]
    for person in people:
        texts = {**person.fields, **_slot_texts(person)}
        yield [*(texts.get(field, "") for field in FIELDS), *((person.extra or {}).get(name, "") for name in extra)]


def _slot_texts(person: Registration) -> dict[str, str]:
    if person.slot is None:
        return dict.fromkeys(SLOT_FIELDS, "")
    slot = person.slot
    return {"slot_day": slot.day.isoformat(), "slot_time": f"{slot.starts:%H:%M}-{slot.ends:%H:%M}"}
