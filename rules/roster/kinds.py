"""Candidate kinds: the flags that decide which materials are asked for, and the words rosters have for them."""

import re
from collections.abc import Iterable, Mapping

KINDS: Mapping[str, tuple[str, ...]] = {
    "LV1": ("执业", "执业医师", "执业级别"),
    "LV2": ("助理", "执业助理", "执业助理医师", "助理医师"),
    "UPG2": ("助理升执业", "助理专科满2年", "专科助理满2年", "助理(专科)满2年升执业", "助理满2年", "助理报执业"),
    "UPG5": ("助理中专满5年", "中专助理满5年", "助理(中专)满5年升执业", "助理满5年"),
    "FRESH": ("应届", "应届生", "应届毕业生", "应届医学专业毕业生"),
    "RETAKE": ("往届", "往届生", "往届再考", "再考", "重考"),
    "TCM_SC": ("师承", "确有专长", "师承或确有专长", "师承/确有专长", "师承和确有专长"),
    "MIL": ("军人", "现役军人", "军队", "军队人员", "文职", "军队文职", "现役军人/文职", "武警"),
    "HMT": ("台港澳", "港澳台", "香港", "澳门", "台湾", "台港澳居民", "港澳台居民"),
    "FOR": ("外籍", "外籍人员", "外国人"),
    "OVS": ("国外学历", "非大陆学历", "境外学历", "海外学历", "留学"),
    "SEC": ("中专", "中专学历", "中等专业学校"),
    "TOPUP": ("专升本",),
    "GRAD": ("应届研究生", "在读研究生", "研究生"),
    "DENT": ("口腔",),
    "RURAL": ("乡村全科", "乡村全科执业助理", "乡村全科执业助理医师"),
    "SKILLOK": ("技能成绩有效", "技能有效", "实践技能成绩有效", "技能合格"),
    "ADD": ("加试", "短线加试", "院前急救", "儿科", "军事医学", "短线医学专业加试"),
}
"""Each flag and what rosters call it; the flags are explained in docs/glossary.md."""

_FLAGS = {word: flag for flag, words in KINDS.items() for word in (flag, *words)}
_SEPARATORS = re.compile(r"[,，、;；|+&\s]+")
_NONE = frozenset({"", "无", "-", "—", "/", "普通", "一般"})


def read_kinds(text: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the flags a cell names, by flag or by word, and the words nobody knows.

    >>> read_kinds("应届、外星")
    (frozenset({'FRESH'}), ('外星',))
    """
    flags: set[str] = set()
    unknown: list[str] = []
    for word in _SEPARATORS.split(text.replace("（", "(").replace("）", ")")):
        found = [_flag(part) for part in ([word] if _flag(word) else word.split("/"))]
        flags.update(flag for flag in found if flag)
        if word not in _NONE and not all(found):
            unknown.append(word)
    return frozenset(flags), tuple(unknown)


def derived_kinds(fields: Mapping[str, str]) -> frozenset[str]:
    """Return the flags that follow from level, category and schooling."""
    category, education = fields["exam_category"], fields["education"]
    found = {
        level_kind(fields["exam_level"]),
        "DENT" if "口腔" in category else "",
        "RURAL" if "乡村全科" in category else "",
        "TCM_SC" if "师承" in category or "确有专长" in category else "",
        "SEC" if "中专" in education else "",
    }
    return frozenset(found - {""})


def level_kind(exam_level: str) -> str:
    """Return LV1 or LV2 as the level says, "" if it says neither."""
    if "助理" in exam_level or exam_level == "LV2":
        return "LV2"
    return "LV1" if "执业" in exam_level or exam_level == "LV1" else ""


def join_kinds(flags: Iterable[str]) -> str:
    """Return the flags as a registration holds them: in the table's order, with commas."""
    wanted = frozenset(flags)
    return ",".join(flag for flag in KINDS if flag in wanted)


def _flag(word: str) -> str:
    return _FLAGS.get(word) or _FLAGS.get(word.upper(), "")
