"""Candidates who uploaded at the region before they come: beside a venue in this process, or at a running demo."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from kiosk.settings import PROFILES
from records.registration import Registration
from region.registry.box import open_box
from region.registry.candidate import Prepared
from region.registry.changing import Actor, Key
from region.registry.enrolling import enrol_roster
from region.registry.models import ProfileRow
from region.registry.reading import find
from region.registry.reviewing import Said
from region.registry.rules import parse_rules, rules_in_force
from region.registry.status import Role
from region.settings import Settings
from region.store import Store, open_store
from rules.roster.reading import read_roster
from tests.support.candidates import Crew
from tests.support.region_records import picture
from tests.support.registry import Registry
from tests.support.venue_rig import VENUE_ID, VenueRig, venue_rig

YEAR = 2027
COMBINED = 'mode = "combined"'


@dataclass(frozen=True, slots=True)
class AtRegion:
    """What candidates of a venue, and its reviewers, do at the region."""

    registry: Registry
    venue: str

    def key(self, person: Registration) -> Key:
        """Which registration somebody has at the region."""
        return find(self.registry.store, reg_no=person.reg_no)[0]

    def required(self, person: Registration) -> list[str]:
        """The codes of what somebody has to bring and pictures are taken of."""
        asked = self.registry.case(self.key(person)).items
        return [item.asked.code for item in asked if item.asked.required and item.asked.images != "never"]

    def upload(self, person: Registration, leave_out: Collection[str] = ()) -> None:
        """Upload all that is required at the region, every page another picture."""
        key = self.key(person)
        for item in self.registry.case(key).items:
            code = item.asked.code
            if code in self.required(person) and code not in leave_out:
                for page in range(max(item.asked.min, 1)):
                    content = picture(int(person.reg_no[-3:]) % 200 + page, 120 + int(code[1:]), 160)
                    self.registry.wardrobe.add(key, code, Prepared(content, content, "image/png", 120, 160))

    def submit(self, person: Registration) -> None:
        """提交审核."""
        self.registry.wardrobe.submit(self.key(person))

    def pass_online(self, person: Registration, *returned: str) -> None:
        """Have a reviewer of the venue pass everything, or send some of it back."""
        key, review = self.key(person), self.registry.review
        reviewer = Actor("r-venue", Role.VENUE_REVIEW, self.venue)
        review.claim(key, reviewer)
        for item in self.registry.case(key).items:
            code = item.asked.code
            if code in returned:
                review.mark(key, code, "return", Said("unclear"), reviewer)
            elif item.asked.required:
                review.mark(key, code, "pass", Said(), reviewer)
        conclude = review.send_back if returned else review.pass_at_venue
        conclude(key, reviewer, self.registry.revision(key))


@dataclass(frozen=True, slots=True)
class Both(AtRegion):
    """The venue and the registry of its region, under one profile."""

    rig: VenueRig

    def crew(self) -> Crew:
        """Browsers at the venue's stations."""
        return Crew.at(self.rig)


@dataclass(frozen=True, slots=True)
class OfDemo(AtRegion):
    """The region of a running demo; `people` are those of the venue's roster."""

    settings: Settings
    people: dict[str, Registration]

    def enrol_of_demo(self, reg_no: str) -> Registration:
        """Have somebody of the venue's roster registered at the region too."""
        person = self.people[reg_no]
        if not find(self.registry.store, reg_no=reg_no):
            self.registry.enrol(person, self.venue, person.slot.day.year if person.slot else YEAR)
        return person


@contextmanager
def both(folder: Path, profile: str = "", imports: bool = True, **options: Any) -> Iterator[Both]:
    """Run a venue and a region whose registrations are the venue's roster.

    Args:
        profile: lines that stand in the place of `mode = "combined"` of the shipped profile.
        imports: whether the venue has the roster as a file too.
    """
    source = (PROFILES / "default.toml").read_text(encoding="utf-8").replace(COMBINED, profile or COMBINED)
    home = folder / "venue"
    (home / "profiles").mkdir(parents=True)
    (home / "profiles" / "default.toml").write_text(source, encoding="utf-8")
    with venue_rig(folder, home=home, imports=imports, **options) as rig:
        store = rig.region.store
        publish(store, source)
        registry = Registry(store, open_box(store), parse_rules(source))
        enrol_roster(store, registry.box, YEAR, VENUE_ID, rig.people)
        yield Both(registry, VENUE_ID, rig)


def publish(store: Store, source: str, version: str = "t") -> None:
    """Put a profile in force at a region."""
    at, digest = store.now(), parse_rules(source).digest
    with store.write() as session:
        session.add(
            ProfileRow(
                digest=digest, name="t", version=version, source=source, made_at=at, made_by="x", published_at=at
            )
        )


@contextmanager
def of_demo(home: Path, venue: str) -> Iterator[OfDemo]:
    """Work on the database of a running demo's region, as another of its processes would."""
    settings = Settings(home / "region")
    store = open_store(settings)
    [roster] = (home / "demo").glob("roster-*.xlsx")
    people = {one.reg_no: one for one in read_roster(roster, date.today()).registrations}  # noqa: DTZ011
    try:
        yield OfDemo(Registry(store, open_box(store), rules_in_force(store)), venue, settings, people)
    finally:
        store.close()
