"""A region with registrations in it, and what its people do."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from io import BytesIO

from PIL import Image

from records.registration import Registration
from region.payment.batches import Plan, make_batch, run_due
from region.registry.box import Box, open_box
from region.registry.candidate import Prepared, Wardrobe
from region.registry.changing import Actor, Key
from region.registry.enrolling import enrol_roster
from region.registry.reading import Case, find, read_case
from region.registry.reviewing import Review, Said
from region.registry.rules import Rules, parse_rules
from region.registry.status import Role
from region.store import Store
from rules.roster.demo import demo_people
from tests.support.region_records import VENUE

YEAR = 2027


def _page() -> bytes:
    content = BytesIO()
    Image.new("L", (300, 400), 235).save(content, "JPEG")
    return content.getvalue()


PICTURE = Prepared(_page(), b"as it came in", "image/jpeg", 300, 400)
FIRST = Actor("r-venue-1", Role.VENUE_REVIEW, VENUE)
SECOND = Actor("r-venue-2", Role.VENUE_LEAD, VENUE)
THIRD = Actor("r-region-1", Role.REVIEW)
LEAD = Actor("r-region-2", Role.LEAD)
PROFILE = """
[online]
mode = "combined"
upload = true
lock = "{lock}"

[materials]
max_kb = 200
unscanned = ["MIL"]

[[materials.items]]
code = "M02"

[[materials.items]]
code = "M04"
unless = ["TCM_SC"]

[[materials.items]]
code = "M05"
optional = true

[[materials.reasons]]
code = "other"
words = {{ zh = "其他", en = "Other" }}
applies = ["fail", "pending", "waived", "refusal"]
"""


def rules(lock: str = "on_submit") -> Rules:
    """A short profile: an identity document of two pages, a diploma, and a degree for those who like."""
    return parse_rules(PROFILE.format(lock=lock))


def somebody(number: int = 0, **fields: str) -> Registration:
    """One made-up candidate with ordinary papers."""
    person = demo_people(200, date(2027, 3, 1))[number]
    return replace(person, fields={**person.fields, "kinds": "LV1", **fields})


@dataclass(frozen=True, slots=True)
class Registry:
    """The registry of one region, under one profile."""

    store: Store
    box: Box
    rules: Rules
    picture: Prepared = PICTURE

    @property
    def wardrobe(self) -> Wardrobe:
        return Wardrobe(self.store, self.box, self.rules)

    @property
    def review(self) -> Review:
        return Review(self.store, self.box, self.rules)

    def enrol(self, person: Registration, venue: str = VENUE, year: int = YEAR) -> Key:
        """Take one in; return which it is."""
        enrol_roster(self.store, self.box, year, venue, [person])
        return next(key for key in find(self.store, reg_no=person.reg_no) if key.year == year)

    def case(self, key: Key) -> Case:
        return read_case(self.store, self.box, key, self.rules)

    def states(self, key: Key) -> Mapping[str, str]:
        return {item.asked.code: item.state.value for item in self.case(key).items}

    def revision(self, key: Key) -> int:
        return self.case(key).row.revision

    def fill(self, key: Key) -> None:
        """Upload all that is required."""
        for code, pages in (("M02", 2), ("M04", 1)):
            for _page in range(pages):
                self.wardrobe.add(key, code, self.picture)

    def submitted(self, number: int = 0) -> Key:
        """A registration that waits for the venue."""
        key = self.enrol(somebody(number))
        self.fill(key)
        self.wardrobe.submit(key)
        return key

    def mark_all(self, key: Key, actor: Actor, **others: str) -> None:
        """Take it in hand and note every required item as passed, others as said, e.g. M04="return"."""
        self.review.claim(key, actor)
        for code in ("M02", "M04"):
            mark = others.get(code, "pass")
            said = Said("unclear", "") if mark == "return" else Said()
            self.review.mark(key, code, mark, said, actor)  # type: ignore[arg-type]

    def venue_passed(self, number: int = 0) -> Key:
        """A registration that waits for the region."""
        key = self.submitted(number)
        self.pass_at_venue(key)
        return key

    def open_payments(self) -> int:
        """Open the payment of whoever is approved; return of how many."""
        make_batch(self.store, LEAD, Plan(YEAR, "", "", self.store.now()))
        return run_due(self.store)

    def pass_at_venue(self, key: Key) -> None:
        """The venue finds nothing wrong."""
        self.mark_all(key, FIRST)
        self.review.pass_at_venue(key, FIRST, self.revision(key))


def registry_of(store: Store, lock: str = "on_submit") -> Registry:
    """The registry over a store."""
    return Registry(store, open_box(store), rules(lock))
