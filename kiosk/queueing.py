"""In which order candidates are called. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time

PRIORITY_EVERY = 4
"""One in four called comes from the priority lane while somebody waits there."""
PLACES_BACK = 3
"""Who missed the call and reports again goes behind this many waiting people."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody in the line for a step.

    Attributes:
        slot_starts: of the appointment, None for those without.
        back_at: when they reported again after missing a call, None if they did not miss one.
    """

    visit: str
    ticket: str
    lane: str
    slot_starts: time | None
    issued_at: datetime
    back_at: datetime | None = None


def in_order(waiting: Sequence[Waiting], called_so_far: int = 0) -> list[Waiting]:
    """Return the line: by slot, then by arrival; priority one in four; who missed a call three places behind.

    Args:
        called_so_far: how many were called for this step today; keeps the one in four over repeated asking.
    """
    normal = sorted((one for one in waiting if one.lane == "normal" and not one.back_at), key=_by_slot)
    priority = sorted((one for one in waiting if one.lane == "priority" and not one.back_at), key=_by_slot)
    line: list[Waiting] = []
    while normal or priority:
        is_priority_turn = (called_so_far + len(line)) % PRIORITY_EVERY == 0
        line.append(priority.pop(0) if priority and (is_priority_turn or not normal) else normal.pop(0))
    missed = sorted((one for one in waiting if one.back_at), key=lambda one: one.back_at or one.issued_at)
    for number, one in enumerate(missed):
        line.insert(min(PLACES_BACK + number, len(line)), one)
    return line


def _by_slot(one: Waiting) -> tuple[time, datetime]:
    return one.slot_starts or time.max, one.issued_at
