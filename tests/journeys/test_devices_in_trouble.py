"""Hardware that is pulled out, freezes or sees nothing in the middle of a visit."""

from collections.abc import Iterator

import pytest

from tests.support.candidates import Crew
from tests.support.sensors import until
from tests.support.venue_rig import venue_rig

NOT_CONNECTED = "The device is not connected. Check the cable, plug it in again"
NO_ANSWER = "The device does not answer. Unplug it, plug it in again"
WORDS = {
    "unplugged": NOT_CONNECTED,
    "unplugged_in_picture": NOT_CONNECTED,
    "silence": NO_ANSWER,
    "frozen": NO_ANSWER,
}


@pytest.fixture(scope="module")
def crew(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crew]:
    with venue_rig(tmp_path_factory.mktemp("venue"), people=9) as rig:
        yield Crew.at(rig)


@pytest.mark.parametrize("fault", ["unplugged", "unplugged_in_picture", "silence"])
def test_a_reader_that_fails_in_the_middle_is_said_and_goes_on_when_it_is_back(crew: Crew, fault: str) -> None:
    person = crew.newcomer().walk("fingerprint")
    person.press_finger()
    before = person.visit.last_seq
    crew.rig.control("booth-1", "fingerprint", fault=fault)
    form = person.come_to(crew.booth).form("step-form")
    page = crew.booth.press(form)
    assert page.status == 422
    assert WORDS[fault] in page.text
    assert person.visit.last_seq == before, "nothing was lost and nothing made up"
    crew.rig.control("booth-1", "fingerprint")
    for _try in range(20):
        page = crew.booth.press(page.form("step-form"))
        if page.status == 200:
            break
    assert person.step == "photo"


@pytest.mark.parametrize("fault", ["frozen", "unplugged"])
def test_a_camera_that_fails_is_said_and_goes_on_when_it_is_back(crew: Crew, fault: str) -> None:
    person = crew.newcomer().walk("photo")
    preview = "/devices/preview.jpg?role=camera"
    assert crew.booth.raw("GET", preview).headers["Content-Type"] == "image/jpeg"
    crew.rig.control("booth-1", "camera", fault=fault)
    before = person.visit.last_seq
    page = crew.booth.press(person.come_to(crew.booth).form("step-form"))
    for _try in range(5):
        if page.status == 422:
            break
        form = page.form("step-form")  # a frame from before the fault may still be fresh enough
        page = crew.booth.press(crew.booth.press(form, "act=retake").form("step-form"))
        before = person.visit.last_seq
    assert page.status == 422
    assert WORDS[fault] in page.text
    assert person.visit.last_seq == before
    if fault == "unplugged":  # a frozen camera that is opened anew shows its last picture for a moment
        assert crew.booth.raw("GET", preview).status_code == 503
        checks = crew.booth.raw("GET", f"/devices/checks/{person.visit.id}").json()
        assert [check["ok"] for check in checks] == [False]
    crew.rig.control("booth-1", "camera")
    for _try in range(20):
        page = crew.booth.press(page.form("step-form"))
        if page.status == 200:
            break
    crew.booth.press(page.form("step-form"), "act=accept")
    assert person.visit.is_sealed


def test_a_black_picture_is_no_picture_of_anybody(crew: Crew) -> None:
    person = crew.newcomer().walk("photo")
    page = person.come_to(crew.booth)
    crew.rig.control("booth-1", "camera", fault="black")
    address = f"/devices/checks/{person.visit.id}"  # asked until it says so: a still may be of just before the press
    until(lambda: "The picture is black" in crew.booth.raw("GET", address).text, at_most_s=20)
    page = crew.booth.press(page.form("step-form"))
    taken = page.form("step-form").value("take")
    assert "This picture cannot be used" in page.text if taken else page.status == 422
    assert person.states["photo"] == "todo"
    crew.rig.control("booth-1", "camera")


def test_a_station_without_the_device_says_where_to_go(crew: Crew) -> None:
    person = crew.newcomer()
    person.arrive()
    assert crew.kiosk.raw("GET", "/devices/preview.jpg").status_code == 503
    token = crew.desk.get("/devices/").form(action="/devices/test").value("csrf_token")
    crew.rig.control("booth-1", "fingerprint", fault="unplugged")
    page = crew.desk.send("/devices/test", {"csrf_token": token, "device": "booth-1:fingerprint"})
    assert page.path == "/devices/"
    assert "notice--bad" in page.response.text
    crew.rig.control("booth-1", "fingerprint")
