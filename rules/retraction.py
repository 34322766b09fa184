"""Conflicts whose settlement was taken back: the same rule at the venue and at the region, whatever their tables."""

from collections.abc import Mapping
from dataclasses import Field, replace
from typing import Any, ClassVar, Protocol, TypeVar


class Settleable(Protocol):
    """A conflict, which is a dataclass; its name counts how many settlements of it were taken back (`turn`)."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    @property
    def key(self) -> str:
        """Its name."""

    @property
    def turn(self) -> int:
        """How many settlements of it were taken back."""


One = TypeVar("One", bound=Settleable)


def as_it_stands(conflict: One, settled: Mapping[str, bool]) -> One | None:
    """Return the conflict, under its present name, if it is open; None if it is settled.

    Args:
        conflict: as a rule finds it, with nothing taken back.
        settled: by name of what was settled, whether that was taken back.
    """
    while conflict.key in settled:
        if not settled[conflict.key]:
            return None
        conflict = replace(conflict, turn=conflict.turn + 1)
    return conflict
