"""Reads and checks a region's profile: which steps, in which order, with which options."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from kiosk.closing.rule import ClosingRule
from kiosk.errors import Problem, ProfileError
from kiosk.removal_rule import RemovalRule
from kiosk.step import Step
from kiosk.steps import STEPS
from kiosk.steps.consent import ConsentStep
from kiosk.toml_lines import find_line
from records.canonical import digest_bytes
from rules.booking import BookingOptions
from rules.online import OnlineOptions
from rules.words import Words

_LINE = re.compile(r"at line (\d+)")
_BIOMETRIC = {"fingerprint": "fingerprint", "photo": "face"}
"""Steps that capture biometrics, and the notice that must have asked for consent."""
_HEADING = ("id", "version", "name", "steps")
_SETTINGS = ("removal", "online", "booking", "closing")
"""Tables of a profile that are no step."""
Rule = TypeVar("Rule", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Profile:
    """A region's flow.

    Attributes:
        digest: SHA-256 of `source`; visits are pinned to it.
        source: the TOML text, kept with the visits so that they can be finished after the file has changed.
        removal: when captured biometrics leave the computer.
        online: what the region lets candidates upload before they come.
        closing: how a day is closed.
    """

    id: str
    version: str
    name: Words
    steps: tuple[Step, ...]
    digest: str
    source: str
    removal: RemovalRule = field(default_factory=RemovalRule)
    online: OnlineOptions = field(default_factory=OnlineOptions)
    closing: ClosingRule = field(default_factory=ClosingRule)

    @property
    def order(self) -> tuple[str, ...]:
        """The ids of the steps, in order."""
        return tuple(step.id for step in self.steps)

    def step(self, step_id: str) -> Step | None:
        """Return the step with this id if the profile has it."""
        return next((step for step in self.steps if step.id == step_id), None)


def load_profile(path: Path) -> Profile:
    """Return the profile in a file; see `parse_profile`."""
    return parse_profile(path.read_text(encoding="utf-8"), path.name)


def parse_profile(source: str, name: str) -> Profile:
    """Return the profile, with every step made and its options checked.

    Raises:
        ProfileError: names every problem with its line: unknown step, option, finger, material, field, wrong order.
    """
    try:
        tables = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        at = _LINE.search(str(error))  # the error carries no line of its own before Python 3.14
        raise ProfileError(name, [Problem(int(at[1]) if at else 0, str(error))]) from error
    problems = [*_heading_problems(tables, source), *_order_problems(tables.get("steps", []), source)]
    steps: list[Step] = []
    for step_id in _known(tables.get("steps", [])):
        try:
            steps.append(make_step(step_id, tables.get(step_id, {})))
        except ValidationError as error:
            problems += _option_problems(step_id, error, source)
    removal = _rule(RemovalRule, "removal", tables, source, problems)
    online = _rule(OnlineOptions, "online", tables, source, problems)
    closing = _rule(ClosingRule, "closing", tables, source, problems)
    _rule(BookingOptions, "booking", tables, source, problems)  # the region's; here it is only checked
    problems += _consent_problems(steps, source)
    if problems:
        raise ProfileError(name, sorted(problems, key=lambda problem: problem.line))
    digest = digest_bytes(source.encode())
    heading = tables["id"], tables["version"], Words(**tables["name"])
    return Profile(*heading, tuple(steps), digest, source, removal, online, closing)


def make_step(step_id: str, options: Mapping[str, Any]) -> Step:
    """Return the step of the table `STEPS` with checked options.

    Raises:
        ValidationError: the options do not fit.
    """
    module, _, class_name = STEPS[step_id].partition(":")
    kind: type[Step] = getattr(import_module(module), class_name)
    return kind(kind.Options.model_validate(options))


def _rule(kind: type[Rule], name: str, tables: Mapping[str, Any], source: str, problems: list[Problem]) -> Rule:
    """Return a table of the profile that is no step; what is wrong with it is added to the problems."""
    try:
        return kind.model_validate(tables.get(name, {}))
    except ValidationError as error:
        problems += _option_problems(name, error, source)
        return kind()


def _known(step_ids: Any) -> list[str]:
    return [step_id for step_id in step_ids if step_id in STEPS] if isinstance(step_ids, list) else []


def _heading_problems(tables: Mapping[str, Any], source: str) -> list[Problem]:
    problems = [Problem(1, f"{key!r} is missing") for key in _HEADING if key not in tables]
    for key in tables:
        if key not in (*_HEADING, *_SETTINGS) and key not in STEPS:
            known = ", ".join((*_HEADING, *_SETTINGS, *STEPS))
            problems.append(Problem(find_line(source, (key,)), f"unknown step or setting {key!r}; there are {known}"))
    for key in ("id", "version"):
        if not isinstance(tables.get(key, ""), str):
            problems.append(Problem(find_line(source, (key,)), f"{key!r} must be text"))
    try:
        Words.model_validate(tables.get("name", {"zh": "", "en": ""}))
    except ValidationError:
        problems.append(Problem(find_line(source, ("name",)), "'name' needs zh and en"))
    return problems


def _order_problems(step_ids: Any, source: str) -> list[Problem]:
    def at(step_id: str, message: str) -> Problem:
        return Problem(find_line(source, ("steps",), step_id), message)

    if not isinstance(step_ids, list):
        return [at("", "'steps' must be a list of step ids")]
    problems = [
        at(step_id, f"unknown step {step_id!r}; there are {', '.join(STEPS)}")
        for step_id in step_ids
        if step_id not in STEPS
    ]
    problems += [at(step_id, f"step {step_id!r} is listed twice") for step_id in _repeated(step_ids)]
    if step_ids[:1] != ["arrival"]:
        problems.append(at("", "'arrival' must be the first step"))
    for step_id in _BIOMETRIC:
        if step_id in step_ids and "consent" not in step_ids[: step_ids.index(step_id)]:
            problems.append(at(step_id, f"step {step_id!r} captures biometrics and must come after 'consent'"))
    return problems


def _consent_problems(steps: list[Step], source: str) -> list[Problem]:
    """Return the captures nobody would be asked about."""
    asked = [notice.kind for step in steps if isinstance(step, ConsentStep) for notice in step.options.notices]
    if not asked:  # no consent step, or one whose options are wrong: said already
        return []
    return [
        Problem(find_line(source, ("steps",), step.id), f"step {step.id!r} needs the notice {kind!r} in 'consent'")
        for step in steps
        if (kind := _BIOMETRIC.get(step.id)) and kind not in asked
    ]


def _repeated(step_ids: list[str]) -> set[str]:
    return {step_id for step_id in step_ids if step_ids.count(step_id) > 1}


def _option_problems(step_id: str, error: ValidationError, source: str) -> list[Problem]:
    problems = []
    for detail in error.errors():
        location = (step_id, *detail["loc"])
        value = detail["input"] if isinstance(detail["input"], str | int) else None
        where = ".".join(str(part) for part in location)
        problems.append(Problem(find_line(source, location, value), f"{where}: {detail['msg']}"))
    return problems
