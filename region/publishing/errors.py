"""Why a profile is not kept or published. Nothing has changed when one of these is raised.

UnknownDraftError            there is no such draft or version
ActRefusedError              see `region.registry.errors`
├── UnreadableTextError      what was handed in is no text of a sensible size
├── AlreadyPublishedError    the draft has become a version before; names it
├── DroppedError             the draft was thrown away before
├── NotSoundError            the check finds mistakes; names each with its line
├── VersionUsedError         a version of this name, or with this very text, was published before
├── SupersededError          somebody else has published another version since one looked
└── TimeError                it would hold from a time that is past, or much too far away
"""

from collections.abc import Sequence

from region.errors import RegionError
from region.registry.errors import ActRefusedError
from rules.errors import Problem


class UnknownDraftError(RegionError):
    """There is no such draft or version."""


class UnreadableTextError(ActRefusedError):
    """`why`: `empty`, `not_text` or `too_large`."""

    code = "unreadable"

    def __init__(self, why: str) -> None:
        super().__init__(f"the text of the profile is not taken: {why}")
        self.why = why


class AlreadyPublishedError(ActRefusedError):
    """It was published before, perhaps by the same finger a moment ago."""

    code = "published"

    def __init__(self, digest: str) -> None:
        super().__init__(f"published before, as {digest}")
        self.digest = digest


class DroppedError(ActRefusedError):
    """It was thrown away before."""

    code = "dropped"


class NotSoundError(ActRefusedError):
    """No venue could work by it."""

    code = "not_sound"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(f"line {problem.line}: {problem.message}" for problem in problems))
        self.problems = tuple(problems)


class VersionUsedError(ActRefusedError):
    """Versions are told apart by what they call themselves; `other` is free."""

    code = "version_used"

    def __init__(self, version: str, other: str) -> None:
        super().__init__(f"version {version!r} was published before; write another one, e.g. {other!r}")
        self.version, self.other = version, other


class SupersededError(ActRefusedError):
    """Somebody else was faster; the difference is another one now."""

    code = "superseded"


class TimeError(ActRefusedError):
    """It cannot hold from that time."""

    code = "time"
