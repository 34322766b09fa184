"""Writes the report of an import: what became of every row, for the person who has to mend the roster."""

import csv
from collections.abc import Iterable
from io import StringIO

from rules.roster.outcome import Finding, Outcome, RowVerdict
from rules.roster.words import FINDING_WORDS, VERDICT_WORDS, Language

HEADERS = {
    Language.ZH: ("行号", "报名号", "证件编号（已遮挡）", "结果", "原因", "代码"),
    Language.EN: ("Row", "Registration number", "ID number (masked)", "Result", "Reasons", "Codes"),
}
_ROWS = {Language.ZH: "（见第 {rows} 行）", Language.EN: " (see row {rows})"}
_FORMULA_STARTS = ("=", "+", "-", "@", "\t")


def report_bytes(outcomes: Iterable[Outcome], language: Language = Language.ZH) -> bytes:
    """Return the rows that need attention first, refused before warned, then the rest in the order of the file.

    UTF-8 with a byte order mark, without which spreadsheets show Chinese as garbage. No names; ID numbers masked.
    """
    urgency = (RowVerdict.REFUSED, RowVerdict.WARNED, RowVerdict.SKIPPED, RowVerdict.ACCEPTED)
    text = StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEADERS[language])
    for outcome in sorted(outcomes, key=lambda outcome: urgency.index(outcome.verdict)):
        writer.writerow(_line(outcome, language))
    return text.getvalue().encode("utf-8-sig")


def describe(finding: Finding, language: Language = Language.ZH) -> str:
    """Return the finding in words: column, what is wrong, rows it has to do with."""
    colon, joint = ("：", "、") if language is Language.ZH else (": ", ", ")
    where = finding.column + colon if finding.column else ""
    rows = _ROWS[language].format(rows=joint.join(map(str, finding.rows))) if finding.rows else ""
    return where + FINDING_WORDS[finding.code][language] + rows


def masked(id_no: str) -> str:
    """Return the number as it may be shown: enough to recognise it, not enough to use it.

    >>> masked("99010119900101002X"), masked("A1234567")
    ('990101********002X', 'A1****67')
    """
    head, tail = (6, 4) if len(id_no) >= 15 else (2, 2)
    if len(id_no) <= head + tail:
        return "*" * len(id_no)
    return id_no[:head] + "*" * (len(id_no) - head - tail) + id_no[-tail:]


def _line(outcome: Outcome, language: Language) -> list[str]:
    registration = outcome.registration
    return [
        str(outcome.row_number),
        _harmless(registration.reg_no) if registration else "",
        _harmless(masked(registration.fields["id_no"])) if registration else "",
        VERDICT_WORDS[outcome.verdict][language],
        ("；" if language is Language.ZH else "; ").join(describe(finding, language) for finding in outcome.findings),
        " ".join(finding.code for finding in outcome.findings),
    ]


def _harmless(text: str) -> str:
    """Keep a spreadsheet from running what a roster's cell says as a formula."""
    return "'" + text if text.startswith(_FORMULA_STARTS) else text
