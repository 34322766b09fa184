"""An administrator publishes a profile: the venue fetches it, new visits follow it, and those under way keep theirs.

And a window that an administrator closes locks the candidate's page.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from region.reviewers import add_reviewer
from tests.support.candidates import Candidate
from tests.support.desks import ADMIN, OTHER_ADMIN, Desk, second_administrator, staff
from tests.support.handed_down import Both, both
from tests.support.portal import PAPER, PortalRegion, portal_over
from tests.support.region_app import SECRET, furnish, open_region
from tests.support.registry import YEAR
from tests.support.web_pages import Browser

PRESSES = '"signature", "fingerprint", "photo"]'


def signed_in(two: Both, name: str) -> Browser:
    """An administrator's browser."""
    add_reviewer(two.rig.region.store, name, SECRET, "admin")
    browser = Browser(two.rig.region.url, f"kaodian_region_ui_{two.rig.region.settings.port}=locale:en")
    browser.press(browser.page.form(action="/sign-in"), name=name, secret=SECRET)
    return browser


def publish_without_biometrics(two: Both) -> None:
    """One drafts it out of what is in force, another compares and publishes it."""
    with signed_in(two, ADMIN) as one, signed_in(two, OTHER_ADMIN) as other:
        draft = one.press(next(form for form in one.get("/profiles/").forms if form.has("digest")))
        form = draft.form(action=draft.path)
        source = form.value("source")
        assert 'version = "2027-2"' in source
        assert PRESSES in source
        shorter = source.replace(PRESSES, '"signature"]')
        compared = one.press(form, "then=compare", source=shorter)
        assert "Another administrator publishes it" in compared.text
        page = other.get(compared.path)
        assert "2 lines gone, 2 lines new" in page.text
        published = other.press(page.form(action="/publish"), reason="生物特征另行采集")
        assert "Published. Venues fetch it by themselves" in published.text
        assert "Does not have it yet" in other.get("/profiles/").text


def look_again(two: Both) -> None:
    """Let the venue ask for the profile, as it does after a start and now and again."""
    two.rig.stop()
    two.rig.open()
    assert two.rig.sync()


def test_published_in_a_browser_fetched_by_the_venue_and_followed_by_new_visits(tmp_path: Path) -> None:
    with both(tmp_path, people=3) as two:
        crew = two.crew()
        before = Candidate(crew, two.rig.newcomer()).walk("materials")
        assert two.rig.sync()
        two.rig.clock.forward(seconds=5)
        publish_without_biometrics(two)
        look_again(two)
        page = crew.desk.get("/lead/incoming/")
        assert "2027-2" in page.text
        crew.desk.press(page.form(action="/lead/incoming/profile"))
        after = Candidate(crew, two.rig.newcomer()).walk()
        assert list(after.states) == ["arrival", "form", "consent", "materials", "signature"]
        before.walk()
        assert list(before.states)[-2:] == ["fingerprint", "photo"]
        versions = [two.rig.venue.journey.profile(one.visit).version for one in (before, after)]
        assert versions == ["2027-1", "2027-2"]
        assert two.rig.sync()
        for one in (before, after):
            assert one.visit.versions[0].accepted_at is not None
        with Browser(two.rig.region.url, f"kaodian_region_ui_{two.rig.region.settings.port}=locale:en") as admin:
            admin.press(admin.page.form(action="/sign-in"), name=ADMIN, secret=SECRET)
            assert "Works by it" in admin.get("/profiles/").text


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[PortalRegion]:
    region = furnish(open_region(tmp_path / "home"))
    staff(region)
    second_administrator(region)
    with portal_over(region) as opened:
        yield opened
    region.store.close()


def test_a_window_that_closes_locks_the_candidates_page_and_a_longer_one_opens_it(portal: PortalRegion) -> None:
    candidate, desk = portal.signed_in(0), Desk(portal.region, ADMIN)
    candidate.get("/materials")
    assert candidate.said("M04", PAPER)[0][0] != "bad"

    def set_until(closes_at: str, **fields: str) -> int:
        page = desk.get(f"/windows/{YEAR}/upload").text
        seen = page.split('name="seen" value="')[1].split('"')[0]
        times = {"opens_at": "2026-01-10T09:00", "closes_at": closes_at}
        given = {"seen": seen, "act": "set", "reason": "按通知", **times, **fields}
        return desk.post(f"/windows/{YEAR}/upload", **given).status_code

    assert set_until("2026-03-02T10:30") == 303, "half an hour from now"
    assert "The time for uploading is over" not in candidate.get("/materials").text
    portal.region.clock.advance(minutes=30)
    assert "The time for uploading is over" in candidate.get("/materials").text
    assert "The time for uploading is over" in candidate.said("M04", PAPER)[0][1]
    assert set_until("2026-03-09T10:30") == 303
    candidate.get("/materials")
    assert candidate.said("M04", PAPER)[0][0] != "bad"
    assert set_until("2026-03-02T10:00") == 200, "it would shut somebody out"
    assert set_until("2026-03-02T10:00", step="confirm") == 303
    assert "The time for uploading is over" in candidate.get("/materials").text
