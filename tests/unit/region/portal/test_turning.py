"""Pictures that candidates turn: of what came, which stays as it came."""

import re
from dataclasses import replace

import pytest

from region.registry.models import PictureRow
from tests.support.pages import coded, page
from tests.support.portal import PAPER, Candidate, PortalRegion, fill, item, key_of, pictures
from tests.support.region_places import Places
from tests.support.registry import PICTURE, YEAR


@pytest.fixture
def places(embedded_places: Places) -> Places:
    """Nothing here asks the database anything new."""
    return embedded_places


def test_a_picture_that_lies_on_its_side_is_turned_and_what_came_is_kept(
    portal: PortalRegion, candidate: Candidate
) -> None:
    candidate.get("/materials")
    came = coded(page(600, 800).rotate(90, expand=True), quality=80)
    assert "lie on its side" in candidate.said("M04", came, PAPER)[0][1]
    first, second = pictures(candidate)
    assert item(candidate.get("/materials").text, "M04").count("/turn") == 2, (
        "whatever the checks say, it can be turned"
    )
    assert candidate.post(f"/pictures/{first}/turn", quarters="1").status_code == 303
    turned, *others = pictures(candidate)
    assert others == [second], "it keeps its place"
    assert "lie on its side" not in item(candidate.get("/materials").text, "M04")
    with portal.store.read() as session:
        before, after = session.get_one(PictureRow, (YEAR, first)), session.get_one(PictureRow, (YEAR, turned))
    assert (before.width, before.height) == (after.height, after.width)
    assert (before.original, before.quarters) == (after.original, 0)
    assert after.quarters == 1
    assert portal.registry.box.get(portal.store, after.original, str(key_of(portal))) == came
    assert before.removed_at is not None, "what a reviewer may have seen stays"
    for _quarter in range(3):
        candidate.post(f"/pictures/{pictures(candidate)[0]}/turn", quarters="1")
    again = pictures(candidate)[0]
    with portal.store.read() as session:
        row = session.get_one(PictureRow, (YEAR, again))
    assert (row.quarters, row.size) == (0, before.size), "turning costs nothing, however often"


def test_turning_takes_a_quarter_of_ones_own_unlocked_picture(portal: PortalRegion, candidate: Candidate) -> None:
    fill(candidate)
    own = pictures(candidate)[0]
    for quarters in ("0", "4", "-1", "x", ""):
        assert candidate.post(f"/pictures/{own}/turn", quarters=quarters).status_code == 404
    thief = portal.signed_in(1)
    thief.get("/materials")
    assert thief.post(f"/pictures/{own}/turn", quarters="1").status_code == 404
    assert candidate.post(f"/pictures/{own}/turn", quarters="1").status_code == 303
    assert candidate.post(f"/pictures/{own}/turn", quarters="1").status_code == 404, "it is another one now"
    candidate.get("/submit")
    candidate.post("/submit")
    own = pictures(candidate)[0]
    candidate.get("/materials")
    assert candidate.post(f"/pictures/{own}/turn", quarters="1").status_code == 303
    assert "Submitted, and locked" in candidate.get("/materials").text
    assert pictures(candidate)[0] == own
    assert "/turn" not in candidate.get("/materials").text


def test_where_a_program_can_tell_one_button_turns_it_upright(portal: PortalRegion, candidate: Candidate) -> None:
    prepared = replace(PICTURE, warnings=("page_sideways",), advised=2)
    portal.registry.wardrobe.add(key_of(portal), "M04", prepared)
    text = item(candidate.get("/materials").text, "M04")
    assert re.search(r'name="quarters"\s+value="2"[^>]*>Turn it upright', text)
