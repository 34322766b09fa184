"""A venue whose region has registrations, and candidates who uploaded at the region before they come."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
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
from region.registry.rules import parse_rules
from region.registry.status import Role
from tests.support.candidates import Crew
from tests.support.region_records import picture
from tests.support.registry import Registry
from tests.support.venue_rig import VENUE_ID, VenueRig, venue_rig

YEAR = 2027
REVIEWER = Actor("r-venue", Role.VENUE_REVIEW, VENUE_ID)
COMBINED = 'mode = "combined"'


@dataclass(frozen=True, slots=True)
class Both:
    """The venue and the registry of its region, under one profile."""

    rig: VenueRig
    registry: Registry

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
        review.claim(key, REVIEWER)
        for item in self.registry.case(key).items:
            code = item.asked.code
            if code in returned:
                review.mark(key, code, "return", Said("unclear"), REVIEWER)
            elif item.asked.required:
                review.mark(key, code, "pass", Said(), REVIEWER)
        conclude = review.send_back if returned else review.pass_at_venue
        conclude(key, REVIEWER, self.registry.revision(key))

    def crew(self) -> Crew:
        """Browsers at the venue's stations."""
        return Crew.at(self.rig)


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
        store, rules = rig.region.store, parse_rules(source)
        at = rig.clock.now()
        with store.write() as session:
            session.add(
                ProfileRow(
                    digest=rules.digest, name="t", version="t", source=source, made_at=at, made_by="x", published_at=at
                )
            )
        registry = Registry(store, open_box(store), rules)
        enrol_roster(store, registry.box, YEAR, VENUE_ID, rig.people)
        yield Both(rig, registry)
