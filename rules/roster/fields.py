"""Turns one row's cells into a registration, and says what looked wrong about them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from records.registration import FIELDS, SLOT_FIELDS, Registration, Slot
from rules.roster import identity
from rules.roster.cells import SAFE_DIGITS, Cell, as_code, as_name, as_text, is_error
from rules.roster.dates import EPOCH_1900, read_day, read_month, read_slot
from rules.roster.kinds import derived_kinds, join_kinds, level_kind, read_kinds
from rules.roster.outcome import Finding

Cells = Mapping[str, Cell]
Findings = list[Finding]

LEVELS = {"LV1": "执业医师", "LV2": "执业助理医师"}
MAX_NAME_LENGTH = 28

_SEXES = {"男": "男", "女": "女", "1": "男", "2": "女", "0": "未知", "9": "未说明", "M": "男", "F": "女"}
_SEXES |= {"男性": "男", "女性": "女", "未知": "未知", "未说明": "未说明", "MALE": "男", "FEMALE": "女"}
_MISSING_GLYPH = re.compile("[?？□■〓*＊\ufffd\u2ff0-\u2fff\ue000-\uf8ff\U000f0000-\U0010fffd]")
_NOT_A_NAME = re.compile(r"[0-9!-&+,/:-@\[-^_`{-~、。，；：！（）《》]")
_LETTER = re.compile(r"[A-Za-z]")
_MOBILE = re.compile(r"(?:\+?(?:00)?86)?(1\d{10})")


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a row's meaning depends on besides its cells: the day of serial number 0, and today."""

    today: date
    epoch: date = EPOCH_1900


def read_registration(cells: Cells, extra: Mapping[str, str], around: Circumstances) -> tuple[Registration, Findings]:
    """Return the registration as far as it can be read, and what is to be said about it.

    Args:
        cells: by field code; fields whose column is missing may be left out.
        extra: the further columns, header to text.
        around: see `Circumstances`.
    """
    findings = [Finding("formula_error", FIELDS[field]) for field, cell in cells.items() if is_error(cell)]
    fields = {field: as_text(cells.get(field)) for field in FIELDS if field not in SLOT_FIELDS}
    fields["reg_no"] = _reg_no(cells.get("reg_no"), findings)
    fields["id_no"] = _id_no(cells.get("id_no"), findings)
    fields["id_type"] = _id_type(fields, findings)
    fields["name"] = _name(cells.get("name"), fields["id_type"], findings)
    fields["diploma_no"] = _number(cells, "diploma_no", findings)
    fields["mobile"] = _mobile(cells, findings)
    fields["graduated"] = _month(cells.get("graduated"), around, findings)
    fields["born_on"] = _born_on(cells.get("born_on"), around, findings)
    fields["sex"] = _sex(fields["sex"], findings)
    _compare_with_id(fields, around, findings)
    kept = dict(extra)
    fields["exam_level"], fields["kinds"] = _level_and_kinds(fields, kept, findings)
    return Registration(fields["reg_no"], fields, _slot(cells, around, findings), kept), findings


def _reg_no(cell: Cell, findings: Findings) -> str:
    text, lost = as_code(cell)
    if lost:
        findings.append(Finding("reg_no_lost_digits", FIELDS["reg_no"]))
    elif not text:
        findings.append(Finding("no_reg_no"))
    return text


def _id_no(cell: Cell, findings: Findings) -> str:
    text, lost = as_code(cell)
    id_no = text if lost else identity.tidy_id_no(text)
    if not id_no:
        findings.append(Finding("no_id_no"))
    elif lost or _was_a_number(cell, id_no):
        findings.append(Finding("id_lost_digits", FIELDS["id_no"]))
    elif re.fullmatch(r"\d{15}000", id_no):
        findings.append(Finding("id_zeros", FIELDS["id_no"]))
    return id_no


def _was_a_number(cell: Cell, id_no: str) -> bool:
    """Whether an 18-digit number must have gone through a spreadsheet's 15 digits: its check digit is wrong, and it
    was a number, or ends in the zeros that a spreadsheet puts there.
    """
    if not re.fullmatch(r"\d{18}", id_no) or identity.check_digit(id_no[:17]) == id_no[17]:
        return False
    return isinstance(cell, int) or id_no[SAFE_DIGITS:] == "000"


def _id_type(fields: Mapping[str, str], findings: Findings) -> str:
    text, id_no = fields["id_type"], fields["id_no"]
    if name := identity.id_type_named(text):
        return name
    if not text and re.fullmatch(r"\d{17}[\dX]", id_no) and identity.check_digit(id_no[:17]) == id_no[17]:
        return identity.HMT_PERMIT if re.match(r"8[123]0000", id_no) else identity.RESIDENT
    findings.append(Finding("id_type", FIELDS["id_type"]))
    return text


