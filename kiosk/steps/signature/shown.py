"""Puts what is signed in words: every fact, and every answer of the steps that are signed with them."""

from collections.abc import Mapping
from typing import Any

from flask_babel import LazyString, get_locale
from flask_babel import lazy_gettext as _l

from kiosk.step import Case
from records.registration import FIELDS, SLOT_FIELDS

CONSENTS: Mapping[str, LazyString] = {
    "general": _l("Privacy notice"),
    "face": _l("Picture of my face"),
    "fingerprint": _l("My fingerprints"),
}
VERDICTS: Mapping[str, LazyString] = {
    "pass": _l("In order"),
    "fail": _l("Not in order"),
    "pending": _l("To be brought later"),
    "waived": _l("Not needed"),
}
DECISIONS: Mapping[bool | None, LazyString] = {True: _l("Agreed"), False: _l("Not agreed"), None: _l("Read")}


def shown_facts(case: Case) -> list[tuple[str, str]]:
    """Return (field, value) of every fact; the appointment is none."""
    return [(field, case.facts[field]) for field in FIELDS if field not in SLOT_FIELDS and field in case.facts]


def shown_answers(case: Case, step: str) -> list[dict[str, str]]:
    """Return the standing answers of a step as lines: label, value, note."""
    lines = [_line(entry.evidence.part, entry.evidence.data) for entry in case.standing.of(step)]
    return [line for line in lines if line]


def _line(part: str, data: Mapping[str, Any]) -> dict[str, str]:
    if "verdict" in data:
        value = str(VERDICTS.get(data["verdict"], data["verdict"]))
        return {"label": _words(data.get("name")) or part, "value": value, "note": _words(data.get("reason_name"))}
    if "agreed" in data:
        return {"label": str(CONSENTS.get(part, part)), "value": str(DECISIONS[data["agreed"]]), "note": ""}
    return {}


def _words(text: Mapping[str, str] | None) -> str:
    """Return a text that was kept in both languages in the one of the request."""
    locale = get_locale()
    language = "en" if locale and locale.language == "en" else "zh"
    return text.get(language, "") if text else ""
