"""What counts as translated."""

import pytest
from babel.messages.catalog import Message

import translations


def _faults(msgid: str, msgstr: str, locale: str = "zh_Hans_CN", *, fuzzy: bool = False) -> list[str]:
    message = Message(msgid, msgstr, flags=["fuzzy"] if fuzzy else [])
    return list(translations.faults(locale, message, Message(msgid)))


def test_a_wording_with_the_same_placeholders_is_right():
    assert _faults("Wait %(minutes)s min, %(name)s", "%(name)s，请等 %(minutes)s 分钟") == []


@pytest.mark.parametrize("wording", ["请等", "请等 %(minuten)s 分钟", "请等 %(minutes)s 分钟 %(name)s"])
def test_a_wording_that_would_break_when_filled_in_is_named(wording: str):
    assert "placeholders" in _faults("Wait %(minutes)s min", wording)[0]


@pytest.mark.parametrize("wording", ["", " "])
def test_an_empty_chinese_wording_is_named(wording: str):
    assert _faults("Wait", wording) == ["not translated"]


def test_an_empty_english_wording_is_right_because_the_msgid_is_english():
    assert _faults("Wait", "", "en") == []


def test_a_guessed_wording_is_named():
    assert _faults("Wait", "等", fuzzy=True) == ["fuzzy"]