def _name(cell: Cell, id_type: str, findings: Findings) -> str:
    name = as_name(cell)
    if not name:
        findings.append(Finding("no_name"))
    if _MISSING_GLYPH.search(name):
        findings.append(Finding("name_glyph", FIELDS["name"]))
    plain = _MISSING_GLYPH.sub("", name)
    latin = id_type == identity.RESIDENT and _LETTER.search(plain)
    if len(name) > MAX_NAME_LENGTH or _NOT_A_NAME.search(plain) or latin:
        findings.append(Finding("name_form", FIELDS["name"]))
    return name


def _number(cells: Cells, field: str, findings: Findings) -> str:
    text, lost = as_code(cells.get(field))
    if lost:
        findings.append(Finding("lost_digits", FIELDS[field]))
    return "" if lost else text


def _mobile(cells: Cells, findings: Findings) -> str:
    text = _number(cells, "mobile", findings)
    if match := _MOBILE.fullmatch(text.replace("-", "")):
        return match[1]
    if text:
        findings.append(Finding("mobile", FIELDS["mobile"]))
    return text


def _month(cell: Cell, around: Circumstances, findings: Findings) -> str:
    month = read_month(cell, around.epoch)
    if month is None and as_text(cell):
        findings.append(Finding("impossible_date", FIELDS["graduated"]))
    return month or ""


def _born_on(cell: Cell, around: Circumstances, findings: Findings) -> str:
    day = read_day(cell, around.epoch)
    if (day is None and as_text(cell)) or (day is not None and day > around.today):
        findings.append(Finding("impossible_date", FIELDS["born_on"]))
        return ""
    return day.isoformat() if day else ""


def _sex(text: str, findings: Findings) -> str:
    if text and text.upper() not in _SEXES:
        findings.append(Finding("sex", FIELDS["sex"]))
    return _SEXES.get(text.upper(), "")


def _compare_with_id(fields: dict[str, str], around: Circumstances, findings: Findings) -> None:
    """Check the ID number, and fill in or compare what it says itself."""
    id_type, id_no = fields["id_type"], fields["id_no"]
    if any(finding.code == "id_lost_digits" for finding in findings):
        return
    if id_no:
        findings.extend(Finding(code, FIELDS["id_no"]) for code in identity.id_problems(id_type, id_no, around.today))
    if not identity.carries_birth(id_type, id_no):
        return
    born, sex = identity.birth_of(id_no), identity.sex_of(id_no)
    if fields["sex"] in ("男", "女") and fields["sex"] != sex:
        findings.append(Finding("id_sex_mismatch", FIELDS["sex"]))
    if born and fields["born_on"] and fields["born_on"] != born.isoformat():
        findings.append(Finding("id_birth_mismatch", FIELDS["born_on"]))
    fields["sex"] = fields["sex"] or sex
    fields["born_on"] = fields["born_on"] or (born.isoformat() if born else "")


def _level_and_kinds(fields: Mapping[str, str], extra: dict[str, str], findings: Findings) -> tuple[str, str]:
    named, unknown = read_kinds(fields["kinds"])
    if unknown:
        findings.append(Finding("unknown_kind", FIELDS["kinds"]))
        extra[FIELDS["kinds"]] = fields["kinds"]  # what was not understood is not lost
    from_level = level_kind(fields["exam_level"])
    named_levels = named & LEVELS.keys()
    if from_level and named_levels - {from_level}:
        findings.append(Finding("kind_level", FIELDS["kinds"]))
        named -= named_levels
    level = from_level or (next(iter(named_levels)) if len(named_levels) == 1 else "")
    if not level:
        findings.append(Finding("exam_level", FIELDS["exam_level"]))
    id_type = identity.ID_TYPES.get(fields["id_type"])
    flags = named | derived_kinds(fields) | ({id_type.flag} if id_type and id_type.flag else set())
    return LEVELS.get(level, fields["exam_level"]), join_kinds(flags)


def _slot(cells: Cells, around: Circumstances, findings: Findings) -> Slot | None:
    day, hours = cells.get("slot_day"), cells.get("slot_time")
    if not as_text(day) and not as_text(hours):
        return None
    slot = read_slot(day, hours, around.epoch)
    if slot is None:
        findings.append(Finding("slot", FIELDS["slot_day"]))
    return slot
