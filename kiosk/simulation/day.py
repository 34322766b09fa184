"""The simulated day: where everybody waits, and what has become of them."""

import queue
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from kiosk.simulation.errors import SimulationError, TimeIsUpError
from kiosk.simulation.people import Candidate
from kiosk.simulation.tally import Tally
from kiosk.simulation.walking import Halt

IDLE_S = 0.5
"""How long somebody without work waits before looking again."""
AGAIN_AFTER_S = 3.0
"""How long a candidate is away who fetches something, and how often a desk looks for a verdict."""
PASSED, RETURNED, REFUSED, GIVEN_UP = "passed", "returned", "refused", "given up"

Line = queue.Queue[Candidate]


@dataclass(slots=True)
class Day:
    """Shared by all who work in the venue and at the region.

    Attributes:
        until: on the monotonic clock, the time limit.
        for_kiosk: candidates who go to a kiosk, newly or again.
        for_booth: candidates whom a desk has sent to a booth.
        over: set when nobody has anything left to do, or the time is up.
    """

    candidates: Sequence[Candidate]
    tally: Tally
    until: float
    for_kiosk: Line = field(default_factory=queue.Queue)
    for_booth: Line = field(default_factory=queue.Queue)
    over: threading.Event = field(default_factory=threading.Event)
    _for_desk: "queue.Queue[tuple[float, Candidate]]" = field(default_factory=queue.Queue)

    @property
    def finished(self) -> list[Candidate]:
        """Those who have seen that everything is done."""
        return [one for one in self.candidates if one.is_finished]

    def is_done(self) -> bool:
        """Tell whether nobody has anything left to do."""
        return all(one.is_finished and _is_judged(one) for one in self.candidates)

    def of_visit(self, visit: str) -> Candidate | None:
        """Return the candidate of a visit; others of the demo's people may be there too, they are nobody's here."""
        return next((one for one in self.candidates if visit and one.visit == visit), None)

    def comes_to_desk(self, candidate: Candidate) -> None:
        """Let somebody come to a desk uncalled, in a moment."""
        self._for_desk.put((time.monotonic() + AGAIN_AFTER_S, candidate))

    def at_desk(self) -> Candidate | None:
        """Return somebody who stands before the desks without having been called."""
        try:
            due_at, candidate = self._for_desk.get_nowait()
        except queue.Empty:
            return None
        if due_at > time.monotonic():
            self._for_desk.put((due_at, candidate))
            return None
        candidate.did.discard("pending")
        return candidate

    def settle(self, candidate: Candidate, halt: Halt) -> None:
        """Send a candidate where the walk at a desk or booth has ended."""
        if halt is Halt.DONE:
            candidate.is_finished = True
            self.tally.count("finished")
        elif halt is Halt.PENDING:
            self.tally.count("came_back_with_papers")
            self.comes_to_desk(candidate)
        elif halt is Halt.BOOTH:
            self.for_booth.put(candidate)
        else:
            self.for_kiosk.put(candidate)

    def give_up(self, candidate: Candidate | None, where: str, error: SimulationError) -> None:
        """Note that something went wrong; the candidate tries again once, at a desk."""
        if isinstance(error, TimeIsUpError):
            return
        self.tally.error(where, error)
        if candidate and candidate.visit and candidate.once("given up"):
            self.comes_to_desk(candidate)

    def close(self) -> None:
        """Note who was not done when the day ended."""
        for candidate in self.candidates:
            if not candidate.is_finished:
                self.tally.error("day", f"{candidate.reg_no} was not finished; did {sorted(candidate.did)}")


def _is_judged(candidate: Candidate) -> bool:
    if candidate.habits.judged:
        return candidate.verdict in (PASSED, REFUSED, GIVEN_UP)
    return candidate.verdict == (RETURNED if candidate.habits.returned else "")
