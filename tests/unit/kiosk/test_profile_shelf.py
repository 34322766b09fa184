"""A visit's profile is found by its digest, from the file of today or from what the visit was pinned to."""

from pathlib import Path

import pytest

from kiosk.profile import parse_profile
from kiosk.profiles import ProfileShelf
from kiosk.settings import PROFILES
from local_db.errors import NoSuchVisitError
from local_db.store import PinnedProfile
from records.evidence import Evidence
from tests.support.builders import DAY, DESK, START, Shelf

SOURCE = (PROFILES / "default.toml").read_text(encoding="utf-8")
NEWER = SOURCE.replace("2027-1", "2027-2").replace("tries = 5", "tries = 2")


def test_an_older_profile_comes_back_from_the_database_as_it_was(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    then, now = parse_profile(SOURCE, "then"), parse_profile(NEWER, "now")
    before = ProfileShelf(then, shelf.store)
    arrival = Evidence("arrival", START, {"slot": "on_time"})
    shelf.store.open_visit(shelf.people[0].reg_no, before.pinned, DAY, "normal", arrival, DESK)
    shelf.restart()
    after = ProfileShelf(now, shelf.store)
    assert after.pinned == PinnedProfile(now.digest, NEWER)
    found = after.get(then.digest)
    assert (found.version, found.order, found.digest) == ("2027-1", then.order, then.digest)
    assert after.get(then.digest) is found, "read once"
    assert after.get(now.digest) is now
    with pytest.raises(NoSuchVisitError):
        after.get("0" * 64)
    shelf.database.close()


def test_the_digest_is_that_of_the_very_text() -> None:
    assert parse_profile(SOURCE, "a").digest != parse_profile(SOURCE + "\n# a remark\n", "b").digest
