"""The demo region: a venue, reviewers whose secrets everybody may know, and keys that protect nothing real."""

from dataclasses import dataclass

from records.errors import MissingKeyError
from region.errors import AlreadyKnownError
from region.keys import current_recipient, key_history, make_key, missing_secrets
from region.reviewers import VENUE_ROLES, add_reviewer
from region.settings import Settings, once_written, write_public
from region.signers import enrol
from region.store import Store, open_store
from region.venues import add_venue, new_key, replace_key

DEMO_VENUE = "DEMO-01"
DEMO_VENUE_NAME = "演示考点"
DEMO_REVIEWERS = (("审核员甲", "660011", "review"), ("审核员乙", "660022", "lead"))
DEMO_ADMINS = (("管理员", "660033", "admin"),)
DEMO_VENUE_REVIEWERS = (("考点审核员", "550011", "venue_review"), ("考点负责人", "550022", "venue_lead"))
DEMO_PEOPLE = DEMO_REVIEWERS + DEMO_ADMINS + DEMO_VENUE_REVIEWERS
"""Name, PIN and role of everybody who may sign in."""
KEY_FILE = "venue-demo.key"
SEALING_FILE = "sealing-demo.pub"


@dataclass(frozen=True, slots=True)
class DemoRegion:
    """What one needs to try the region out.

    Attributes:
        venue_key: the demo venue's bearer key, also in `<home>/venue-demo.key`.
        recipient: what the demo venue seals to, also in `<home>/sealing-demo.pub`.
        reviewers: name, PIN and role of each.
    """

    venue_key: str
    recipient: str
    reviewers: tuple[tuple[str, str, str], ...]


def prepare_demo(settings: Settings, signing_key: str = "") -> DemoRegion:
    """Make the demo venue, reviewers and keys where they are missing; any number of times, also at once.

    Args:
        signing_key: the demo venue's public key, to be enrolled.

    Raises:
        KeyStoreError: a key that records were sealed to is gone; it is not made anew by itself.
    """
    key = once_written(settings.home / KEY_FILE, new_key)
    store = open_store(settings)
    try:
        _make(store, key)
        recipient = _recipient(store)
        if signing_key:
            enrol(store, DEMO_VENUE, signing_key)
    finally:
        store.close()
    write_public(settings.home / SEALING_FILE, recipient)
    return DemoRegion(key, recipient, DEMO_PEOPLE)


def _recipient(store: Store) -> str:
    """Return the demo's sealing key, made where there has never been one."""
    if lost := missing_secrets(store):
        raise MissingKeyError(lost[0])
    return current_recipient(store) if key_history(store) else make_key(store)


def _make(store: Store, key: str) -> None:
    try:
        add_venue(store, DEMO_VENUE, DEMO_VENUE_NAME, key)
    except AlreadyKnownError:
        replace_key(store, DEMO_VENUE, key)  # somebody may have removed the demo's key file
    for name, pin, role in DEMO_PEOPLE:
        try:
            add_reviewer(store, name, pin, role, DEMO_VENUE if role in VENUE_ROLES else None)
        except AlreadyKnownError:
            pass
