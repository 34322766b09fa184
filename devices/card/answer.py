"""Makes a card of what a vendor's reading service answers; which of its words mean what is configuration."""

import base64
import binascii
import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from devices.base import Card
from devices.card.photo import card_photo
from devices.errors import CaptureRejectedError, ConfigurationError

KNOWN = tuple(field.name for field in fields(Card))

_DATES = ("born_on", "valid_from", "valid_until")
_SEXES = {"1": "男", "男": "男", "男性": "男", "M": "男", "2": "女", "女": "女", "女性": "女", "F": "女"}
_JSONP = re.compile(r"^[\w$.]+\(\s*(\{.*\})\s*\);?$", re.DOTALL)
# Latin letters with marks, replacement characters and controls: what Chinese text becomes in the wrong encoding.
_MOJIBAKE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\xb6\xb8-\u02ff\ufffd]|锟斤拷|烫烫")
_NUMBER = re.compile(r"[0-9A-Z]{6,18}")


@dataclass(frozen=True, slots=True)
class AnswerMap:
    """Where in a service's JSON answer what stands.

    Attributes:
        fields: our name of a field (see `Card`) to the dotted path of theirs: `{"name": "resultContent.partyName"}`.
        none_if: dotted path to the values that say "no card lies there", e.g. `{"resultFlag": [-1, 2]}`.
        encoding: of an answer that is not UTF-8.
    """

    fields: Mapping[str, str]
    none_if: Mapping[str, Sequence[Any]]
    encoding: str = "gb18030"

    def __post_init__(self) -> None:
        """Check the names.

        Raises:
            ConfigurationError: a field that a card has not, or no number.
        """
        wrong = [name for name in self.fields if name not in KNOWN]
        if wrong:
            raise ConfigurationError(f"a card has no field {wrong[0]!r}; there are {', '.join(KNOWN)}")
        if "id_no" not in self.fields:
            raise ConfigurationError("fields must say where the number stands: id_no")
        try:
            "".encode(self.encoding)
        except LookupError as error:
            raise ConfigurationError(f"no encoding {self.encoding!r}") from error

    def card(self, answer: bytes) -> Card | None:
        """Return the card in an answer, None if it says that none lies there.

        Raises:
            CaptureRejectedError: `garbled`, or `half_card` if a field that the map names is missing.
        """
        said = self._document(answer)
        for path, values in self.none_if.items():
            if _at(said, path) in values:
                return None
        found = {name: _text(_at(said, path)) for name, path in self.fields.items()}
        if not any(found.values()):
            return None
        # The period may be open and the photo switched off at the service; nobody has no name or number.
        lacking = [name for name in ("id_no", "name") if name in found and not found[name]]
        if lacking:
            raise CaptureRejectedError(f"the reader's answer lacks {lacking[0]}", "half_card")
        return _card(found)

    def _document(self, answer: bytes) -> dict[str, Any]:
        text = _decoded(answer, self.encoding).strip()
        jsonp = _JSONP.match(text)
        try:
            said = json.loads(jsonp[1] if jsonp else text)
        except ValueError as error:
            cut = text.startswith("{") and not text.endswith("}")
            raise CaptureRejectedError("the answer is no JSON", "half_card" if cut else "garbled") from error
        if not isinstance(said, dict):
            raise CaptureRejectedError("the answer is no JSON object", "garbled")
        return said


def _decoded(answer: bytes, encoding: str) -> str:
    try:
        return answer.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":  # cut off within a character
            return answer[: error.start].decode("utf-8-sig")
    with suppress(UnicodeDecodeError):
        return answer.decode(encoding)
    raise CaptureRejectedError("the answer is in another encoding than the settings say", "garbled")


def _at(said: Any, path: str) -> Any:
    """Return what stands at a dotted path, None if nothing does; a service may have JSON inside a JSON string."""
    for key in path.split("."):
        if isinstance(said, str) and said.startswith("{"):
            try:
                said = json.loads(said)
            except ValueError:
                return None
        said = said.get(key) if isinstance(said, dict) else None
    return said


def _text(value: Any) -> str:
    return str(value).strip(" \t\r\n\x00\u3000") if isinstance(value, str | int) else ""


def _card(found: Mapping[str, str]) -> Card:
    words: dict[str, Any] = {name: text for name, text in found.items() if name != "photo"}
    if any(_MOJIBAKE.search(text) for name, text in words.items() if name not in _DATES):
        raise CaptureRejectedError("the answer's text is in a wrong encoding", "garbled")
    words["id_no"] = words["id_no"].replace(" ", "").upper()
    if not _NUMBER.fullmatch(words["id_no"]):
        raise CaptureRejectedError("the number is not whole", "half_card")
    words |= {name: _day(words[name]) for name in _DATES if name in words}
    if "sex" in words:
        words["sex"] = _SEXES.get(words["sex"].upper(), "")
    return Card(**words, photo=card_photo(_bytes(found.get("photo", ""))))


def _day(text: str) -> date | None:
    """Return a day written with or without separators; None for 长期 and for what is no day."""
    digits = re.sub(r"\D", "", text)
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8])) if len(digits) == 8 else None
    except ValueError:
        return None


def _bytes(text: str) -> bytes:
    """Return what Base64 (also as a data: address) stands for; b"" if it is none."""
    try:
        return base64.b64decode(text.partition(",")[2] if text.startswith("data:") else text, validate=False)
    except (binascii.Error, ValueError):
        return b""
