"""A venue can ask what the region holds of it, and of nobody else."""

from tests.support.region_app import OTHER_KEY
from tests.support.region_records import sealed


def test_a_venue_finds_every_version_with_its_state(region):
    first, files = sealed("R0001")
    region.deliver(first, files)
    second, _files = sealed("R0001", version=2, previous=first.digest, red=201)
    region.put(f"/records/{second.digest}", second.content)
    answer = region.get("/records").json
    assert [(one["digest"], one["reg_no"], one["version"], one["state"]) for one in answer["records"]] == [
        (first.digest, "R0001", 1, "accepted"),
        (second.digest, "", 2, "stored"),
    ], "whose record it is stands in its identity part, which is not here yet"
    assert answer["records"][0].keys() == {"seq", "digest", "reg_no", "visit", "version", "state"}
    assert region.get("/records", key=OTHER_KEY).json == {"records": [], "cursor": 0}


def test_the_list_goes_on_behind_its_cursor(region):
    for number in range(3):
        region.deliver(*sealed(f"R{number:04}"))
    first = region.get("/records?after=0").json["records"][0]
    rest = region.get(f"/records?after={first['seq']}").json
    assert [one["reg_no"] for one in rest["records"]] == ["R0001", "R0002"]
    assert region.get(f"/records?after={rest['cursor']}").json == {"records": [], "cursor": rest["cursor"]}


def test_a_cursor_that_is_none_is_refused(region):
    assert region.get("/records?after=x").status_code == 400
