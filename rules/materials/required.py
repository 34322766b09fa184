"""Which materials a candidate has to bring: computed from what the candidate is. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from rules.materials.catalogue import catalogue
from rules.materials.options import Item, MaterialsOptions
from rules.words import Words


@dataclass(frozen=True, slots=True)
class Asked:
    """One material as it concerns one candidate, with the region's limits.

    Attributes:
        fits: whether the region's rule names this candidate; others are shown, for staff know more than a rule.
        required: whether it is missed when it is not there.
        min, max: pictures.
        min_kb, max_kb: of one picture, in units of 1000 bytes.
        because: the condition of the region's rule by which it is asked of this candidate, or by which it is not
            (then out of `unless`); "" where none of its conditions applies.
    """

    code: str
    name: Words
    hint: Words
    fits: bool
    required: bool
    original: bool
    images: Literal["required", "optional", "never"]
    min: int
    max: int
    min_kb: int
    max_kb: int
    due_days: int
    because: str = ""


def required_items(kinds: Iterable[str], facts: Mapping[str, str], options: MaterialsOptions) -> tuple[Asked, ...]:
    """Return the region's whole list in its order, with what this candidate has to bring marked as required."""
    flags = frozenset(kinds)
    graduated = facts.get("graduated", "")
    return tuple(_asked(item, flags, graduated, options) for item in options.items)


def applies(condition: str, kinds: frozenset[str], graduated: str) -> bool:
    """Tell whether every term of a condition holds. An unknown year of graduation is neither before nor after.

    >>> applies("UPG2+graduated<2002-01", frozenset({"LV1", "UPG2"}), "2001-07")
    True
    """
    return all(_holds(term, kinds, graduated) for term in condition.split("+"))


def _holds(term: str, kinds: frozenset[str], graduated: str) -> bool:
    if term.startswith("graduated>="):
        return bool(graduated) and graduated >= term.removeprefix("graduated>=")
    if term.startswith("graduated<"):
        return bool(graduated) and graduated < term.removeprefix("graduated<")
    return term == "*" or term in kinds


def _asked(item: Item, kinds: frozenset[str], graduated: str, options: MaterialsOptions) -> Asked:
    material = catalogue().materials[item.code]
    asked_by, spared_by = _first(item.who, kinds, graduated), _first(item.unless, kinds, graduated)
    fits = bool(asked_by) and not spared_by
    return Asked(
        code=item.code,
        name=material.name,
        hint=item.hint or material.hint,
        fits=fits,
        required=fits and not item.optional,
        original=material.original,
        images=item.images if kinds.isdisjoint(options.unscanned) else "never",
        min=material.min if item.min is None else item.min,
        max=material.max if item.max is None else item.max,
        min_kb=options.min_kb if item.min_kb is None else item.min_kb,
        max_kb=options.max_kb if item.max_kb is None else item.max_kb,
        due_days=options.due_days if item.due_days is None else item.due_days,
        because=spared_by or asked_by,
    )


def _first(conditions: Iterable[str], kinds: frozenset[str], graduated: str) -> str:
    return next((condition for condition in conditions if applies(condition, kinds, graduated)), "")
