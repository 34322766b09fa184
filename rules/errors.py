"""What is wrong with a profile.

ProfileError  a region's profile cannot be used; names every problem with its line
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a profile.

    Attributes:
        line: counts from 1; 0 where no line can be named.
        message: in English, for logs and commands; screens have words of their own for `code` and `values`.
        key: where it stands, e.g. `materials.items.3.code`; "" where the file as a whole is meant.
    """

    line: int
    message: str
    key: str = ""
    code: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


class ProfileError(Exception):
    """A region's profile cannot be used."""

    def __init__(self, name: str, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(f"{name}:{problem.line}: {problem.message}" for problem in problems))
        self.name = name
        self.problems = tuple(problems)
