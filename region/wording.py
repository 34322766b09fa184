"""Turns one line of the trail into words."""

from collections.abc import Mapping
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _

from records.evidence import CORRECTION, RETAKE, RETURN
from region.document import Line
from region.labels import FACTS, KEYS, PARTS, STEPS, VALUES, Words

MAX_VALUE_CHARS = 300
_NOT_FOR_READERS = frozenset({"name", "text_digest", "declaration_digest", "pages", "pictures", "take_seq"})
"""What the part's name says already, or only programs can use."""

_NAMES = {CORRECTION: FACTS, RETAKE: STEPS, RETURN: STEPS}
_FACT_KEYS = frozenset({"field", "fields"})
_FINGER_KEYS = frozenset({"finger"})


def step_word(step: str) -> str:
    """Return the step's name."""
    return _word(STEPS, step)


def part_words(line: Line) -> str:
    """Return what within the step the line is about: `17:2` is the second try of the left index finger."""
    named = line.data.get("name")
    if isinstance(named, Mapping) and _is_bilingual(named):
        return _in_our_language(named)
    first, colon, rest = line.part.partition(":")
    name = _word(_NAMES.get(line.step, PARTS), first)
    if not colon:
        return name
    if first.isdigit() and rest.isdigit():
        return str(_("%(part)s, try %(count)s", part=name, count=rest))
    return f"{name} · {_word(PARTS, rest)}"


def pairs(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return label and value of everything the line says to a reader; empty values are left out."""
    hidden = set(_NOT_FOR_READERS)
    if data.get("reason_name"):
        hidden.add("reason")
    if data.get("decision"):
        hidden.add("agreed")
    shown = {key: value for key, value in data.items() if key not in hidden and value not in ("", None, [], {})}
    # Canonical JSON has sorted the keys; people want what was before in front of what came after.
    ordered = [key for key in KEYS if key in shown] + [key for key in shown if key not in KEYS]
    return [(_word(KEYS, key), value_words(shown[key], key)) for key in ordered]


def value_words(value: object, key: str = "") -> str:
    """Return a JSON value in words, cut where it is no longer read by people."""
    if isinstance(value, bool):
        text = str(_("Yes") if value else _("No"))
    elif isinstance(value, Mapping):
        text = _mapping_words(value)
    elif isinstance(value, list):
        text = _list_words(value, key)
    else:
        text = _word(FACTS if key in _FACT_KEYS else PARTS if key in _FINGER_KEYS else VALUES, str(value))
    return text if len(text) <= MAX_VALUE_CHARS else text[:MAX_VALUE_CHARS] + " …"


def _list_words(values: list[Any], key: str) -> str:
    if values and all(isinstance(value, Mapping) and {"code", "ok"} <= set(value) for value in values):
        # The code of a check names what is wrong, so that only failed checks can be listed.
        failed = ", ".join(value_words(value["code"]) for value in values if not value["ok"])
        return failed or str(_("All passed"))
    return ", ".join(value_words(value, key) for value in values[:MAX_VALUE_CHARS])


def _mapping_words(value: Mapping[str, Any]) -> str:
    if _is_bilingual(value):
        return _in_our_language(value)
    return "; ".join(f"{label}: {inner}" for label, inner in pairs(value))


def _is_bilingual(value: Mapping[str, Any]) -> bool:
    return set(value) == {"zh", "en"} and all(isinstance(words, str) for words in value.values())


def _in_our_language(words: Mapping[str, str]) -> str:
    return words["en" if str(get_locale()) == "en" else "zh"]


def _word(words: Words, code: str) -> str:
    return str(words.get(code, code))
