"""The leads' screen of group bookings: paste or upload, look, book, list, cancel; and what candidates see of it."""

import io
import re
from dataclasses import replace

import pytest
from sqlalchemy import update

from region.models import Reviewer
from region.registry.changing import Actor
from region.registry.status import Role
from region.slots.grouping import MOST_NUMBERS, Groups
from tests.support.appointing import NINE, TEN, ZONE, booking, candidates, line, offered, slot_of, taken
from tests.support.desks import LEAD, REVIEWER, VENUE_LEAD, VENUE_REVIEWER, Desk, staff
from tests.support.portal import portal_over
from tests.support.region_app import OTHER_VENUE, Region
from tests.support.region_places import Places
from tests.support.registry import Registry, registry_of, somebody

HOSPITAL = "测试医院"


@pytest.fixture
def places(embedded_places: Places) -> Places:
    """The bookings themselves run on both kinds of places, in `test_grouping.py`."""
    return embedded_places


@pytest.fixture
def registry(region: Region) -> Registry:
    staff(region)
    return registry_of(region.store)


def ids_of(page: str) -> list[str]:
    return re.findall(r'type="hidden" name="id" value="([0-9a-f]+)"', page)


def numbers_of(page: str) -> list[str]:
    return re.findall(r'type="hidden" name="number" value="([^"]+)"', page)


def test_pasted_looked_at_booked_and_cancelled(region: Region, registry: Registry) -> None:
    people = candidates(registry, 3)
    nine, _ten = offered(region, line(NINE, 5, party=HOSPITAL), line(TEN, 1))
    booking(region).book(people[2], _ten)
    lead = Desk(region, VENUE_LEAD)
    assert HOSPITAL in lead.get("/appointments/").text
    lead.get(f"/appointments/{nine}")
    pasted = "\n".join([*(registry.case(key).person.reg_no for key in people), "R-NOBODY"])
    page = lead.post(f"/appointments/{nine}/look", text=pasted).text
    assert "2 of 4 can be booked" in page
    assert "Has another appointment" in page
    assert "No registration of this venue and year has this number" in page
    assert taken(region, nine) == 0
    assert ids_of(page) == [key.id for key in people[:2]]
    data = {"csrf_token": lead._token, "id": ids_of(page), "number": numbers_of(page)}
    for _twice in range(2):
        assert lead.client.post(f"/appointments/{nine}/book", data=data).status_code == 303
    assert taken(region, nine) == 2
    page = lead.get(f"/appointments/{nine}").text
    assert "Who has this appointment" in page
    assert registry.case(people[0]).person.reg_no in page
    assert lead.post(f"/appointments/{nine}/cancel").status_code == 422, "nobody was ticked"
    lead.get(f"/appointments/{nine}")
    assert lead.post(f"/appointments/{nine}/cancel", id=people[0].id).status_code == 303
    assert (slot_of(region, people[0]), taken(region, nine)) == ("", 1)


@pytest.mark.parametrize(
    "content",
    ["报名号,姓名\n{0},甲\n{1},乙\n".encode(), b"{0}\r\n{1}\r\n", "名单\n{0}\n{1}\n".encode("gb18030")],
    ids=["with a header", "numbers alone", "with a title, as Excel saves it"],
)
def test_a_file_with_the_numbers_is_taken_as_well(region: Region, registry: Registry, content: bytes) -> None:
    people = candidates(registry, 2)
    (nine,) = offered(region, line(NINE, 5))
    lead = Desk(region, LEAD)
    lead.get(f"/appointments/{nine}")
    for place, key in enumerate(people):
        content = content.replace(f"{{{place}}}".encode(), registry.case(key).person.reg_no.encode())
    data = {"csrf_token": lead._token, "text": "", "file": (io.BytesIO(content), "list.csv")}
    page = lead.client.post(f"/appointments/{nine}/look", data=data).text
    assert ids_of(page) == [key.id for key in people]


