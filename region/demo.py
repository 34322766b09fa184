"""The demo region: one venue and two reviewers whose secrets everybody may know."""

from dataclasses import dataclass

from region.errors import AlreadyKnownError
from region.reviewers import add_reviewer
from region.settings import Settings, once_written
from region.store import Store, open_store
from region.venues import add_venue, new_key, replace_key

DEMO_VENUE = "DEMO-01"
DEMO_VENUE_NAME = "演示考点"
DEMO_REVIEWERS = (("审核员甲", "660011", "review"), ("审核员乙", "660022", "lead"))
KEY_FILE = "venue-demo.key"


@dataclass(frozen=True, slots=True)
class DemoRegion:
    """What one needs to try the region out.

    Attributes:
        venue_key: the demo venue's bearer key, also in `<home>/venue-demo.key`.
        reviewers: name and PIN of each.
    """

    venue_key: str
    reviewers: tuple[tuple[str, str], ...]


def prepare_demo(settings: Settings) -> DemoRegion:
    """Make the demo venue and reviewers where they are missing; any number of times, also at once."""
    key = once_written(settings.home / KEY_FILE, new_key)
    store = open_store(settings)
    try:
        _make(store, key)
    finally:
        store.close()
    return DemoRegion(key, tuple((name, pin) for name, pin, _role in DEMO_REVIEWERS))


def _make(store: Store, key: str) -> None:
    try:
        add_venue(store, DEMO_VENUE, DEMO_VENUE_NAME, key)
    except AlreadyKnownError:
        replace_key(store, DEMO_VENUE, key)  # somebody may have removed the demo's key file
    for name, pin, role in DEMO_REVIEWERS:
        try:
            add_reviewer(store, name, pin, role)
        except AlreadyKnownError:
            pass
