"""A random siege: work goes on at several stations while both processes are killed and the line is bad."""

import math
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.support.siege.inspection import inspect
from tests.support.siege.ledger import Candidate
from tests.support.siege.nursery import ROOT, Nursery
from tests.support.siege.orders import ARRIVE, RETAKE, Order
from tests.support.siege.places import Places, furnish, registrations
from tests.support.siege.siege import Siege
from tests.support.siege.venue_process import STATIONS
from tests.support.troubles import Dice, Kind

KILLS_A_DAY, KILLS_A_SETTLING = 240, 40
PEOPLE = 1200
ANSWERS_BETWEEN, AT_MOST_S, AND_THEN_S = (0, 16), 4.0, 0.05
"""A kill comes after so many answers of the venue, whatever time that takes, and a moment more."""
OPENING_SHARE, OPENING_S = 0.2, 0.25
"""Or, this often, while the venue is being opened."""
VICTIMS = {"venue": 55, "region": 38, "both": 7}
RETAKES = 0.25


@dataclass(slots=True)
class Figures:
    """What a campaign has done and found."""

    kills: Counter[str] = field(default_factory=Counter)
    troubles: Counter[Kind] = field(default_factory=Counter)
    days: int = 0
    visits: int = 0
    captures: int = 0
    records: int = 0
    parked: int = 0
    took_s: float = 0.0
    violations: list[str] = field(default_factory=list)

    def count(self, word: str) -> int:
        """Return how many of the violations say this."""
        return sum(word in line for line in self.violations)


class Campaign:
    """Days of siege, each in a venue of its own, until so many kills are done."""

    def __init__(self, folder: Path, seed: int, tell: Callable[[str], None] = lambda _line: None) -> None:
        self._folder = folder
        self._log = folder / "log"
        self._dice = Random(seed)
        self._tell = tell
        self.figures = Figures()

    def run(self, kills: int) -> Figures:
        """Go on until so many kills are done, or something is wrong."""
        began = time.monotonic()
        furnished = furnish(self._folder / "furnished", PEOPLE)
        with Nursery(self._log) as nursery:
            while (left := kills - sum(self.figures.kills.values())) > 0 and not self.figures.violations:
                places = furnished.copied(self._folder / f"day-{self.figures.days}")
                try:
                    self._day(nursery, places, min(left, KILLS_A_DAY))
                except AssertionError as error:
                    self.figures.violations.append(str(error))
                self.figures.violations += unexpected(self._log)
                self.figures.days += 1
                self.figures.took_s = time.monotonic() - began
                self._tell(told(self.figures))
        return self.figures

    def _day(self, nursery: Nursery, places: Places, kills: int) -> None:
        people = registrations(places)
        with Siege(nursery, places, Dice(self._dice.randrange(2**32))) as siege:
            crew = _Crew(siege, people, self._dice)
            try:
                while kills > 0 and not self.figures.violations:
                    self._lay_siege(siege, crew, min(kills, KILLS_A_SETTLING))
                    kills -= KILLS_A_SETTLING
            finally:
                self._count(siege)
        if not self.figures.violations:
            self.figures.violations += verified(places)
        if not self.figures.violations:
            shutil.rmtree(places.folder)

    def _lay_siege(self, siege: Siege, crew: "_Crew", kills: int) -> None:
        """Kill so many times, let everything settle, and look."""
        for _kill in range(kills):
            self._wait_for_a_kill(crew)
            self._kill(siege)
            siege.start()
        siege.settle()
        siege.stop()
        self.figures.violations += inspect(siege.places, siege.ledger)
        siege.start()

    def _wait_for_a_kill(self, crew: "_Crew") -> None:
        if self._dice.random() < OPENING_SHARE:
            crew.work(self._dice.uniform(0, OPENING_S))
        else:
            crew.work(AT_MOST_S, self._dice.randint(*ANSWERS_BETWEEN))
            crew.work(self._dice.uniform(0, AND_THEN_S))

    def _kill(self, siege: Siege) -> None:
        victim = self._dice.choices(list(VICTIMS), list(VICTIMS.values()))[0]
        if victim != "region":
            siege.kill_venue()
        if victim != "venue":
            siege.kill_region()
        self.figures.kills["venue and region" if victim == "both" else victim] += 1

    def _count(self, siege: Siege) -> None:
        ledger, figures = siege.ledger, self.figures
        figures.troubles.update(siege.line.counts)
        figures.visits += len(ledger.candidates)
        figures.captures += ledger.captures
        figures.records += len(ledger.records)
        figures.parked += siege.parked


class _Crew:
    """The staff of several stations, each with one candidate after the other."""

    def __init__(self, siege: Siege, people: list[str], dice: Random) -> None:
        self._siege = siege
        self._people = people
        self._dice = dice
        self._before: list[Candidate] = []
        self._finished: list[Candidate] = []

    def work(self, lasts_s: float, answers: float = math.inf) -> None:
        """Keep every station busy for so long, or until so many answers have come."""
        until, enough = time.monotonic() + lasts_s, self._siege.answered + answers
        while True:
            self._go_on()
            if time.monotonic() >= until or self._siege.answered >= enough:
                return
            self._siege.listen(until)

    def _go_on(self) -> None:
        free = [one for one in self._before if one.reg_no not in self._siege.waiting]
        for one in free:
            if one.is_finished:
                self._before.remove(one)
                self._finished.append(one)
            else:
                self._give(one, self._dice.choice(one.may()))
        while len(self._before) < STATIONS and (self._people or self._finished):
            self._let_in()

    def _let_in(self) -> None:
        """Have somebody new come, or one who was finished and has to be taken again."""
        if self._finished and (not self._people or self._dice.random() < RETAKES):
            one, act = self._finished.pop(self._dice.randrange(len(self._finished))), RETAKE
        else:
            one, act = self._siege.ledger.candidate(self._people.pop()), ARRIVE
        self._before.append(one)
        self._give(one, act)

    def _give(self, one: Candidate, act: str) -> None:
        self._siege.give(Order(act, one.reg_no, one.last_seq, self._dice.randrange(2**32)))


def verified(places: Places) -> list[str]:
    """Return what `python -m kiosk verify` has to say against a venue."""
    made = subprocess.run(
        [sys.executable, "-m", "kiosk", "verify"],
        cwd=ROOT,
        env={**os.environ, "KAODIAN_HOME": str(places.venue)},
        capture_output=True,
        text=True,
        check=False,
    )
    return [] if made.returncode == 0 else [f"kiosk verify: {made.stdout}{made.stderr}"]


def unexpected(log: Path) -> list[str]:
    """Return the errors that nobody had thought of: how each of them ends in the log."""
    found, is_in_trace = [], False
    for line in log.read_text("utf-8", "replace").splitlines():
        if line.startswith("Traceback"):
            is_in_trace = True
        elif is_in_trace and line and not line.startswith(" "):
            found, is_in_trace = [*found, f"unexpected: {line}"], False
    return found


def told(figures: Figures) -> str:
    """Return the figures in words."""
    kills = sum(figures.kills.values())
    troubles = ", ".join(f"{kind} {count}" for kind, count in sorted(figures.troubles.items()))
    return (
        f"kills {kills} ({', '.join(f'{who} {count}' for who, count in sorted(figures.kills.items()))}), "
        f"{60 * kills / max(1e-3, figures.took_s):.0f} a minute; visits {figures.visits}, captures {figures.captures}, "
        f"records {figures.records}, parked {figures.parked}, violations {len(figures.violations)}\n  line: {troubles}"
    )
