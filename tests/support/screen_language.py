"""Tells words of the wrong language from what people and rosters are called."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.pofile import read_po

from kiosk.demo import STAFF
from region.demo import DEMO_PEOPLE, DEMO_VENUE_NAME

CATALOGUE = Path(__file__).resolve().parents[2] / "translations" / "zh_Hans_CN" / "LC_MESSAGES" / "messages.po"
CHINESE = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
ENGLISH = re.compile(r"[A-Za-z]{3,}")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
REGION_NAME = "演示考区"
MASKED = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]+\*+")


class Speech:
    """Knows every wording of the programme and every name that is shown as it is.

    Args:
        data: values of the roster and other names, which no language changes.
    """

    def __init__(self, data: Iterable[str]) -> None:
        with CATALOGUE.open("rb") as file:
            messages = [message for message in read_po(file) if message.id]
        pairs = [pair for message in messages for pair in _pairs(message.id, message.string)]
        self._english = _pattern(
            english for english, chinese in pairs if ENGLISH.search(english) and english != chinese
        )
        known = {person.name for person in STAFF} | {name for name, _pin, _role in DEMO_PEOPLE}
        known |= {DEMO_VENUE_NAME, REGION_NAME, "中文"}
        self._data = sorted({*data, *known} - {""}, key=len, reverse=True)

    def wrong(self, locale: str, texts: Iterable[str]) -> Iterator[str]:
        """Yield each text that is in another language than the screen."""
        for text in texts:
            if locale == "en" and self._is_chinese(text):
                yield f"Chinese on an English screen: {text}"
            elif locale != "en" and self._english.fullmatch(text):
                yield f"English on a Chinese screen: {text}"

    def _is_chinese(self, text: str) -> bool:
        rest = MASKED.sub("", text)
        if not CHINESE.search(rest):
            return False
        for value in self._data:
            rest = rest.replace(value, "")
        return CHINESE.search(rest) is not None


def _pairs(english: str | tuple[str, ...], chinese: str | tuple[str, ...]) -> Iterator[tuple[str, str]]:
    ids = (english,) if isinstance(english, str) else english
    said = (chinese,) if isinstance(chinese, str) else chinese
    yield from ((one, said[0]) for one in ids)


def _pattern(texts: Iterable[str]) -> re.Pattern[str]:
    """Return what matches each of the texts with anything in the place of its placeholders."""
    patterns = [".+".join(map(re.escape, PLACEHOLDER.split(" ".join(text.split())))) for text in texts]
    return re.compile("|".join(sorted(set(patterns))))
