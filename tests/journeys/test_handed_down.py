"""From the upload at the region to the desk and back: combined, on site only, and biometrics only."""

from collections.abc import Iterator

import pytest

from records.registration import Registration
from region.registry.contents import open_picture
from region.registry.status import Status
from tests.support.candidates import Candidate, Crew
from tests.support.handed_down import Both, both
from tests.support.region_records import picture

BETTER = picture(250, 300, 400)


@pytest.fixture(scope="module")
def combined(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Both, Crew]]:
    with both(tmp_path_factory.mktemp("combined"), people=6) as two:
        yield two, two.crew()


def come(two: Both, crew: Crew, until: str = "materials") -> Candidate:
    return Candidate(crew, two.rig.newcomer()).walk(until)


def newcomer(two: Both) -> Registration:
    return two.rig.newcomer()


def test_uploaded_confirmed_at_the_desk_and_one_page_replaced(combined: tuple[Both, Crew]) -> None:
    two, crew = combined
    me = newcomer(two)
    two.upload(me)
    two.submit(me)
    two.pass_online(me, "M02")  # the identity document has to be shown better
    while two.rig.venue.online.progress(two.rig.venue.clock.now().date()).here < 3:
        assert two.rig.sync()
    person = Candidate(crew, me).walk("materials")
    page = person.at_desk("materials")
    assert "Sent back to the candidate" in page.text
    assert "The picture cannot be read" in page.text
    assert "Passed online" in page.text
    two.rig.sync(4)
    beside = crew.desk.get(f"{person.url}/steps/materials?compare=M04")
    assert "Original seen, it matches" in beside.text
    first = next(iter(two.rig.venue.online.pictures(me.reg_no).values()))
    shown = crew.desk.get(f"{person.url}/files/online/{first.id}")
    assert shown.response.content == two.rig.venue.online.content(first)
    crew.desk.press(beside.form("step-form"), "act=save")
    replace = crew.desk.get(f"{person.url}/steps/materials").form("step-form")
    sent = [("front.png", BETTER, "image/png"), ("back.png", picture(9, 300, 400), "image/png")]
    crew.desk.press(replace, "act=all_pass", {"pages-M02": sent})
    assert person.states["materials"] == "done"
    person.walk()
    two.rig.sync(3)
    assert two.rig.venue.outbox.counts().accepted == 1
    the_region_has(two, me)
    two.rig.sync()
    online = person.visit.online
    assert online is not None
    captured = {one.step for one in online.captured}
    assert (online.status, captured) == ("venue_passed", {"fingerprint", "photo", "signature"})
    assert person.step == "", "one's own captures waive nothing and ask for nothing"


def the_region_has(two: Both, me: Registration) -> None:
    """The better scan as a new version, the rest as it was uploaded, and all of it passed at the venue."""
    case = two.registry.case(two.key(me))
    assert case.status is Status.VENUE_PASSED
    m02, m04 = case.item("M02"), case.item("M04")
    assert m02 is not None
    assert m04 is not None
    assert [one.source for one in m02.pictures] == ["venue", "venue"]
    assert m02.row is not None
    assert m02.row.version == 3
    assert [one.source for one in m04.pictures] == ["candidate"] * len(m04.pictures)
    assert [(one.width, one.height) for one in m02.pictures] == [(300, 400)] * 2
    assert len(open_picture(two.registry.store, two.registry.box, m02.pictures[0])) == m02.pictures[0].size


def test_what_is_still_on_its_way_says_so_and_keeps_nobody_waiting(combined: tuple[Both, Crew]) -> None:
    two, crew = combined
    me = newcomer(two)
    two.upload(me)
    two.rig.venue.worker.pause()  # type: ignore[union-attr]
    two.rig.sync()
    person = Candidate(crew, me).walk("materials")
    assert "still on its way" in person.at_desk("materials").text
    person.show_papers()
    assert person.states["materials"] == "done"
    two.rig.venue.worker.resume()  # type: ignore[union-attr]


def test_nobody_else_sees_a_picture(combined: tuple[Both, Crew]) -> None:
    two, crew = combined
    me = newcomer(two)
    two.upload(me)
    two.rig.sync(4)
    person, other = Candidate(crew, me).walk("materials"), Candidate(crew, newcomer(two)).walk("materials")
    first = next(iter(two.rig.venue.online.pictures(me.reg_no)))
    guide = two.rig.browser("desk-2", "guide")
    assert crew.desk.get(f"{person.url}/files/online/{first}").status == 200
    assert crew.desk.get(f"{other.url}/files/online/{first}").status == 404
    assert guide.get(f"{person.url}/files/online/{first}").status == 403
    asked_to_sign_in = crew.kiosk.get(f"{person.url}/files/online/{first}")
    assert asked_to_sign_in.response.headers["content-type"].startswith("text/html")


def test_pictures_that_change_after_they_were_compared_are_pointed_out(combined: tuple[Both, Crew]) -> None:
    two, crew = combined
    me = newcomer(two)
    two.upload(me)
    two.rig.sync(4)
    person = Candidate(crew, me).walk("materials")
    person.show_papers()
    pictures = next(item for item in two.registry.case(two.key(me)).items if item.asked.code == "M04").pictures
    two.registry.wardrobe.remove(two.key(me), pictures[0].id)
    two.upload(me, leave_out=[code for code in two.required(me) if code != "M04"])
    two.rig.sync(4)
    page = crew.desk.get(f"{person.url}/steps/materials?compare=M04")
    assert "has uploaded other pictures since" in page.text
    crew.desk.press(page.form("step-form"), "act=compared:M04")
    assert "has uploaded other pictures" not in crew.desk.get(f"{person.url}/steps/materials?compare=M04").text


def test_on_site_only_is_as_it_always_was(tmp_path_factory: pytest.TempPathFactory) -> None:
    with both(tmp_path_factory.mktemp("on_site"), 'mode = "on_site"', people=2) as two:
        crew, me = two.crew(), two.rig.newcomer()
        two.rig.sync(2)
        person = Candidate(crew, me).walk("materials")
        assert "Compare with the original" not in person.at_desk("materials").text
        person.walk()
        two.rig.sync(3)
        assert two.registry.case(two.key(me)).status is Status.VENUE_PASSED
        assert set(two.registry.states(two.key(me)).values()) == {"passed", "empty"}


def test_who_was_reviewed_online_only_comes_for_the_biometrics(tmp_path_factory: pytest.TempPathFactory) -> None:
    with both(tmp_path_factory.mktemp("online"), 'mode = "online"', people=2, imports=False) as two:
        crew, me = two.crew(), two.rig.newcomer()
        two.upload(me)
        two.submit(me)
        two.pass_online(me)
        two.rig.sync(4)  # no roster was ever imported here: who comes is known over the line
        person = Candidate(crew, me).walk()
        assert person.states == {
            "arrival": "done",
            "form": "done",
            "consent": "done",
            "materials": "waived",
            "signature": "done",
            "fingerprint": "done",
            "photo": "done",
        }
        two.rig.sync(3)
        assert two.rig.venue.outbox.counts().accepted == 1
        assert two.registry.case(two.key(me)).status is Status.VENUE_PASSED
