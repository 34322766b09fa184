"""Checks a region's profile: which steps, in which order, with which options. Venue and region go by this one check.

Each mistake is named with its line, key and code. Pure: reads text, knows no file and no screen.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from records.canonical import digest_bytes
from rules.booking import BookingOptions
from rules.closing import ClosingRule
from rules.errors import Problem, ProfileError
from rules.online import OnlineOptions
from rules.profile_order import consent_problems, order_problems
from rules.removal import RemovalRule
from rules.steps import STEP_OPTIONS
from rules.toml_lines import find_line
from rules.words import StepOptions, Words

MAX_BYTES = 512 * 1024
"""The shipped profiles have 20 KB; whatever is much larger is another file."""
HEADING = ("id", "version", "name", "steps")
SETTINGS = ("removal", "online", "booking", "closing")
"""Tables of a profile that are no step."""
_LINE = re.compile(r"at line (\d+)")
Rule = TypeVar("Rule", bound=BaseModel)
Steps = Mapping[str, type[StepOptions]]


@dataclass(frozen=True, slots=True)
class CheckedProfile:
    """What a sound profile says.

    Attributes:
        order: the ids of the steps.
        options: what it sets for each of them.
        digest: SHA-256 of `source`, its TOML text.
    """

    id: str
    version: str
    name: Words
    order: tuple[str, ...]
    options: Mapping[str, StepOptions]
    removal: RemovalRule
    online: OnlineOptions
    booking: BookingOptions
    closing: ClosingRule
    digest: str
    source: str


def check_profile(source: str, name: str, steps: Steps = STEP_OPTIONS) -> CheckedProfile:
    """Return what a profile says.

    Args:
        name: of the file, for the error.
        steps: which there are, and what may be set for each.

    Raises:
        ProfileError: names every problem with its line: unknown step, option, finger, material, field, wrong order.
    """
    tables = _read(source, name)
    given = tables.get("steps", [])
    problems = [*_heading_problems(tables, source, steps), *order_problems(given, source, tuple(steps))]
    known = [one for one in given if one in steps] if isinstance(given, list) else []
    options = {one: made for one in known if (made := _table(steps[one], one, tables, source, problems)) is not None}
    removal = _table(RemovalRule, "removal", tables, source, problems) or RemovalRule()
    online = _table(OnlineOptions, "online", tables, source, problems) or OnlineOptions()
    booking = _table(BookingOptions, "booking", tables, source, problems) or BookingOptions()
    closing = _table(ClosingRule, "closing", tables, source, problems) or ClosingRule()
    problems += consent_problems(options, source)
    if problems:
        raise ProfileError(name, sorted(problems, key=lambda problem: problem.line))
    heading, digest = (tables["id"], tables["version"], Words(**tables["name"])), digest_bytes(source.encode())
    return CheckedProfile(*heading, tuple(known), options, removal, online, booking, closing, digest, source)


def option_problems(table: str, error: ValidationError, source: str) -> list[Problem]:
    """Return what is wrong with a table, each with its line."""
    problems = []
    for detail in error.errors():
        location = (table, *detail["loc"])
        value = detail["input"] if isinstance(detail["input"], str | int) else None
        where = ".".join(str(part) for part in location)
        line, values = find_line(source, location, value), {"input": value, **detail.get("ctx", {})}
        problems.append(Problem(line, f"{where}: {detail['msg']}", where, detail["type"], values))
    return problems


def _read(source: str, name: str) -> Mapping[str, Any]:
    if len(source.encode()) > MAX_BYTES:
        words = f"the profile is larger than {MAX_BYTES // 1024} KB"
        raise ProfileError(name, [Problem(0, words, "", "too_large", {"most": MAX_BYTES // 1024})])
    try:
        return tomllib.loads(source)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        at = _LINE.search(str(error))  # the error carries no line of its own before Python 3.14
        line = int(at[1]) if at else 0
        raise ProfileError(name, [Problem(line, str(error), "", "toml", {"why": str(error)})]) from error


def _table(kind: type[Rule], name: str, tables: Mapping[str, Any], source: str, problems: list[Problem]) -> Rule | None:
    """Return a table of the profile; what is wrong with it is added to the problems."""
    try:
        return kind.model_validate(tables.get(name, {}))
    except ValidationError as error:
        problems += option_problems(name, error, source)
        return None


def _heading_problems(tables: Mapping[str, Any], source: str, steps: Steps) -> list[Problem]:
    problems = [Problem(1, f"{key!r} is missing", key, "missing") for key in HEADING if key not in tables]
    known = (*HEADING, *SETTINGS, *steps)
    for key in tables:
        if key not in known:
            words = f"unknown step or setting {key!r}; there are {', '.join(known)}"
            values = {"shown": repr(key), "known": ", ".join(known)}
            problems.append(Problem(find_line(source, (key,)), words, key, "unknown", values))
    for key in ("id", "version"):
        if not isinstance(tables.get(key, ""), str):
            problems.append(Problem(find_line(source, (key,)), f"{key!r} must be text", key, "string_type"))
    try:
        Words.model_validate(tables.get("name", {"zh": "", "en": ""}))
    except ValidationError:
        problems.append(Problem(find_line(source, ("name",)), "'name' needs zh and en", "name", "needs_words"))
    return problems
