"""On any day that people can make of it everybody has one outcome, the one that was last true of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.closing.acts import Closer
from kiosk.closing.people import DayPeople
from kiosk.closing.reckoning import Outcome
from kiosk.closing.wizard import look
from kiosk.step import Actor, Answers
from local_db.store import Origin
from local_db.visits import Visit
from records.evidence import RETURN, Evidence
from tests.support.builders import DAY, DESK, never
from tests.support.evenings import QUICK
from tests.support.quiet_venue import QuietVenue, quiet_venue

PEOPLE = 4
EVENTS = ("arrive", "finish", "carry", "absent", "call", "again", "return")
DAYS = st.lists(st.tuples(st.integers(0, PEOPLE - 1), st.sampled_from(EVENTS)), max_size=24)
INSIDE, AWAY = Outcome.OPEN, Outcome.ABSENT


class Day:
    """A venue, and what must be true of each of its people, kept in a way of its own."""

    def __init__(self, quiet: QuietVenue) -> None:
        self._quiet = quiet
        self._venue = quiet.venue
        self.expected = dict.fromkeys(range(PEOPLE), AWAY)
        self._came: set[int] = set()

    @property
    def people(self) -> DayPeople:
        return look(self._venue, DAY).people

    def happens(self, number: int, event: str) -> None:
        """Let something happen that can happen to this person now; a minute passes."""
        self._quiet.clock.forward(minutes=1)
        if event == "arrive" and number not in self._came:
            Closer(self._venue, look(self._venue, DAY), DESK).reopen("late_candidate", "")
            self._quiet.arrived(number)
            self._came.add(number)
            self.expected[number] = INSIDE
        elif number in self._came:
            getattr(self, f"_{event}", self._nothing)(number)

    def _nothing(self, number: int) -> None:
        """Somebody who is here already cannot arrive."""

    def _finish(self, number: int) -> None:
        visit = self._visit(number)
        form = self._venue.journey.profile(visit).step("form")
        assert form is not None
        self._venue.journey.submit(
            visit, form, visit.last_seq, Answers({}, Actor()), self._venue.benches["kiosk-1"], DESK
        )
        self.expected[number] = Outcome.FINISHED

    def _carry(self, number: int) -> None:
        self._decide(number, Outcome.CARRIED)

    def _absent(self, number: int) -> None:
        self._decide(number, Outcome.ABSENT)

    def _decide(self, number: int, outcome: Outcome) -> None:
        """Only about somebody inside, as the page offers it; who is decided about can be decided anew."""
        if self.expected[number] in (Outcome.FINISHED, Outcome.RETURNED):
            return
        closing = look(self._venue, DAY)
        closer = Closer(self._venue, closing, DESK)
        if closing.state == "open":
            closer.begin()
            closer = Closer(self._venue, look(self._venue, DAY), DESK)
        person = next(one for one in closing.people.persons if one.visit.id == self._visit(number).id)
        if outcome is Outcome.ABSENT:
            closer.absent(person)
        else:
            closer.carry(person, DAY.replace(day=DAY.day + 1), "no_time")
        self.expected[number] = outcome

    def _call(self, number: int) -> None:
        visit, calls = self._visit(number), self._venue.queue.calls(DAY)
        assert visit.ticket is not None
        last = max((one.id for one in calls if one.visit == visit.id), default=0)
        assert self._venue.queue.note_call(visit.ticket, "call", "form", "desk-1", "lead", last)
        if self.expected[number] is not Outcome.FINISHED:
            self.expected[number] = INSIDE

    def _again(self, number: int) -> None:
        visit = self._visit(number)
        self._venue.journey.have_done_again(visit, "form", "mistake", visit.last_seq, DESK)
        self.expected[number] = INSIDE

    def _return(self, number: int) -> None:
        if self.expected[number] is Outcome.FINISHED:
            visit = self._visit(number)
            said = Evidence(RETURN, self._quiet.clock.now(), {"reason": "x"}, part="form", withdraws=("form",))
            self._venue.store.save_evidence(visit.id, visit.last_seq, [said], Origin("region", "region"), never)
            self.expected[number] = Outcome.RETURNED

    def _visit(self, number: int) -> Visit:
        visit = self._venue.store.visit_of(self._quiet.people[number].reg_no)
        assert visit is not None
        return visit


@contextmanager
def new_day(folder: Path) -> Iterator[Day]:
    home = folder / "venue"
    (home / "profiles").mkdir(parents=True)
    (home / "profiles" / "quick.toml").write_text(QUICK, encoding="utf-8")
    named = {"id": "V-TEST", "name": {"zh": "测试考点", "en": "Test venue"}, "profile": "quick"}
    with quiet_venue(home, venue=named) as quiet:
        yield Day(quiet)


@settings(max_examples=20, deadline=None)
@given(DAYS)
def test_a_random_day_adds_up_after_everything_that_happens(events: list[tuple[int, str]]) -> None:
    with TemporaryDirectory() as folder, new_day(Path(folder)) as day:
        check(day)
        for number, event in events:
            day.happens(number, event)
            check(day)


def check(day: Day) -> None:
    counted = day.people.reckoning.appointments
    parts = (counted.finished, counted.returned, counted.carried, counted.absent, counted.open)
    assert counted.total == sum(parts) == PEOPLE
    wanted = list(day.expected.values())
    order = (Outcome.FINISHED, Outcome.RETURNED, Outcome.CARRIED, Outcome.ABSENT, Outcome.OPEN)
    assert parts == tuple(wanted.count(outcome) for outcome in order)
    assert day.people.reckoning.adds_up == (Outcome.OPEN not in wanted)
