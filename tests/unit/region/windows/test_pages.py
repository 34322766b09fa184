"""The pages of windows: local times, typed text kept, a confirmation where somebody is shut out."""

from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from region.registry.rules import Window
from region.windows.changing import windows_of
from region.windows.commands import window_commands
from tests.support.desks import ADMIN, LEAD, Desk
from tests.support.region_app import Region
from tests.support.region_records import VENUE
from tests.support.registry import YEAR, registry_of, somebody

UPLOAD = f"/windows/{YEAR}/upload"
OPENS, CLOSES = "2027-01-10T09:00", "2027-02-01T17:00"


@pytest.fixture
def region(staffed_region: Region) -> Region:
    return staffed_region


@pytest.fixture
def desk(region: Region) -> Desk:
    return Desk(region, ADMIN)


def send(desk: Desk, path: str = UPLOAD, **fields: str):  # type: ignore[no-untyped-def]
    """Send the form from the page, with what the page says was seen."""
    page = desk.get(path).text
    seen = page.split('name="seen" value="')[1].split('"')[0] if 'name="seen"' in page else ""
    given = {
        "seen": seen,
        "act": "set",
        "reason": "按通知",
        "opens_at": "2027-01-10T09:00",
        "closes_at": "2027-02-01T17:00",
    }
    return desk.post(path.partition("?")[0], **{**given, **fields})


def test_times_are_typed_in_the_regions_zone_and_kept_as_utc(desk: Desk, region: Region) -> None:
    assert send(desk).status_code == 303
    assert windows_of(region.store, YEAR) == {
        ("", "upload"): Window(datetime(2027, 1, 10, 1, tzinfo=UTC), datetime(2027, 2, 1, 9, tzinfo=UTC))
    }
    page = desk.get(f"/windows/?year={YEAR}").text
    assert "2027-01-10 09:00 to 2027-02-01 17:00" in page
    assert "按通知" in page
    assert 'value="2027-02-01T17:00"' in desk.get(UPLOAD).text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"closes_at": "tomorrow"}, "like 2027-05-27 09:00"),
        ({"closes_at": "2027-01-01T00:00"}, "end before it begins"),
        ({"closes_at": "0001-01-01T00:00"}, ""),
        ({"closes_at": "9999-12-31T23:59"}, "of the exam year"),
        ({"reason": " "}, "Write why"),
        ({"reason": "x" * 501}, "at most 500"),
        ({"seen": "nonsense"}, ""),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(desk: Desk, fields: dict[str, str], words: str) -> None:
    answer = send(desk, **fields)
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="2027-01-10T09:00"' in answer.text
    assert (fields.get("closes_at") or "2027-02-01T17:00") in answer.text


def test_whoever_shuts_candidates_out_is_told_how_many_and_asked(desk: Desk, region: Region) -> None:
    registry_of(region.store).enrol(somebody(0))
    closing = {"opens_at": "2026-01-10T09:00", "closes_at": "2026-02-01T17:00"}
    asked = send(desk, **closing)
    assert "shuts out 1 registration " in asked.text
    assert windows_of(region.store, YEAR) == {}
    back = send(desk, **closing, step="back").text
    assert 'value="2026-02-01T17:00"' in back
    assert windows_of(region.store, YEAR) == {}
    assert send(desk, **closing, step="confirm").status_code == 303
    assert windows_of(region.store, YEAR)


def test_a_venue_has_its_own_where_the_rule_allows_it(desk: Desk, region: Region) -> None:
    assert send(desk, f"{UPLOAD}?venue={VENUE}", venue=VENUE).status_code == 303
    assert list(windows_of(region.store, YEAR)) == [(VENUE, "upload")]
    assert "测试考点" in desk.get(f"/windows/?year={YEAR}").text
    refused = send(desk, f"/windows/{YEAR}/payment", venue=VENUE)
    assert refused.status_code == 422
    assert "the same for all venues" in refused.text
    assert send(desk, f"{UPLOAD}?venue={VENUE}", venue=VENUE, act="remove").status_code == 303
    assert windows_of(region.store, YEAR) == {}


def test_one_who_looked_at_something_else_is_told(desk: Desk, region: Region) -> None:
    send(desk)
    assert send(desk, seen="", closes_at="2027-02-05T17:00").status_code == 409
    assert windows_of(region.store, YEAR)["", "upload"].closes_at.day == 1


def test_no_other_role_and_no_other_site_gets_here(desk: Desk, region: Region) -> None:
    assert Desk(region, LEAD).get("/windows/").status_code == 403
    assert desk.client.post(UPLOAD, data={"closes_at": "2027-02-01T17:00"}).status_code == 400
    for path in (f"/windows/{YEAR}/lunch", "/windows/1999/upload", f"{UPLOAD}?venue=V-NOWHERE"):
        assert desk.get(path).status_code == 404
    assert windows_of(region.store, YEAR) == {}


def test_the_command_does_the_same(region: Region) -> None:
    def run(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(window_commands, words, obj=region.settings)
        return done.exit_code, done.output

    put = ("set", str(YEAR), "upload", "--by", ADMIN, "--reason", "按通知", "--from", "2027-01-10 09:00")
    assert run(*put, "--until", "2027-02-01 17:00")[0] == 0
    assert "2027-01-10 09:00 - 2027-02-01 17:00" in run("show", str(YEAR))[1]
    assert "does not fit: turned" in run(*put, "--until", "2027-01-02 17:00")[1]
    assert "no administrator" in run("set", str(YEAR), "upload", "--by", LEAD, "--reason", "x")[1]
    assert "day and time" in run(*put, "--until", "soon")[1]
    assert run("set", str(YEAR), "upload", "--by", ADMIN, "--reason", "不再需要") == (0, "2027 * upload: taken away\n")
