"""Why a window is not changed. Nothing has changed when one of these is raised.

ActRefusedError              see `region.registry.errors`
├── ImpossibleWindowError    it does not fit by itself, or to another one
└── LocksOutError            it would shut people out at this moment, and nobody has confirmed that
"""

from region.registry.errors import ActRefusedError


class ImpossibleWindowError(ActRefusedError):
    """`why`: `kind`, `year`, `venue`, `times`, `reason`, `turned`, or `order` with `other` and for one venue `at`."""

    code = "impossible"

    def __init__(self, why: str, other: str = "", at: str = "") -> None:
        super().__init__(" ".join(part for part in ("the window does not fit:", why, other, at) if part))
        self.why, self.other, self.at = why, other, at


class LocksOutError(ActRefusedError):
    """So many registrations can no longer be worked on, or their candidates no longer act, from this moment on."""

    code = "locks_out"

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} registrations would be shut out now; confirm it")
        self.count = count