def test_nonsense_is_refused_in_words_and_what_was_pasted_stays(region: Region, registry: Registry) -> None:
    (nine,) = offered(region, line(NINE, 5))
    lead = Desk(region, VENUE_LEAD)
    lead.get(f"/appointments/{nine}")
    for text in ("", " , ;\n", "R1 " * (MOST_NUMBERS + 1)):
        answer = lead.post(f"/appointments/{nine}/look", text=text)
        assert answer.status_code == 422
        assert "Paste or upload the registration numbers" in answer.text
    data = {"csrf_token": lead._token, "text": "R7", "file": (io.BytesIO(b"PK\x03\x04broken"), "list.xlsx")}
    answer = lead.client.post(f"/appointments/{nine}/look", data=data)
    assert answer.status_code == 422
    assert ">R7</textarea>" in answer.text


def test_what_changed_between_looking_and_booking_books_nobody(region: Region, registry: Registry) -> None:
    people = candidates(registry, 2)
    nine, ten = offered(region, line(NINE, 5), line(TEN, 1))
    lead = Desk(region, VENUE_LEAD)
    lead.get(f"/appointments/{nine}")
    pasted = " ".join(registry.case(key).person.reg_no for key in people)
    page = lead.post(f"/appointments/{nine}/look", text=pasted).text
    booking(region).book(people[1], ten)
    data = {"csrf_token": lead._token, "id": ids_of(page), "number": numbers_of(page)}
    answer = lead.client.post(f"/appointments/{nine}/book", data=data)
    assert answer.status_code == 409
    assert "Nobody was booked" in answer.text
    assert "1 of 2 can be booked" in answer.text
    assert taken(region, nine) == 0


def test_only_leads_book_groups_and_of_their_own_venue(region: Region, registry: Registry) -> None:
    candidates(registry, 1)
    (nine,) = offered(region, line(NINE, 5))
    (theirs,) = offered(region, line(NINE, 5), venue=OTHER_VENUE)
    for name in (VENUE_REVIEWER, REVIEWER):
        assert Desk(region, name).get("/appointments/").status_code == 403
    lead = Desk(region, VENUE_LEAD)
    assert lead.get(f"/appointments/{nine}").status_code == 200
    for act in ("look", "book", "cancel"):
        assert lead.post(f"/appointments/{theirs}/{act}", text="R1", id="x").status_code == 404
    for slot in (theirs, "nothing"):
        assert lead.get(f"/appointments/{slot}").status_code == 404
    assert f"/appointments/{theirs}" not in lead.get("/appointments/").text
    assert f"/appointments/{theirs}" not in lead.get(f"/appointments/?venue={OTHER_VENUE}").text
    assert f"/appointments/{theirs}" in Desk(region, LEAD).get(f"/appointments/?venue={OTHER_VENUE}").text


def test_whoever_loses_the_role_in_the_middle_books_nobody_and_keeps_the_list(
    region: Region, registry: Registry
) -> None:
    (me,) = candidates(registry, 1)
    (nine,) = offered(region, line(NINE, 5))
    lead = Desk(region, VENUE_LEAD)
    lead.get(f"/appointments/{nine}")
    with region.store.write() as session:
        session.execute(update(Reviewer).where(Reviewer.name == VENUE_LEAD).values(role="venue_review"))
    answer = lead.post(f"/appointments/{nine}/look", text="R1 R2")
    assert answer.status_code == 403
    assert "R1 R2" in answer.text
    assert lead.post(f"/appointments/{nine}/book", id=me.id).status_code == 403
    assert taken(region, nine) == 0


def test_candidates_see_what_was_booked_for_their_group(region: Region) -> None:
    with portal_over(region) as portal:
        key = portal.registry.enrol(replace(somebody(0), slot=None))
        (nine,) = offered(region, line(NINE, 5, party=HOSPITAL))
        Groups(region.store, portal.registry.box, Actor("r-1", Role.LEAD), ZONE).book(nine, [key.id])
        browser = portal.browser()
        browser.sign_in(somebody(0))
        assert "2026-03-09 09:00-09:30" in browser.get("/").text
        page = browser.get("/appointment/").text
        assert f"Booked for you with your group: {HOSPITAL}" in page
        assert "Give it back" not in page, "where candidates do not book, they give nothing back"
        assert browser.post("/appointment/cancel").status_code == 409
        assert browser.get("/appointment/slip").status_code == 200
