"""What candidates may change, and from when they may not."""

from datetime import UTC, datetime

import pytest

from region.registry.errors import ItemLockedError, NoRoomError, NotReadyError, UnknownRegistrationError
from region.registry.locks import Lock
from region.registry.window_models import WindowRow
from tests.support.region_app import Region
from tests.support.registry import FIRST, PICTURE, YEAR, Registry, registry_of, somebody


def upload_window(region: Region, closes_day: int) -> None:
    with region.store.write() as session:
        opens, closes = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, closes_day, 10, tzinfo=UTC)
        session.add(WindowRow(exam_year=YEAR, venue="", kind="upload", opens_at=opens, closes_at=closes))


def test_after_submission_nothing_can_be_changed(registry: Registry) -> None:
    key = registry.submitted()
    picture = registry.case(key).item("M02").pictures[0].id  # type: ignore[union-attr]
    for act in (
        lambda: registry.wardrobe.add(key, "M05", PICTURE),
        lambda: registry.wardrobe.remove(key, picture),
        lambda: registry.wardrobe.move(key, picture, 1),
    ):
        with pytest.raises(ItemLockedError) as raised:
            act()
        assert raised.value.lock is Lock.SUBMITTED
    before = registry.revision(key)
    registry.wardrobe.submit(key)
    assert registry.revision(key) == before, "submitting twice is submitting once"


def test_what_is_missing_is_named(registry: Registry) -> None:
    key = registry.enrol(somebody())
    registry.wardrobe.add(key, "M02", PICTURE)
    with pytest.raises(NotReadyError) as raised:
        registry.wardrobe.submit(key)
    assert raised.value.missing == ("M02", "M04")


def test_no_more_pictures_than_the_item_takes_and_order_is_kept(registry: Registry) -> None:
    key = registry.enrol(somebody())
    first, second = (registry.wardrobe.add(key, "M02", PICTURE) for _page in range(2))
    with pytest.raises(NoRoomError):
        registry.wardrobe.add(key, "M02", PICTURE)
    registry.wardrobe.move(key, second, 0)
    assert [picture.id for picture in registry.case(key).item("M02").pictures] == [second, first]  # type: ignore[union-attr]
    registry.wardrobe.remove(key, second)
    with pytest.raises(UnknownRegistrationError):
        registry.wardrobe.remove(key, second)
    third = registry.wardrobe.add(key, "M02", PICTURE)
    assert [picture.id for picture in registry.case(key).item("M02").pictures] == [first, third]  # type: ignore[union-attr]


def test_military_papers_are_checked_and_never_uploaded(registry: Registry) -> None:
    key = registry.enrol(somebody(kinds="LV1,MIL"))
    with pytest.raises(NoRoomError):
        registry.wardrobe.add(key, "M02", PICTURE)
    registry.wardrobe.submit(key)


def test_policy_on_review_locks_what_a_reviewer_has_passed(region: Region) -> None:
    registry = registry_of(region.store, "on_review")
    key = registry.enrol(somebody())
    registry.fill(key)
    assert registry.states(key)["M04"] == "waiting", "uploaded is submitted"
    registry.wardrobe.remove(key, registry.case(key).item("M04").pictures[0].id)  # type: ignore[union-attr]
    registry.wardrobe.add(key, "M04", PICTURE)
    registry.review.claim(key, FIRST)
    with pytest.raises(ItemLockedError) as raised:
        registry.wardrobe.add(key, "M04", PICTURE)
    assert raised.value.lock is Lock.IN_REVIEW


def test_policy_on_deadline_and_the_window(region: Region) -> None:
    registry = registry_of(region.store, "on_deadline")
    upload_window(region, closes_day=4)
    key = registry.enrol(somebody())
    registry.fill(key)
    registry.wardrobe.submit(key)
    registry.wardrobe.add(key, "M04", PICTURE)  # submitted, and not past the deadline
    region.clock.advance(days=3)
    with pytest.raises(ItemLockedError) as raised:
        registry.wardrobe.add(key, "M04", PICTURE)
    assert raised.value.lock is Lock.DEADLINE
    registry.mark_all(key, FIRST, M04="return")
    registry.review.send_back(key, FIRST, registry.revision(key))
    registry.wardrobe.add(key, "M04", PICTURE)  # whoever is asked may bring it after the deadline
    registry.wardrobe.submit(key)
