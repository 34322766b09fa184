"""Writes a notice when its turn has come: from what is true then, and what the candidate may see then."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from region.notices.models import NoticeRow
from region.notices.queueing import Kind
from region.registry.locks import ItemState
from region.registry.reading import Case
from region.registry.rules import Rules
from region.registry.status import Status, shown_to_candidate

_STATUS: Mapping[Kind, Status] = {
    Kind.VENUE_PASSED: Status.VENUE_PASSED,
    Kind.APPROVED: Status.APPROVED,
    Kind.REFUSED: Status.REFUSED,
    Kind.PAYMENT_DUE: Status.PAYMENT_DUE,
}
_OF_SLOTS = frozenset({Kind.SLOT_GIVEN, Kind.SLOT_TAKEN_BACK})
_DOCUMENT = re.compile(r"(?<!\d)(\d{11,14})(\d{3}[\dXx])(?![\dXx])")
"""Resident identity cards, 15 or 18 characters, wherever a reviewer may have written one."""

MOST_CHARS = 500


class Moment(StrEnum):
    """Whether it is the time for a notice."""

    NOW = "now"
    LATER = "later"
    """The candidate may not see yet what it would say."""
    OVER = "over"
    """It is no longer true."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent."""

    subject: str
    text: str


def moment_of(notice: NoticeRow, case: Case, rules: Rules) -> Moment:
    """Return whether a notice is still true, and may be told."""
    kind = Kind(notice.kind)
    if kind is Kind.RETURNED:
        is_open = case.row.submitted_at is None and any(item.state is ItemState.RETURNED for item in case.items)
        return Moment.NOW if is_open else Moment.OVER
    if kind in _OF_SLOTS:
        is_had = case.row.slot == _event_text(notice, case)
        return Moment.NOW if is_had is (kind is Kind.SLOT_GIVEN) else Moment.OVER
    if case.status is not _STATUS[kind]:
        return Moment.OVER
    shown = shown_to_candidate(case.status, rules.online.shown, is_over=case.is_over)
    return Moment.NOW if shown is case.status else Moment.LATER


def compose(notice: NoticeRow, case: Case, rules: Rules, url: str) -> Letter:
    """Return the profile's text, filled in; an empty one where the profile does not want this notice."""
    language = "en" if "FOR" in case.person.kinds else "zh"
    words = getattr(rules.online.notices, notice.kind)
    text = getattr(words, language)
    back = [item for item in case.items if item.state is ItemState.RETURNED]
    separator = "、" if language == "zh" else ", "
    values = {
        "number": case.person.reg_no[-4:],
        "items": separator.join(getattr(item.asked.name, language) for item in back),
        "opinion": _opinion(notice, case, rules, language),
        "slot": _event_text(notice, case) if notice.kind in _OF_SLOTS else "",
        "url": url,
    }
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    text = " ".join(text.split())[:MOST_CHARS]
    subject = "医师资格考试报名通知" if language == "zh" else "Your exam registration"
    return Letter(subject, without_numbers(text, case.person.fields.get("id_no", "")))


def without_numbers(text: str, id_no: str) -> str:
    """Return the text with document numbers masked but for their last four characters.

    >>> without_numbers("证件 11010519491231002X, 护照 E12345678", "E12345678")
    '证件 **************002X, 护照 *****5678'
    """
    if len(id_no) > 4:
        text = re.sub(re.escape(id_no), "*" * (len(id_no) - 4) + id_no[-4:], text, flags=re.IGNORECASE)
    return _DOCUMENT.sub(lambda found: "*" * len(found[1]) + found[2], text)


def _event_text(notice: NoticeRow, case: Case) -> str:
    return next((event.text for event in case.events if event.number == notice.event), "")


def _opinion(notice: NoticeRow, case: Case, rules: Rules, language: str) -> str:
    event = next((event for event in case.events if event.number == notice.event), None)
    if event is None:
        return ""
    opinion = rules.online.opinion(event.opinion)
    parts = (getattr(opinion.words, language) if opinion else "", event.text.strip())
    said = (" " if language == "en" else "，").join(part for part in parts if part)
    return said and said.rstrip("。.") + ("。" if language == "zh" else ".")
