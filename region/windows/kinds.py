"""Which windows there are, and what has to be true of them together. Pure.

Source: domain notes, sections 0 and 1 (Guangdong 2017 for who may edit when; Baotou for venue, region and payment).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from region.registry.rules import Window


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of window.

    Attributes:
        starts: whether its beginning is set too; otherwise only until when.
        may_differ: whether a venue may have one of its own.
    """

    starts: bool
    may_differ: bool


KINDS: Mapping[str, Kind] = {
    "upload": Kind(starts=True, may_differ=True),
    "on_site": Kind(starts=True, may_differ=True),
    "venue_review": Kind(starts=False, may_differ=True),
    "region_review": Kind(starts=False, may_differ=False),
    "corrections": Kind(starts=False, may_differ=True),
    "payment": Kind(starts=True, may_differ=False),
}
"""In the order in which a year goes through them."""

NOT_AFTER = (
    ("upload", "venue_review"),
    ("on_site", "venue_review"),
    ("venue_review", "region_review"),
    ("corrections", "region_review"),
    ("region_review", "payment"),
)
"""Pairs of which the first may not close after the second."""


@dataclass(frozen=True, slots=True)
class Impossible:
    """Why windows do not fit: `turned` (ends before it begins) or `order` (the first closes after the second)."""

    code: str
    kind: str
    other: str = ""


def impossible(windows: Mapping[str, Window]) -> Iterator[Impossible]:
    """Yield what does not fit about the windows of one venue, by kind; one that is not set is always open."""
    for kind, window in windows.items():
        if window.opens_at is not None and window.opens_at >= window.closes_at:
            yield Impossible("turned", kind)
    for first, second in NOT_AFTER:
        if first in windows and second in windows and windows[first].closes_at > windows[second].closes_at:
            yield Impossible("order", first, second)
