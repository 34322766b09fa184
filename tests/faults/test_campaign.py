"""Venue and region are killed again and again on a bad line: nothing confirmed is lost, nothing is doubled.

KAODIAN_KILL_SEED and KAODIAN_CAMPAIGN_KILLS set the seed and how many kills; the long run is `python -m bench.faults`.
What is drawn from the seed is the same every time; how the system's threads and disks take turns is not.
"""

import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.support.siege.campaign import Campaign, told, unexpected, verified
from tests.support.siege.inspection import inspect
from tests.support.siege.ledger import Candidate
from tests.support.siege.nursery import Nursery
from tests.support.siege.orders import ARRIVE, RETAKE, Order
from tests.support.siege.places import Places, furnish, registrations
from tests.support.siege.siege import Siege
from tests.support.troubles import Dice, Kind

KILLS = int(os.environ.get("KAODIAN_CAMPAIGN_KILLS") or 25)
SEED = int(os.environ.get("KAODIAN_KILL_SEED") or 20270117)
EXAMPLES, STEPS = 5, 16
PEOPLE = 40


@pytest.mark.slow
@pytest.mark.timeout(KILLS * 10 + 200)
def test_a_random_campaign_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    print(f"KAODIAN_KILL_SEED={SEED}")
    figures = Campaign(tmp_path, SEED, print).run(KILLS)
    assert figures.violations == [], f"seed {SEED}; {told(figures)}"
    assert sum(figures.kills.values()) == KILLS
    assert figures.records > 0


class _Siege(RuleBasedStateMachine):
    """Hypothesis chooses: who comes, what is killed and for how long it stays down, how bad the line is."""

    nursery: Nursery
    furnished: Places
    numbers: Iterator[int]

    @initialize(drawn=st.integers(0, 2**32 - 1))
    def begin(self, drawn: int) -> None:
        places = self.furnished.copied(self.furnished.folder.parent / f"example-{next(self.numbers)}")
        self.people = registrations(places)
        self.dice = Random(drawn)
        self.troubles: list[Kind] = []
        self.siege = Siege(self.nursery, places, self._next_trouble)
        self.any_trouble = Dice(drawn)
        self.siege.start()

    def _next_trouble(self):
        return self.any_trouble.trouble(self.troubles.pop(0) if self.troubles else Kind.WELL)

    def _free(self, *, finished: bool) -> list[Candidate]:
        candidates = self.siege.ledger.candidates.values()
        return [one for one in candidates if one.is_finished is finished and one.reg_no not in self.siege.waiting]

    def _give(self, one: Candidate, act: str) -> None:
        self.siege.give(Order(act, one.reg_no, one.last_seq, self.dice.randrange(2**32)))

    @rule()
    def somebody_comes(self) -> None:
        self._give(self.siege.ledger.candidate(self.people.pop()), ARRIVE)

    @rule(acts=st.integers(1, 6))
    def work_goes_on(self, acts: int) -> None:
        for _act in range(acts):
            for one in self._free(finished=False):
                self._give(one, self.dice.choice(one.may()))
            if self.siege.stands[0] and self.siege.waiting:
                self.siege.hear_one()

    @precondition(lambda self: self._free(finished=True))
    @rule()
    def a_picture_is_taken_again(self) -> None:
        self._give(self.dice.choice(self._free(finished=True)), RETAKE)

    @rule(kinds=st.lists(st.sampled_from(Kind), min_size=1, max_size=6))
    def the_line_is_bad(self, kinds: list[Kind]) -> None:
        self.troubles += kinds

    @rule()
    def the_line_is_cut(self) -> None:
        self.siege.line.cut_all()

    @precondition(lambda self: self.siege.stands[0])
    @rule(after_ms=st.integers(0, 150))
    def the_venue_is_killed(self, after_ms: int) -> None:
        self.siege.wait(after_ms / 1000)
        self.siege.kill_venue()

    @precondition(lambda self: self.siege.stands[1])
    @rule(after_ms=st.integers(0, 60))
    def the_region_is_killed(self, after_ms: int) -> None:
        self.siege.wait(after_ms / 1000)
        self.siege.kill_region()

    @precondition(lambda self: not all(self.siege.stands))
    @rule()
    def both_are_started_again(self) -> None:
        self.siege.start()

    @rule()
    def everything_settles(self) -> None:
        self.troubles.clear()
        self.siege.settle()
        self.siege.stop()
        assert inspect(self.siege.places, self.siege.ledger) == []
        self.siege.start()

    @invariant()
    def no_screen_contradicts_an_earlier_one(self) -> None:
        assert self.siege.ledger.contradictions == []

    def teardown(self) -> None:
        try:
            self.everything_settles()
        finally:
            self.siege.stop()
            self.siege.line.close()


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_whatever_is_killed_and_cut_in_whatever_order(tmp_path: Path) -> None:
    print(f"KAODIAN_KILL_SEED={SEED}")
    log = tmp_path / "log"
    furnished = furnish(tmp_path / "furnished", PEOPLE)
    # Not shrunk: two runs of the same steps need not end the same way.
    chosen = settings(
        max_examples=EXAMPLES,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    with Nursery(log) as nursery:
        shared = {"nursery": nursery, "furnished": furnished, "numbers": count()}
        machine = type("Siege", (_Siege,), shared)
        run_state_machine_as_test(seed(SEED)(machine), settings=chosen)
    assert unexpected(log) == []
    assert verified(Places(max(tmp_path.glob("example-*")))) == []
