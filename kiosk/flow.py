"""Where a candidate stands. Pure, computed from the standing evidence, never stored."""

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.step import Case, Outcome, State, Step

CAPTURED_BEFORE = "captured_before"
"""Why a capture is waived: the region holds it from an earlier visit."""


@dataclass(frozen=True, slots=True)
class Position:
    """One step of the way, with how far it is."""

    step: Step
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Way:
    """A candidate's whole way.

    Attributes:
        positions: every step in the profile's order.
        current: what has to be done next; None when nothing is left to do here and now.
    """

    positions: tuple[Position, ...]
    current: Position | None

    @property
    def is_finished(self) -> bool:
        """Whether the record can be sealed: everything is done or waived, or a refusal is proposed to the region."""
        states = {position.outcome.state for position in self.positions}
        return State.REFUSED in states or states <= {State.DONE, State.WAIVED}

    @property
    def is_refused(self) -> bool:
        """Whether staff propose that the region refuse the candidate."""
        return any(position.outcome.state is State.REFUSED for position in self.positions)

    @property
    def is_waiting(self) -> bool:
        """Whether the candidate has to come back with something (待补交) before anything can go on."""
        return self.current is not None and self.current.outcome.state is State.PENDING

    def position(self, step: str) -> Position | None:
        """Return the position of the step with this id, if it is on the way."""
        return next((position for position in self.positions if position.step.id == step), None)


def walk(steps: Sequence[Step], case: Case) -> Way:
    """Return the way: the first step to do, unless one before it is pending and blocks, or a refusal is proposed.

    When only pending steps are left, the first of them is current.
    """
    positions = tuple(Position(step, _outcome(step, case)) for step in steps)
    is_refused = any(position.outcome.state is State.REFUSED for position in positions)
    return Way(positions, None if is_refused else _current(positions))


def _outcome(step: Step, case: Case) -> Outcome:
    """Return how far a step is; captures that the region has accepted from another visit need not be made again.

    What was begun here is finished here: only a step of which nothing stands is waived.
    """
    outcome = step.outcome(case)
    held = case.online.captured_elsewhere(case.visit) if case.online else frozenset()
    is_begun = case.standing.of(step.id) or case.is_asked_again(step.id)
    return Outcome(State.WAIVED, CAPTURED_BEFORE) if step.id in held and not is_begun else outcome


def _current(positions: Sequence[Position]) -> Position | None:
    pending = None
    for position in positions:
        outcome = position.outcome
        if outcome.state is State.TODO:
            return position
        if outcome.state is State.PENDING:
            if outcome.blocks:
                return position
            pending = pending or position
    return pending


def next_step(steps: Sequence[Step], case: Case) -> Step | None:
    """Return the step to be done next, None when the visit is finished."""
    current = walk(steps, case).current
    return current.step if current else None
