"""Records on a stick: the real venue and the real region, no line between them, and everything that can go wrong."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from local_db.sending import SendingBook
from records.bundle import BundleContents, bundle_folder, read_bundle
from region.bundle_desk import BundleDesk, Outcome
from region.persons import Persons
from region.signing import receipt_signer
from sync.bundle_answer import AnswerReport
from tests.support.builders import DESK
from tests.support.candidates import Candidate, Crew
from tests.support.venue_rig import VENUE_ID, VenueRig, venue_rig

REVIEWER = "r-test"


class Post:
    """Carries sticks between a venue and its region, which have no line."""

    def __init__(self, rig: VenueRig, folder: Path) -> None:
        self.rig = rig
        self.stick = folder
        self.crew = Crew.at(rig)
        rig.region.switch_off()

    @property
    def folder(self) -> Path:
        """Where the bundle lies."""
        return bundle_folder(self.stick, VENUE_ID)

    @property
    def contents(self) -> BundleContents:
        """What the list says."""
        return read_bundle((self.folder / "bundle.json").read_bytes()).contents

    def finished(self) -> Candidate:
        """Somebody whose record is sealed."""
        return self.crew.newcomer().finish_at_once()

    def export(self) -> BundleContents:
        """Write at the venue."""
        return self.rig.venue.bundles.export(self.stick, DESK).contents

    def at_region(self, place: Path | None = None) -> tuple[Outcome, ...]:
        """Read in at the region."""
        region = self.rig.region
        desk = BundleDesk(region.store, Persons(region.store), receipt_signer(region.settings.home))
        return desk.read_in(place or self.stick, REVIEWER, lambda _progress: None)

    def back(self) -> AnswerReport:
        """Read the answer in at the venue."""
        return self.rig.venue.bundles.read_in(self.stick, DESK)

    def states(self) -> list[str]:
        """How far the records are."""
        return [one.state for one in SendingBook(self.rig.venue.database).journeys(100, open_only=False)]


def figures(outcome: Outcome) -> dict[str, int]:
    assert outcome.taken is not None, outcome.refusal
    counts = {result: len(outcome.taken.of(result)) for result in ("new", "known", "refused", "missing")}
    return {result: count for result, count in counts.items() if count}


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VenueRig]:
    with venue_rig(tmp_path_factory.mktemp("bundle"), people=60) as rig:
        yield rig


@pytest.fixture
def post(rig: VenueRig, tmp_path: Path) -> Post:
    stick = tmp_path / "stick"
    stick.mkdir()
    post = Post(rig, stick)
    rig.region.switch_on()
    rig.sync(2)  # what earlier tests have left is accepted
    rig.region.switch_off()
    return post


def test_out_on_a_stick_and_accepted_by_the_answer_on_it(post: Post) -> None:
    one, two = post.finished(), post.finished()
    contents = post.export()
    assert [record.digest for record in contents.records] == [
        one.visit.versions[0].digest,
        two.visit.versions[0].digest,
    ]
    (outcome,) = post.at_region()
    assert figures(outcome) == {"new": len(contents.objects)}
    report = post.back()
    assert (report.taken.sent, report.taken.accepted, report.refused, report.missing) == (
        len(contents.objects),
        2,
        (),
        (),
    )
    assert set(post.states()) == {"accepted"}
    assert all(one.is_purgeable for one in SendingBook(post.rig.venue.database).journeys(2, open_only=False))
