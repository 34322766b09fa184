"""What `doctor` and `verify` say about one thing."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    is_good: bool
    what: str
    words: str
