"""What a profile may set about materials."""

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from rules.materials.catalogue import catalogue
from rules.mistakes import at, mistake, unknown
from rules.words import StepOptions, Words

JUDGED = ("fail", "pending", "waived")
"""The verdicts that need a reason; `pass` needs none."""

_GRADUATED = re.compile(r"graduated(<|>=)\d{4}-(0[1-9]|1[0-2])")


def _material(code: str) -> str:
    if code not in catalogue().materials:
        raise unknown("material", code, ", ".join(catalogue().materials))
    return code


def _kind(flag: str) -> str:
    if flag not in catalogue().kinds:
        raise unknown("kind of candidate", flag, ", ".join(sorted(catalogue().kinds)))
    return flag


def _condition(text: str) -> str:
    for term in text.split("+"):
        if term != "*" and not _GRADUATED.fullmatch(term):
            _kind(term)
    return text


Condition = Annotated[str, AfterValidator(_condition)]
"""Terms joined by `+`, all of which must hold: a kind's flag, `*`, `graduated<2002-01` or `graduated>=2002-01`."""


class Item(BaseModel):
    """One material of a region's list; what is left out is as the catalogue has it.

    Attributes:
        who: asked of a candidate to whom one of these conditions applies,
        unless: and to whom none of these does.
        optional: shown to those it is asked of, and never missed.
        images: whether pictures are `required` for a pass, `optional`, or `never` taken (checked, not scanned).
        min, max: pictures; fewer than min are refused only where some were taken, or where they are required.
        min_kb, max_kb: of one picture, in units of 1000 bytes.
        due_days: how long a candidate has to bring it later.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: Annotated[str, AfterValidator(_material)]
    who: tuple[Condition, ...] = ("*",)
    unless: tuple[Condition, ...] = ()
    optional: bool = False
    images: Literal["required", "optional", "never"] = "optional"
    min: int | None = Field(default=None, ge=0)
    max: int | None = Field(default=None, ge=1, le=20)
    min_kb: int | None = Field(default=None, ge=0)
    max_kb: int | None = Field(default=None, ge=10, le=5000)
    due_days: int | None = Field(default=None, ge=0, le=365)
    hint: Words | None = None


class Reason(BaseModel):
    """Why something is not simply a pass. `applies`: the verdicts it may be given for, or `refusal`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str
    words: Words
    applies: tuple[Literal["fail", "pending", "waived", "refusal"], ...] = Field(min_length=1)


class MaterialsOptions(StepOptions):
    """What a profile may set.

    Attributes:
        items: the region's list, in the order in which papers are checked.
        pending: whether later steps wait for what is brought later.
        upright: whether the document camera's pages are turned the right way up, where Tesseract is installed.
        unscanned: kinds of candidates whose papers are checked and never photographed.
    """

    items: tuple[Item, ...] = Field(min_length=1)
    reasons: tuple[Reason, ...]
    min_kb: int = Field(default=0, ge=0)
    max_kb: int = Field(default=200, ge=10, le=5000)
    due_days: int = Field(default=7, ge=0, le=365)
    pending: Literal["stop", "continue"] = "stop"
    upright: bool = True
    unscanned: tuple[Annotated[str, AfterValidator(_kind)], ...] = ()

    def reason(self, code: str) -> Reason | None:
        """Return the reason of this code."""
        return next((reason for reason in self.reasons if reason.code == code), None)

    @model_validator(mode="after")
    def _check(self) -> Self:
        mistakes = [*self._repeated(), *self._limits(), *self._unexplained()]
        if mistakes:  # raised like this, each keeps its place, and the profile can name its line
            raise ValidationError.from_exception_data("materials", mistakes)
        return self

    def _repeated(self) -> list[InitErrorDetails]:
        codes = [item.code for item in self.items]
        reasons = [reason.code for reason in self.reasons]
        return [
            *(at(("items", place, "code"), code, _twice(code)) for place, code in _second(codes)),
            *(at(("reasons", place, "code"), code, _twice(code)) for place, code in _second(reasons)),
        ]

    def _limits(self) -> list[InitErrorDetails]:
        found = []
        for place, item in enumerate(self.items):
            material = catalogue().materials[item.code]
            least, most = _own(item.min, material.min), _own(item.max, material.max)
            if least > most:
                key, value = ("max", most) if item.max is not None else ("min", least)
                found.append(at(("items", place, key), value, _turned(value, "min", least, "max", most)))
            least, most = _own(item.min_kb, self.min_kb), _own(item.max_kb, self.max_kb)
            if least >= most:
                key, value = ("max_kb", most) if item.max_kb is not None else ("min_kb", least)
                found.append(at(("items", place, key), value, _turned(value, "min_kb", least, "max_kb", most)))
        return found

    def _unexplained(self) -> list[InitErrorDetails]:
        given = {verdict for reason in self.reasons for verdict in reason.applies}
        return [
            at(("reasons",), None, mistake("no_reason", "no reason applies to '{verdict}'", verdict=verdict))
            for verdict in (*JUDGED, "refusal")
            if verdict not in given
        ]


def _own(value: int | None, default: int) -> int:
    return default if value is None else value


def _second(codes: list[str]) -> list[tuple[int, str]]:
    return [(at, code) for at, code in enumerate(codes) if code in codes[:at]]


def _twice(code: str) -> PydanticCustomError:
    return mistake("repeated", "{value}: listed twice", value=code)


def _turned(value: int, low: str, least: int, high: str, most: int) -> PydanticCustomError:
    words = "{value}: {low} is {least} and {high} is {most}"
    return mistake("turned", words, value=value, low=low, least=least, high=high, most=most)
