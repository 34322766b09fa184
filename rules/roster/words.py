"""What the codes of an import mean, in both languages; `rules` has no gettext, and the report is a file."""

from collections.abc import Mapping
from enum import StrEnum

from rules.roster.errors import Fault


class Language(StrEnum):
    """Languages the report is written in; the values index the pairs below."""

    ZH = "zh"
    EN = "en"


Words = Mapping[Language, str]


def _words(chinese: str, english: str) -> Words:
    return {Language.ZH: chinese, Language.EN: english}


VERDICT_WORDS: Mapping[str, Words] = {
    "accepted": _words("已导入", "imported"),
    "warned": _words("已导入，有提示", "imported with a warning"),
    "refused": _words("未导入", "refused"),
    "skipped": _words("已略过", "skipped"),
}

REFUSALS: Mapping[str, Words] = {
    "no_reg_no": _words("缺报名号", "no registration number"),
    "no_name": _words("缺姓名", "no name"),
    "no_id_no": _words("缺证件编号", "no ID number"),
    "id_lost_digits": _words(
        "证件编号被表格软件改成数字，后几位已丢失；请把该列设为文本后重新导出",
        "the spreadsheet turned the ID number into a number and lost its last digits; export the column as text",
    ),
    "reg_no_lost_digits": _words(
        "报名号被表格软件改成数字，后几位已丢失；请把该列设为文本后重新导出",
        "the spreadsheet turned the registration number into a number and lost digits; export the column as text",
    ),
    "duplicate_in_file": _words(
        "同一报名号出现多次且内容不同，请核实", "the same registration number with different data"
    ),
}
"""Codes for which a row is not imported."""

WARNINGS: Mapping[str, Words] = {
    "id_form": _words("证件编号的位数或格式与证件类型不符", "the ID number does not have the form of its type"),
    "id_checksum": _words("身份证号校验位不对", "the ID number's check digit is wrong"),
    "id_date": _words("身份证号中的出生日期不存在", "the birth date inside the ID number does not exist"),
    "id_age": _words("身份证号中的年龄不合常理", "the age in the ID number is implausible"),
    "id_zeros": _words(
        "证件编号以 000 结尾，可能被表格软件改过，请核对", "the ID number ends in 000; check it against the card"
    ),
    "id_type": _words("证件类型缺失或不认识", "the ID type is missing or unknown"),
    "id_shared": _words("同一证件编号出现在多个报名号下", "the same ID number under several registration numbers"),
    "id_sex_mismatch": _words("性别与身份证号不一致", "the sex differs from the ID number"),
    "id_birth_mismatch": _words("出生日期与身份证号不一致", "the birth date differs from the ID number"),
    "impossible_date": _words("日期不存在或无法识别", "a date does not exist or cannot be read"),
    "name_glyph": _words(
        "姓名中有缺字或自造字，请现场核对", "a character of the name is missing or private; check on site"
    ),
    "name_form": _words("姓名中有数字、符号或过长", "the name has digits or signs, or is too long"),
    "sex": _words("性别无法识别", "the sex cannot be read"),
    "mobile": _words("手机号码不是 11 位", "the mobile number does not have 11 digits"),
    "slot": _words("预约日期或时段无法识别，按未预约处理", "the appointment cannot be read; treated as none"),
    "exam_level": _words("报考级别无法识别", "the exam level cannot be read"),
    "unknown_kind": _words("考生类型中有不认识的内容", "an unknown word among the candidate kinds"),
    "kind_level": _words("考生类型与报考级别不一致", "the candidate kind contradicts the exam level"),
    "leading_zeros": _words(
        "位数比其他行少，可能丢失了开头的 0", "shorter than in other rows; leading zeros may be lost"
    ),
    "lost_digits": _words(
        "号码被表格软件改成数字，后几位已丢失，该项留空", "the spreadsheet lost digits of a number; left blank"
    ),
    "formula_error": _words("单元格里是公式错误，按空白处理", "a cell holds a formula error; treated as blank"),
}
"""Codes for which a row is imported all the same."""

SKIPS: Mapping[str, Words] = {
    "repeated_row": _words("与前面的行完全相同", "the same as an earlier row"),
    "repeated_header": _words("重复的表头", "the header again"),
    "total_row": _words("合计行", "a row of totals"),
    "note_row": _words("标题或备注行", "a title or a note"),
}
"""Codes of rows that are no registration at all."""

FINDING_WORDS: Mapping[str, Words] = {**REFUSALS, **WARNINGS, **SKIPS}

FAULT_WORDS: Mapping[Fault, Words] = {
    Fault.EMPTY: _words("文件是空的。请重新导出名册。", "The file is empty. Please export the roster again."),
    Fault.TOO_LARGE: _words(
        "文件过大，不像是名册。请只导出本考点的名册。",
        "The file is too large for a roster. Please export this venue's roster only.",
    ),
    Fault.CORRUPT: _words(
        "文件已损坏或不完整。请重新拷贝或重新导出。",
        "The file is damaged or cut short. Please copy or export it again.",
    ),
    Fault.ENCRYPTED_WORKBOOK: _words(
        "工作簿设有密码。请去掉密码后另存再导入。",
        "The workbook has a password. Please save it without one and import again.",
    ),
    Fault.OLD_WORKBOOK: _words(
        "这是旧版 .xls 文件。请另存为 .xlsx 或 .csv 再导入。",
        "This is an old .xls file. Please save it as .xlsx or .csv and import again.",
    ),
    Fault.NOT_A_TABLE: _words(
        "这不是表格文件。请选择 .xlsx 或 .csv 名册。",
        "This is no table. Please choose an .xlsx or .csv roster.",
    ),
    Fault.NO_HEADER: _words(
        "没有找到表头，缺少：{missing}。请检查列名。",
        "No header row was found; missing: {missing}. Please check the column names.",
    ),
}


def describe_fault(fault: Fault, missing: tuple[str, ...] = (), language: Language = Language.ZH) -> str:
    """Return what is wrong with the file and what to do about it."""
    joint = "、" if language is Language.ZH else ", "
    return FAULT_WORDS[fault][language].format(missing=joint.join(missing))
