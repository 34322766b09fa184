"""The candidates of a simulated day, and what each of them will do out of the ordinary."""

import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from pathlib import Path
from random import Random

from records.registration import Registration, Slot
from rules.roster.demo import demo_people
from rules.roster.demo_files import write_xlsx

RANGE = 1000
"""Registration numbers are taken in ranges of so many, so that one run's people are not another's."""
RANGES = 900
STEPS_RETURNED = ("", "photo", "materials", "fingerprint")
LAST_MINUTE = time(23, 59)


@dataclass(frozen=True, slots=True)
class Habits:
    """What a candidate does out of the ordinary.

    Attributes:
        found_by: `tail`, `id_no` or `reg_no`: what is typed at the door.
        comes: `on_time`, `early` (turned away, and back with a new appointment), or `unexpected` (a lead lets in).
        corrects: what becomes of the correction asked for: "" none, `accept` or `reject`.
        refuses: purposes that get no consent.
        papers: "" none are photographed, `upload`, `phone` (a picture far too large) or `shoot`.
        second_look: "" or what staff find about the materials at first: `fail`, or `pending`, which makes the candidate
            come again, or `refuse`, which ends the visit with the proposal that the region refuse the candidate.
        edits: staff correct a fact after the signature, which has to be given again.
        dots: signs with a dot at first.
        exempt: "" or the fingers that cannot be read: `one` or `all`.
        retakes: takes the picture twice.
        booth: signs and is captured at a booth instead of the desk.
        clumsy: share of buttons pressed twice or once more after going back.
        returned: "" or the step that the region sends back.
        judged: whether the region gives its verdict before the day ends.
    """

    found_by: str = "tail"
    comes: str = "on_time"
    corrects: str = ""
    refuses: frozenset[str] = frozenset()
    papers: str = ""
    second_look: str = ""
    edits: bool = False
    dots: bool = False
    exempt: str = ""
    retakes: bool = False
    booth: bool = False
    clumsy: float = 0.06
    returned: str = ""
    judged: bool = True


@dataclass(slots=True, eq=False)
class Candidate:
    """One candidate on the way through the venue.

    Attributes:
        visit, ticket: known after the arrival.
        did: what was done out of the ordinary already, so that it is done once.
        turn: held by whoever works with the candidate now; a person is at one place at a time.
    """

    registration: Registration
    habits: Habits
    random: Random
    visit: str = ""
    ticket: str = ""
    did: set[str] = field(default_factory=set)
    is_finished: bool = False
    is_reopened: bool = False
    verdict: str = ""
    turn: threading.Lock = field(default_factory=threading.Lock)

    @property
    def reg_no(self) -> str:
        """The registration number."""
        return self.registration.reg_no

    def once(self, what: str) -> bool:
        """Tell whether this is the first time."""
        if what in self.did:
            return False
        self.did.add(what)
        return True

    def slip(self) -> str:
        """Return how the next button is pressed: "" rightly, `double`, or `again` after going back."""
        if self.random.random() >= self.habits.clumsy:
            return ""
        return self.random.choice(("double", "again"))


def first_number(seed: int, taken_ranges: int) -> int:
    """Return the number of the first person, for a seed whose first so many ranges are in use already."""
    return RANGE * (1 + (seed + taken_ranges) % RANGES)


def make_candidates(count: int, seed: int, first: int, now_local: datetime) -> list[Candidate]:
    """Return the day's candidates, each with an appointment that fits how he or she comes."""
    people = demo_people(count, now_local.date(), seed, first=first)
    return [_candidate(person, Random(f"{seed}-{number}"), now_local) for number, person in enumerate(people)]


def roster_file(candidates: Sequence[Candidate]) -> bytes:
    """Return a roster of these candidates as the region would send it (.xlsx)."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "roster.xlsx"
        write_xlsx(path, [one.registration for one in candidates])
        return path.read_bytes()


def slot_now(now_local: datetime) -> Slot:
    """Return an appointment of this hour."""
    return _slot(now_local, -30, 120)


def _candidate(person: Registration, random: Random, now_local: datetime) -> Candidate:
    habits = make_habits(random)
    slot = slot_now(now_local)
    if habits.comes == "unexpected":
        slot = _slot(now_local, -180, -60) if now_local.hour >= 4 else replace(slot, day=slot.day - timedelta(days=1))
    elif habits.comes == "early" and now_local.hour < 20:
        slot = _slot(now_local, 120, 180)
    elif habits.comes == "early":  # nothing is early shortly before midnight
        habits = replace(habits, comes="on_time")
    return Candidate(replace(person, slot=slot), habits, random)


def make_habits(random: Random) -> Habits:
    """Return what one candidate of many does."""

    def happens(share: float) -> bool:
        return random.random() < share

    second_look = random.choices(("", "pending", "fail", "refuse"), (89, 6, 4, 1))[0]
    refused = frozenset(purpose for purpose in ("face", "fingerprint") if happens(0.03))
    return Habits(
        found_by=random.choices(("tail", "id_no", "reg_no"), (6, 3, 1))[0],
        comes=random.choices(("on_time", "early", "unexpected"), (94, 2, 4))[0],
        corrects=random.choices(("", "accept", "reject"), (92, 5, 3))[0],
        refuses=refused,
        papers=random.choices(("", "upload", "phone", "shoot"), (70, 12, 3, 15))[0],
        second_look=second_look,
        edits=happens(0.02),
        dots=happens(0.03),
        exempt="" if "fingerprint" in refused else random.choices(("", "one", "all"), (95, 2, 3))[0],
        retakes=happens(0.1),
        booth=happens(0.15),
        returned="" if second_look == "refuse" else random.choices(STEPS_RETURNED, (96, 2, 1, 1))[0],
        judged=happens(0.9),
    )


def _slot(now_local: datetime, starts_in_min: int, ends_in_min: int) -> Slot:
    """Return an appointment so many minutes from now, within the day."""
    minute = now_local.hour * 60 + now_local.minute
    last = LAST_MINUTE.hour * 60 + LAST_MINUTE.minute
    starts, ends = (min(max(0, minute + shift), last) for shift in (starts_in_min, ends_in_min))
    return Slot(now_local.date(), time(*divmod(starts, 60)), time(*divmod(ends, 60)))
