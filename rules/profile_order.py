"""What the order of a profile's steps has to keep to: nobody is captured who was not asked. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from rules.errors import Problem
from rules.steps.consent import ConsentOptions
from rules.toml_lines import find_line
from rules.words import StepOptions

BIOMETRIC = {"fingerprint": "fingerprint", "photo": "face"}
"""Steps that capture biometrics, and the notice that must have asked for consent."""


def order_problems(given: Any, source: str, known: Sequence[str]) -> list[Problem]:
    """Return what is wrong with the list of steps."""

    def at(step: str, message: str, code: str) -> Problem:
        values = {"step": step, "shown": repr(step), "known": ", ".join(known)}
        return Problem(find_line(source, ("steps",), step), message, "steps", code, values)

    if not isinstance(given, list) or not all(isinstance(step, str) for step in given):
        return [at("", "'steps' must be a list of step ids", "steps_list")]
    problems = [
        at(step, f"unknown step {step!r}; there are {', '.join(known)}", "unknown")
        for step in given
        if step not in known
    ]
    problems += [at(step, f"step {step!r} is listed twice", "step_twice") for step in _repeated(given)]
    if given[:1] != ["arrival"]:
        problems.append(at("", "'arrival' must be the first step", "arrival_first"))
    for step in BIOMETRIC:
        if step in given and "consent" not in given[: given.index(step)]:
            words = f"step {step!r} captures biometrics and must come after 'consent'"
            problems.append(at(step, words, "before_consent"))
    return problems


def consent_problems(options: Mapping[str, StepOptions], source: str) -> list[Problem]:
    """Return the captures nobody would be asked about."""
    consent = options.get("consent")
    if not isinstance(consent, ConsentOptions):  # no consent step, or one whose options are wrong: said already
        return []
    asked = [notice.kind for notice in consent.notices]
    return [
        Problem(
            find_line(source, ("steps",), step),
            f"step {step!r} needs the notice {kind!r} in 'consent'",
            "consent.notices",
            "no_notice",
            {"step": step, "notice": kind},
        )
        for step in options
        if (kind := BIOMETRIC.get(step)) and kind not in asked
    ]


def _repeated(steps: Sequence[str]) -> list[str]:
    return sorted({step for step in steps if steps.count(step) > 1})
