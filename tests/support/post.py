"""Carries sticks between a venue and its region, which have no line."""

from pathlib import Path

from local_db.sending import SendingBook
from records.bundle import BundleContents, bundle_folder, object_path, read_bundle
from records.receipt import ReceiptSigner
from records.verdict import Decision
from region.bundle_desk import BundleDesk, Outcome
from region.persons import Persons
from region.signing import receipt_signer
from region.verdicts import Opinion, give_verdict
from sync.bundle_answer import AnswerReport
from tests.support.builders import DESK
from tests.support.candidates import Candidate, Crew
from tests.support.venue_rig import VENUE_ID, VenueRig

OPERATOR = "r-test"


class Post:
    """One stick, a venue and its region."""

    def __init__(self, rig: VenueRig, stick: Path) -> None:
        """Cut the line; what was sealed before is accepted first."""
        self.rig = rig
        self.stick = stick
        self.crew = Crew.at(rig)
        self.line_on()
        rig.sync(2)
        self.line_off()

    def line_on(self) -> None:
        """Let the region answer."""
        self.rig.region.switch_on()

    def line_off(self) -> None:
        """Let it answer no more."""
        self.rig.region.switch_off()

    @property
    def folder(self) -> Path:
        """Where the bundle lies."""
        return bundle_folder(self.stick, VENUE_ID)

    @property
    def contents(self) -> BundleContents:
        """What the list on the stick says."""
        return read_bundle((self.folder / "bundle.json").read_bytes()).contents

    def object(self, digest: str) -> Path:
        """Where an object lies on the stick."""
        return object_path(self.folder, digest)

    def finished(self) -> Candidate:
        """Somebody whose record is sealed."""
        return self.crew.newcomer().finish_at_once()

    def export(self) -> BundleContents:
        """Write at the venue."""
        return self.rig.venue.bundles.export(self.stick, DESK).contents

    def at_region(self, place: Path | None = None) -> Outcome:
        """Read one bundle in at the region."""
        (outcome,) = self.all_at_region(place)
        return outcome

    def all_at_region(self, place: Path | None = None) -> tuple[Outcome, ...]:
        """Read what lies on the stick in at the region."""
        return self.region_desk().read_in(place or self.stick, OPERATOR, lambda _progress: None)

    def region_desk(self) -> BundleDesk:
        """What reads sticks in."""
        store = self.rig.region.store
        return BundleDesk(store, Persons(store), self.signer)

    @property
    def signer(self) -> ReceiptSigner:
        """The region's."""
        return receipt_signer(self.rig.region.settings.home)

    def judge(self, record: str, decision: str, step: str = "", reason: str = "") -> None:
        """Give a verdict at the region, which has no line."""
        region = self.rig.region
        give_verdict(region.store, record, region.reviewer_id, Opinion(Decision(decision), step, reason))

    def back(self) -> AnswerReport:
        """Read the answer in at the venue."""
        return self.rig.venue.bundles.read_in(self.stick, DESK)

    def state_of(self, person: Candidate) -> str:
        """How far the newest record of somebody is at the venue."""
        book = SendingBook(self.rig.venue.database)
        (found,) = [
            one
            for one in book.journeys(1000, open_only=False)
            if one.visit_id == person.visit.id and one.version == len(person.visit.versions)
        ]
        return found.state


def figures(outcome: Outcome) -> dict[str, int]:
    """Return how many objects became what, leaving out what none became."""
    assert outcome.taken is not None, outcome.refusal
    counts = {result: len(outcome.taken.of(result)) for result in ("new", "known", "refused", "missing")}
    return {result: count for result, count in counts.items() if count}
