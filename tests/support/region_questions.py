"""What a region with many registrations is asked all day, each as one call with dice."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from records.seal import SealedRecord
from region.audit import note
from region.conflicts import find_open
from region.desk.queue import claim_next
from region.desk.worklist import Cursor, Filter, View, list_registrations
from region.exports.lists import AT_ONCE
from region.figures.gathering import VENUES_A_PAGE, Dashboard, gathered
from region.intake import take_record
from region.portal.limits import Share, SharedLimiter
from region.registry.box import Box
from region.registry.changing import Actor, Key
from region.registry.models import RegistrationRow
from region.registry.reading import find, read_case
from region.registry.reviewing import Review
from region.registry.rules import Rules
from region.registry.status import Role, Status
from region.registry.tallies import figures
from region.store import Store
from region.worklist import Filter as Records
from region.worklist import State, list_records
from tests.support.many_registrations import CATEGORIES, NOW, THIS_YEAR, YEARS, somebodys_id_no
from tests.support.region_records import VENUE

REVIEWER = Actor("r-bench", Role.REVIEW)
PLENTY = Share("bench", 1_000_000, 10.0)


@dataclass(slots=True)
class Asker:
    """Asks; whom and where is drawn anew each time.

    Attributes:
        fresh: records that the region has not seen.
    """

    store: Store
    box: Box
    rules: Rules
    venues: list[str]
    people: int
    keys: list[Key]
    to_claim: Iterator[tuple[Key, str]]
    fresh: Iterator[SealedRecord]
    dice: random.Random
    board: Dashboard

    def questions(self) -> Mapping[str, Callable[[], object]]:
        """Each question by its name; those called `limit` are what the machine itself takes."""
        return {
            "limit: one row by its primary key": self.one_row,
            "limit: one line written and committed": self.one_line,
            "worklist of a venue": lambda: self.worklist(self.venue()),
            "worklist of a venue, one level": lambda: self.worklist(self.venue(), level="assistant"),
            "worklist of a venue, a later page": lambda: self.worklist(self.venue(), after=self.place()),
            "worklist of the region": self.worklist,
            "worklist of the region, one category": lambda: self.worklist(category=self.category()),
            "worklist of the region, the rarest category": lambda: self.worklist(category="乡村全科"),
            "worklist of the region, a later page": lambda: self.worklist(after=self.place()),
            "records that wait": lambda: list_records(self.store, Records(State.WAITING)),
            "records of a venue that wait": lambda: list_records(self.store, Records(State.WAITING, self.venue())),
            "search by document number": self.search,
            "status of a candidate": self.status,
            "figures of all venues": lambda: figures(self.store, THIS_YEAR),
            "figures of one venue": lambda: figures(self.store, THIS_YEAR, self.venue()),
            "dashboard, everything on it": self.dashboard,
            "open conflicts": self.conflicts,
            "500 rows of an export": self.export_page,
            "a registration taken in hand": self.claim,
            "the next one of a venue taken in hand": self.claim_next,
            "intake of a record": self.intake,
            "a candidate's request counted": self.count_request,
        }

    def venue(self) -> str:
        return self.dice.choice(self.venues)

    def category(self) -> str:
        return self.dice.choice(list(CATEGORIES))

    def one_row(self) -> object:
        key = self.dice.choice(self.keys)
        with self.store.read() as session:
            return session.get(RegistrationRow, (key.year, key.id))

    def one_line(self) -> object:
        with self.store.write() as session:
            note(session, self.store.now(), "bench", "line")
        return True

    def search(self) -> object:
        found = find(self.store, id_no=somebodys_id_no(self.dice.randrange(self.people)))
        assert found
        return found

    def status(self) -> object:
        return read_case(self.store, self.box, self.dice.choice(self.keys), self.rules)

    def claim(self) -> object:
        key, venue = next(self.to_claim)
        Review(self.store, self.box, self.rules).claim(key, Actor("r-bench", Role.VENUE_REVIEW, venue))
        return True

    def count_request(self) -> object:
        SharedLimiter(self.store, PLENTY).take(f"192.0.2.{self.dice.randrange(256)}")
        return True

    def intake(self) -> object:
        record = next(self.fresh)
        return take_record(self.store, VENUE, record.digest, record.content)

    def place(self) -> Cursor:
        """Return a place somewhere in the lists."""
        since = NOW - timedelta(seconds=self.dice.randrange(500_000, 3_000_000))
        return Cursor(since, f"{self.dice.getrandbits(96):024x}")

    def worklist(
        self, venue: str = "", *, level: str = "", category: str = "", after: Cursor | None = None
    ) -> Sequence[RegistrationRow]:
        """Return a page of what waits, longest first, as the reviewers' desks ask for it."""
        actor = Actor("r-bench", Role.VENUE_REVIEW, venue) if venue else REVIEWER
        return list_registrations(
            self.store, actor, Filter(THIS_YEAR, View.WAITING, "", level, category), after=after
        ).rows

    def claim_next(self) -> object:
        actor = Actor("r-bench", Role.VENUE_REVIEW, self.venue())
        return claim_next(self.store, Review(self.store, self.box, self.rules), actor, Filter(THIS_YEAR))

    def dashboard(self) -> object:
        return gathered(self.board, THIS_YEAR, self.dice.randrange(1, 1 + max(1, len(self.venues) // VENUES_A_PAGE)))

    def conflicts(self) -> object:
        with self.store.read() as session:
            return [find_open(session)]

    def export_page(self) -> object:
        wanted = Filter(THIS_YEAR, View.AT_REGION)
        return list_registrations(self.store, REVIEWER, wanted, after=self.place(), size=AT_ONCE).rows


def some_keys(store: Store, number: int) -> list[Key]:
    """Return registrations of every year."""
    with store.read() as session:
        return [
            Key(year, id_)
            for year in YEARS
            for id_ in session.scalars(
                select(RegistrationRow.id).where(RegistrationRow.exam_year == year).limit(number // len(YEARS))
            )
        ]


def waiting_at_venues(store: Store, number: int) -> list[tuple[Key, str]]:
    """Return registrations that may be taken in hand, with their venue."""
    row = RegistrationRow
    waits = row.exam_year == THIS_YEAR, row.status == Status.FILLING.value, row.waiting_since.is_not(None)
    with store.read() as session:
        found = session.execute(select(row.id, row.venue).where(*waits).order_by(row.id).limit(number))
        return [(Key(THIS_YEAR, id_), venue) for id_, venue in found]
