"""What became of everybody who was expected or came on a day, counted so that it must add up. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time
from enum import StrEnum


class Outcome(StrEnum):
    """What became of one registration on one day. `OPEN` is nobody's outcome: somebody has to decide."""

    FINISHED = "finished"
    RETURNED = "returned"
    CARRIED = "carried"
    ABSENT = "absent"
    OPEN = "open"


Slot = tuple[time, time]


@dataclass(frozen=True, slots=True)
class Attendance:
    """What is known of one registration on one day.

    Attributes:
        slot: the appointment of that day; None for somebody who came without one.
        came: has a ticket of that day.
        is_finished: the visit is complete, on whatever day that was.
        is_returned: the region sent it back, and nobody has gone on with it here since.
        is_waiting: cannot go on before something is brought.
        came_later: has a ticket of a later day.
        decision: what a lead has decided of somebody still inside, None if nothing.
    """

    slot: Slot | None
    came: bool
    is_finished: bool = False
    is_returned: bool = False
    is_waiting: bool = False
    came_later: bool = False
    decision: Outcome | None = None


def outcome_of(one: Attendance) -> Outcome:
    """Return the one outcome that a registration has."""
    if one.is_finished:
        return Outcome.FINISHED
    if one.is_returned:
        return Outcome.RETURNED
    if one.came and one.decision:
        return one.decision
    if one.is_waiting:
        return Outcome.CARRIED
    if not one.came:
        return Outcome.ABSENT
    return Outcome.CARRIED if one.came_later else Outcome.OPEN


@dataclass(frozen=True, slots=True)
class SlotCount:
    """One slot's people, or those who came without an appointment (`slot` is None)."""

    slot: Slot | None
    total: int
    finished: int
    returned: int
    carried: int
    absent: int
    open: int

    @property
    def adds_up(self) -> bool:
        """Whether everybody has an outcome, and exactly one."""
        return self.open == 0 and self.total == self.finished + self.returned + self.carried + self.absent


@dataclass(frozen=True, slots=True)
class Reckoning:
    """A day's people.

    Attributes:
        slots: by the slot's start.
        appointments: all slots together.
        walk_ins: those who came without an appointment of that day; they are in no other number.
    """

    slots: tuple[SlotCount, ...]
    appointments: SlotCount
    walk_ins: SlotCount

    @property
    def adds_up(self) -> bool:
        """Whether everybody has an outcome, and exactly one."""
        return self.appointments.adds_up and self.walk_ins.adds_up


def reckon(people: Iterable[Attendance]) -> Reckoning:
    """Return a day's people, each counted once."""
    counted = list(people)
    slots = sorted({one.slot for one in counted if one.slot})
    return Reckoning(
        slots=tuple(_count(slot, [one for one in counted if one.slot == slot]) for slot in slots),
        appointments=_count(None, [one for one in counted if one.slot]),
        walk_ins=_count(None, [one for one in counted if not one.slot]),
    )


def _count(slot: Slot | None, people: list[Attendance]) -> SlotCount:
    found = Counter(map(outcome_of, people))
    return SlotCount(
        slot=slot,
        total=len(people),
        finished=found[Outcome.FINISHED],
        returned=found[Outcome.RETURNED],
        carried=found[Outcome.CARRIED],
        absent=found[Outcome.ABSENT],
        open=found[Outcome.OPEN],
    )
