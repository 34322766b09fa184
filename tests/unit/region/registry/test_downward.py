"""What a venue is told of its registrations: in the order of its count, whole, and only its own."""

import base64
import hashlib
from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest

from records.online import read_incoming
from records.registration import Slot
from region.registry.changing import Key
from tests.support.region_app import OTHER_KEY, OTHER_VENUE, Region
from tests.support.registry import FIRST, PICTURE, Registry, somebody

SLOT = Slot(date(2027, 3, 1), time(9), time(9, 30))


def told(region: Region, since: int = 0, key: str = "", **more: Any) -> tuple[list[dict[str, Any]], int]:
    query = "".join(f"&{name}={value}" for name, value in more.items())
    answer = region.get(f"/registrations?since={since}{query}", **({"key": key} if key else {}))
    assert answer.status_code == 200, answer.text
    return answer.json["registrations"], answer.json["cursor"]


def test_everything_of_a_registration_comes_in_one_document(region: Region, published: Registry) -> None:
    key = published.enrol(replace(somebody(), slot=SLOT))
    published.fill(key)
    published.wardrobe.submit(key)
    published.mark_all(key, FIRST, M04="return")
    published.review.send_back(key, FIRST, published.revision(key))
    (document,), cursor = told(region)
    incoming = read_incoming(document)
    online, person = incoming.online, incoming.registration
    assert online is not None
    assert person is not None
    assert (person.fields, person.slot) == (somebody().fields, SLOT)
    assert (incoming.key, incoming.change, online.status, online.is_submitted) == (str(key), cursor, "filling", False)
    assert [(item.code, item.state, len(item.pictures)) for item in online.items] == [
        ("M02", "passed", 2),
        ("M04", "returned", 1),
    ]
    assert online.items[1].opinion == {"zh": "不清晰", "en": "unclear"}
    assert told(region, cursor) == ([], cursor)


def test_what_changed_comes_again_and_the_rest_does_not(region: Region, published: Registry) -> None:
    keys = [published.enrol(somebody(number)) for number in range(5)]
    everything, cursor = told(region)
    assert [document["key"] for document in everything] == [str(key) for key in keys]
    published.wardrobe.add(keys[1], "M02", PICTURE)
    published.wardrobe.add(keys[0], "M02", PICTURE)
    changed, cursor = told(region, cursor)
    assert [document["key"] for document in changed] == [str(keys[1]), str(keys[0])]
    assert told(region, cursor)[0] == []


def test_pages_follow_each_other_without_a_gap_or_a_repeat(region: Region, published: Registry) -> None:
    keys = {str(published.enrol(somebody(number))) for number in range(7)}
    found: list[str] = []
    cursor = 0
    while (page := told(region, cursor, limit=3))[0]:
        found += [document["key"] for document in page[0]]
        cursor = page[1]
    assert len(found) == 7
    assert set(found) == keys


def test_another_venue_is_told_nothing(region: Region, published: Registry) -> None:
    published.enrol(somebody())
    assert told(region, key=OTHER_KEY) == ([], 0)
    assert region.get("/registrations?since=0", key="nobody's").status_code == 401


def test_one_that_moves_away_is_said_to_be_gone_and_comes_back(region: Region, published: Registry) -> None:
    key = published.enrol(somebody())
    _known, cursor = told(region)
    published.enrol(somebody(), venue=OTHER_VENUE)
    (gone,), cursor = told(region, cursor)
    assert gone == {"key": str(key), "change": cursor, "here": False, "reg_no": somebody().reg_no}
    (here,), _theirs = told(region, key=OTHER_KEY)
    assert here["here"]
    published.enrol(somebody())
    (back,), _cursor = told(region, cursor)
    assert back["here"]
    assert [document["here"] for document in told(region)[0]] == [False, True], (
        "who reads from the start ends right too"
    )


def test_a_roster_without_appointments_takes_none_away(region: Region, published: Registry) -> None:
    published.enrol(replace(somebody(), slot=SLOT))
    published.enrol(replace(somebody(employer="测试新单位"), slot=None))
    (document,), _cursor = told(region)
    assert document["slot"] == {"day": "2027-03-01", "from": "09:00", "to": "09:30"}
    assert document["facts"]["employer"] == "测试新单位"


def picture_of(region: Region, registry: Registry, key: Key) -> dict[str, Any]:
    registry.wardrobe.add(key, "M04", PICTURE)
    picture: dict[str, Any] = told(region)[0][0]["items"][0]["pictures"][0]
    return picture


def test_a_picture_comes_whole_or_from_where_it_was_cut(region: Region, published: Registry) -> None:
    picture = picture_of(region, published, published.enrol(somebody()))
    answer = region.get(f"/pictures/{picture['id']}")
    digest = base64.b64encode(hashlib.sha256(PICTURE.content).digest()).decode()
    assert (answer.data, answer.mimetype, answer.headers["ETag"]) == (
        PICTURE.content,
        "image/jpeg",
        f'"{picture["digest"]}"',
    )
    assert answer.headers["Repr-Digest"] == f"sha-256=:{digest}:"
    headers = {"Authorization": "Bearer key-of-the-test-venue", "Range": "bytes=4-", "If-Range": answer.headers["ETag"]}
    rest = region.app.test_client().get(f"/api/v1/pictures/{picture['id']}", headers=headers)
    assert (rest.status_code, rest.data) == (206, PICTURE.content[4:])
    assert rest.headers["Repr-Digest"] == answer.headers["Repr-Digest"], "of the whole, not of the part"
    other = region.app.test_client().get(
        f"/api/v1/pictures/{picture['id']}", headers={**headers, "If-Range": '"another"'}
    )
    assert (other.status_code, other.data) == (200, PICTURE.content)


def test_nobody_elses_picture_and_none_that_was_removed_is_handed_out(region: Region, published: Registry) -> None:
    key = published.enrol(somebody())
    picture = picture_of(region, published, key)
    assert region.get(f"/pictures/{picture['id']}", key=OTHER_KEY).status_code == 404
    for wrong in ("2027-ffffffffffffffffffffffff", "nothing", "2027-", "..%2F..%2Fkeys"):
        assert region.get(f"/pictures/{wrong}").status_code == 404
    published.wardrobe.remove(key, picture["id"].partition("-")[2])
    assert region.get(f"/pictures/{picture['id']}").status_code == 404


def test_the_profile_in_force_comes_once(region: Region, published: Registry) -> None:
    answer = region.get("/profile")
    assert answer.json["version"] == "t-1"
    assert "[materials]" in answer.json["source"]
    headers = {"Authorization": "Bearer key-of-the-test-venue", "If-None-Match": answer.headers["ETag"]}
    assert region.app.test_client().get("/api/v1/profile", headers=headers).status_code == 304


@pytest.mark.parametrize("query", ["since=-1", "since=one", "since=1&limit=x", "since=99999999999999999999"])
def test_a_cursor_that_is_none_is_refused(region: Region, query: str) -> None:
    assert region.get(f"/registrations?{query}").status_code == 400
