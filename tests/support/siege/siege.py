"""A venue and a region under siege, with a bad line between them."""

import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import wait
from typing import Self

from tests.support.siege.ledger import Ledger
from tests.support.siege.nursery import Child, Nursery
from tests.support.siege.orders import HURRY, TELL, Order, Reply
from tests.support.siege.places import Places
from tests.support.troubled_line import TroubledLine
from tests.support.troubles import WELL, Trouble

SETTLES_IN_S = 120.0
HURRIES_EVERY_S = 1.0
ANSWERS_IN_S = 60.0


class Siege:
    """What stands, and who has been told what.

    Attributes:
        waiting: orders that were given and not answered yet; they are given again to a new process.
        parked: objects that a person had to have sent again.
        answered: how many orders were.
    """

    def __init__(self, nursery: Nursery, places: Places, choose: Callable[[], Trouble] = lambda: WELL) -> None:
        self.places = places
        self.ledger = Ledger()
        self.waiting: dict[str, Order] = {}
        self.parked = 0
        self.answered = 0
        self.line = TroubledLine(choose)
        self._nursery = nursery
        self._answers: dict[str, Reply] = {}
        self._venue: Child | None = None
        self._region: Child | None = None
        self._region_answers = False

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()
        self.line.close()

    def start(self) -> None:
        """Let both stand, and give again what was not answered."""
        if self._region is None:
            self._region = self._nursery.bear("region", str(self.places.folder))
            self._region_answers = False
        if self._venue is None:
            self._venue = self._nursery.bear("venue", str(self.places.folder), self.line.url)
            for order in self.waiting.values():
                self._say(order)

    def stop(self) -> None:
        """End both, as abruptly as ever."""
        if self._venue:
            self.kill_venue()
        if self._region:
            self.kill_region()

    def kill_venue(self) -> None:
        """Kill the venue. All that it has said until then was shown on a screen, and counts."""
        assert self._venue
        self._venue.kill()
        with suppress(EOFError, OSError):  # it ends, perhaps in the middle of a reply
            while True:
                self._note(self._venue.pipe.recv())
        self._venue.pipe.close()
        self._venue = None

    def kill_region(self) -> None:
        """Kill the region."""
        assert self._region
        self._region.kill()
        self._region.pipe.close()
        self._region = None

    @property
    def stands(self) -> tuple[bool, bool]:
        """Whether the venue and the region do."""
        return self._venue is not None, self._region is not None

    def give(self, order: Order) -> None:
        """Have something done; at most one order a candidate at a time."""
        self.waiting[order.reg_no or order.act] = order
        self._say(order)

    def listen(self, until: float) -> None:
        """Take down what is answered, until then or until there is something new."""
        pipes = [child.pipe for child in (self._venue, self._region if not self._region_answers else None) if child]
        for pipe in wait(pipes, max(0.0, until - time.monotonic())):
            if self._venue and pipe is self._venue.pipe:
                self._hear(self._venue)
            elif self._region:
                self.line.region_port = self._region.pipe.recv()
                self._region_answers = True

    def wait(self, lasts_s: float) -> None:
        """Take down what is answered for so long."""
        until = time.monotonic() + lasts_s
        while time.monotonic() < until:
            self.listen(until)

    def hear_one(self) -> None:
        """Wait until another order is answered."""
        before = self.answered
        self._wait_for(lambda: self.answered > before)

    def ask(self, act: str) -> Reply:
        """Have something told, and wait for it."""
        self.give(Order(act))
        self._wait_for(lambda: act not in self.waiting)
        return self._answers.pop(act)

    def answer_all(self) -> None:
        """Wait until every order is answered."""
        self._wait_for(lambda: not self.waiting)

    def settle(self) -> None:
        """Let the line be good and everything arrive; a person has parked objects sent again."""
        self.start()
        choose, self.line.choose = self.line.choose, lambda: WELL
        self.line.cut_all()
        try:
            self.answer_all()
            deadline = time.monotonic() + SETTLES_IN_S
            while True:
                self.parked += self.ask(HURRY).parked
                hurries_at = time.monotonic() + HURRIES_EVERY_S
                while (left := self.ask(TELL).left) and time.monotonic() < hurries_at:
                    time.sleep(0.01)  # waits for the sender; there is nothing to be told by
                if not left:
                    return
                assert time.monotonic() < deadline, f"{left} records or checkpoints do not arrive"
        finally:
            self.line.choose = choose

    def _say(self, order: Order) -> None:
        if self._venue is not None:
            try:
                self._venue.pipe.send(order)
            except OSError as error:
                raise AssertionError(f"the venue ended by itself; see {self.places.log}") from error

    def _hear(self, venue: Child) -> None:
        try:
            reply = venue.pipe.recv()
        except (EOFError, OSError) as error:
            raise AssertionError(f"the venue ended by itself; see {self.places.log}") from error
        self._note(reply)

    def _note(self, reply: Reply) -> None:
        self.waiting.pop(reply.order.reg_no or reply.order.act, None)
        if reply.order.reg_no:
            self.answered += 1
            self.ledger.note(reply)
        else:
            self._answers[reply.order.act] = reply

    def _wait_for(self, is_so: Callable[[], bool]) -> None:
        deadline = time.monotonic() + ANSWERS_IN_S
        while not is_so():
            assert time.monotonic() < deadline, f"no answer to {list(self.waiting.values())}"
            self.listen(time.monotonic() + 1)
