"""A candidate's registration as the region's roster gives it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time

FIELDS: Mapping[str, str] = {
    "reg_no": "报名号",
    "name": "姓名",
    "sex": "性别",
    "ethnic_group": "民族",
    "born_on": "出生日期",
    "nationality": "国籍",
    "id_type": "证件类型",
    "id_no": "证件编号",
    "exam_level": "报考级别",
    "exam_category": "报考类别",
    "education": "报考学历",
    "study_form": "学习形式",
    "school": "毕业学校",
    "major": "毕业专业",
    "graduated": "毕业年月",
    "diploma_no": "毕业证书编号",
    "employer": "工作单位",
    "mobile": "手机号码",
    "slot_day": "预约日期",
    "slot_time": "预约时段",
    "kinds": "考生类型",
}
"""Code of each roster field and its Chinese column header. `kinds` holds flags joined by commas, e.g. `LV1,FRESH`."""

SLOT_FIELDS = ("slot_day", "slot_time")
"""Fields that belong to the appointment and are no facts about the candidate."""


@dataclass(frozen=True, slots=True)
class Slot:
    """An appointment at the venue, in the venue's local time."""

    day: date
    starts: time
    ends: time


@dataclass(frozen=True, slots=True)
class Registration:
    """One registration.

    Attributes:
        reg_no: given by the national system, never by us.
        fields: every key of `FIELDS` except the slot's; normalised text, "" where the roster has none;
            `born_on` as YYYY-MM-DD, `graduated` as YYYY-MM.
        extra: the roster's further columns, header to text.
        warnings: codes of what looked wrong at import, e.g. `id_checksum`.
    """

    reg_no: str
    fields: Mapping[str, str]
    slot: Slot | None = None
    extra: Mapping[str, str] | None = None
    warnings: tuple[str, ...] = ()

    @property
    def kinds(self) -> frozenset[str]:
        """The candidate-kind flags, e.g. {"LV1", "FRESH"}; see docs/glossary.md."""
        return frozenset(flag for flag in self.fields.get("kinds", "").split(",") if flag)
