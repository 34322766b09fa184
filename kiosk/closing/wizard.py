"""Where the closing of a day stands: computed from its acts and from what is true now, never stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from kiosk.closing.matters import Matters, matters_of
from kiosk.closing.people import DayPeople, people_of, window_of
from kiosk.venue import Venue
from local_db.day_book import DONE, REPORTED, TRIED, WAIVED, DayAct, state_of
from local_db.day_gate import CLOSED, REOPENED, DayState
from records.canonical import digest_document
from records.day import DayWindow

STEPS = ("settle", "reconcile", "backup", "confirm", "report", "purge")
"""In this order; nobody can go on before the one before is done, or left undone for a reason."""
WAIVABLE = ("settle", "reconcile", "backup", "confirm")
CHANGES = ("evidence:", "queue:", "roster:", "day:carried", "day:absent", "biometrics_removed")
"""Acts of the audit log after which a backup is no longer up to date."""

State = Literal["done", "waived", "todo", "later"]


@dataclass(frozen=True, slots=True)
class StepState:
    """One step of the closing: `later` is what cannot be begun yet."""

    id: str
    state: State
    act: DayAct | None


@dataclass(frozen=True, slots=True)
class ClosingDay:
    """A day on its way to being closed.

    Attributes:
        acts: everything that was ever done to close it; `round` is what was done since it was last reopened.
        entries: the number of the newest evidence that all of this was computed from.
    """

    window: DayWindow
    state: DayState
    acts: tuple[DayAct, ...]
    round: tuple[DayAct, ...]
    people: DayPeople
    matters: Matters
    steps: tuple[StepState, ...]
    entries: int

    @property
    def after(self) -> int:
        """The id of the newest act; a page sends it back to show what it was drawn from."""
        return self.acts[-1].id if self.acts else 0

    @property
    def current(self) -> str:
        """The id of the step to be done, "" when nothing is left."""
        return next((one.id for one in self.steps if one.state == "todo"), "")

    @property
    def is_purged(self) -> bool:
        """Whether the last step was done: then nobody can reopen the day."""
        return newest(self.round, "purge", DONE) is not None

    @property
    def report(self) -> DayAct | None:
        """The newest report of this round."""
        return newest(self.round, "report", REPORTED)

    @property
    def basis(self) -> str:
        """A digest over everything that a report is about; a report made on another basis is out of date."""
        acts = [one.id for one in self.round if one.act in (DONE, WAIVED) and one.step not in ("report", "purge")]
        return digest_document({"acts": acts, "entries": self.entries, "decided": self._decided()})

    def step(self, step_id: str) -> StepState:
        """Return a step."""
        return next(one for one in self.steps if one.id == step_id)

    def found(self, step_id: str) -> DayAct | None:
        """Return the newest act of this round in which a step was really done or tried."""
        return newest(self.round, step_id, DONE, TRIED)

    def _decided(self) -> list[list[str | int]]:
        return [[one.visit.id, one.decision.id] for one in self.people.persons if one.decision]


def look(venue: Venue, day: date) -> ClosingDay:
    """Return how the closing of a day stands at this moment."""
    entries = venue.days.newest_entry()  # before all else: what comes meanwhile makes it out of date, not wrong
    acts = tuple(venue.days.acts(day))
    window, state = window_of(day, venue.settings.zone), state_of(acts)
    people, matters = people_of(venue, day, acts), matters_of(venue, window)
    this_round = _round(acts)
    held = _held(venue, window, state, this_round, people, matters)
    return ClosingDay(window, state, acts, this_round, people, matters, _in_order(held, state), entries)


def newest(acts: Sequence[DayAct], step: str, *kinds: str) -> DayAct | None:
    """Return the newest act of a step that is of one of these kinds."""
    return next((one for one in reversed(acts) if one.step == step and one.act in kinds), None)


def _round(acts: Sequence[DayAct]) -> tuple[DayAct, ...]:
    last = max((place for place, one in enumerate(acts) if one.act == REOPENED), default=-1)
    return tuple(acts[last + 1 :])


def _held(
    venue: Venue,
    window: DayWindow,
    state: DayState,
    acts: Sequence[DayAct],
    people: DayPeople,
    matters: Matters,
) -> dict[str, DayAct | None]:
    """Return the act by which each step holds, None where it has to be done, or done again."""
    found = {step: _latest(acts, step) for step in STEPS}
    found["report"] = newest(acts, "report", CLOSED)
    if state is DayState.CLOSED:
        return found
    mark = venue.auditor.mark(window)
    settled = found["settle"]
    if not people.reckoning.adds_up or (settled and settled.act == DONE and not matters.is_clear):
        found["settle"] = None
    for step in ("reconcile", "confirm"):
        found[step] = _if(found[step], "mark", mark)
    changed = venue.backups.newest(*CHANGES)
    backup = found["backup"]
    if backup and backup.act == DONE and int(backup.detail.get("upto", 0)) < changed:
        found["backup"] = None
    return found


def _latest(acts: Sequence[DayAct], step: str) -> DayAct | None:
    """Return what holds for a step: done, unless a later try failed; then what was waived, if it was."""
    last = newest(acts, step, DONE, TRIED, WAIVED)
    return newest(acts, step, WAIVED) if last and last.act == TRIED else last


def _if(act: DayAct | None, key: str, value: str) -> DayAct | None:
    """Return an act if it still fits; what was left undone for a reason always does."""
    return act if act and (act.act == WAIVED or act.detail.get(key) == value) else None


def _in_order(held: dict[str, DayAct | None], state: DayState) -> tuple[StepState, ...]:
    steps: list[StepState] = []
    is_reached = state is not DayState.OPEN
    for step in STEPS:
        act = held[step]
        if act and is_reached:
            steps.append(StepState(step, "waived" if act.act == WAIVED else "done", act))
        else:
            steps.append(StepState(step, "todo" if is_reached else "later", None))
            is_reached = False
    return tuple(steps)
