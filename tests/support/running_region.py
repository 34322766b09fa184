"""The running demo's region, from the inside: what its reviewers do, without their screens."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from region.corrections.deciding import Decision, decide_correction
from region.corrections.listing import corrections_of
from region.registry.box import open_box
from region.registry.candidate import Prepared, Wardrobe
from region.registry.changing import Actor, Key
from region.registry.locks import ItemState
from region.registry.reading import Case, find, read_case
from region.registry.reviewing import NOTHING, Review, Said
from region.registry.rules import rules_in_force
from region.registry.status import Role
from region.settings import Settings
from region.store import Store, open_store
from tests.support.pages import coded, page

REVIEWER = Actor("r-of-the-test", Role.VENUE_REVIEW)


@dataclass(frozen=True, slots=True)
class Insider:
    """One candidate's registration at the running region."""

    store: Store
    key: Key

    def case(self) -> Case:
        """Return how it stands."""
        return read_case(self.store, open_box(self.store), self.key, rules_in_force(self.store))

    def fill(self) -> None:
        """Upload whatever is required and missing."""
        wardrobe = Wardrobe(self.store, open_box(self.store), rules_in_force(self.store))
        picture = Prepared(coded(page(300, 400)), b"", "image/jpeg", 300, 400)
        for item in self.case().items:
            if item.asked.required and item.asked.images != "never":
                for _missing in range(max(item.asked.min, 1) - len(item.pictures)):
                    wardrobe.add(self.key, item.asked.code, picture)

    def submit(self) -> None:
        """提交审核."""
        Wardrobe(self.store, open_box(self.store), rules_in_force(self.store)).submit(self.key)

    def decide(self, *, accept: bool, words: str = "") -> None:
        """Decide on whatever corrections wait."""
        box, rules = open_box(self.store), rules_in_force(self.store)
        for row in corrections_of(self.store, self.key):
            said = Decision(accept, words)
            decide_correction(self.store, box, rules, row.exam_year, row.id, REVIEWER, said)

    def review(self, send_back: str = "", said: Said = NOTHING) -> None:
        """Pass every item but one, which is sent back; all of them where none is named."""
        review = Review(self.store, open_box(self.store), rules_in_force(self.store))
        review.claim(self.key, REVIEWER)
        for item in self.case().items:
            if item.asked.code == send_back:
                review.mark(self.key, send_back, "return", said, REVIEWER)
            elif (item.asked.required or item.pictures) and item.state is not ItemState.PASSED:
                review.mark(self.key, item.asked.code, "pass", NOTHING, REVIEWER)
        revision = self.case().row.revision
        if send_back:
            review.send_back(self.key, REVIEWER, revision)
        else:
            review.pass_at_venue(self.key, REVIEWER, revision)


@contextmanager
def inside(home: Path, reg_no: str) -> Iterator[Insider]:
    """Open the region's store beside the running region."""
    store = open_store(Settings(home / "region"))
    try:
        [key] = find(store, reg_no=reg_no)
        yield Insider(store, key)
    finally:
        store.close()
