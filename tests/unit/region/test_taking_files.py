"""Rosters and appointments come in by the lead's page and by the command line."""

from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner

from region.cli import main
from region.registry.models import RegistrationRow
from region.reviewers import add_reviewer
from region.slots.models import SlotRow
from rules.roster.demo import demo_people
from rules.roster.demo_files import write_csv, write_xlsx
from tests.support.region_app import Browser, Region
from tests.support.region_process import write_settings
from tests.support.region_records import VENUE

PEOPLE = demo_people(5, date(2027, 3, 1), seed=3)
SLOTS = "日期,时段,名额\n2027-03-01,09:00-09:30,20\n某日,09:00-09:30,20\n"


@pytest.fixture
def lead(region: Region) -> Browser:
    add_reviewer(region.store, "组长测试", "secret-1234", "lead")
    browser = Browser(region)
    assert browser.sign_in("组长测试", "secret-1234").status_code == 303
    return browser


def send(browser: Browser, content: bytes, name: str = "roster.xlsx", **fields: str) -> str:
    browser.get("/files")
    data = {"kind": "roster", "venue": VENUE, "year": "2027", **fields}
    token = {"csrf_token": browser._token}
    return browser.client.post("/files", data={**token, **data, "file": (BytesIO(content), name)}).text


def enrolled(region: Region) -> int:
    with region.store.read() as session:
        return session.query(RegistrationRow).count()


def test_a_lead_takes_a_roster_in_and_again(region: Region, lead: Browser, tmp_path: Path) -> None:
    path = tmp_path / "roster.xlsx"
    write_xlsx(path, PEOPLE)
    page = send(lead, path.read_bytes())
    assert "Everything is in." in page
    assert "data:text/csv;base64," in page
    assert enrolled(region) == 5
    assert "unchanged <strong>5</strong>" in " ".join(send(lead, path.read_bytes()).split())
    assert enrolled(region) == 5


def test_a_file_larger_than_an_ordinary_form_is_taken(region: Region, lead: Browser, tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    write_csv(path, demo_people(400, date(2027, 3, 1), seed=3))
    assert path.stat().st_size > 64 * 1024
    assert "Everything is in." in send(lead, path.read_bytes(), "roster.csv")
    assert enrolled(region) == 400


def test_rows_that_are_refused_are_named(region: Region, lead: Browser) -> None:
    page = send(lead, SLOTS.encode(), "slots.csv", kind="slots")
    assert "Some rows were refused" in page
    assert "Row 3: Day or hours cannot be read." in page
    with region.store.read() as session:
        assert session.query(SlotRow).count() == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"venue": "nowhere"}, "Choose the venue."),
        ({"year": "year"}, "four digits"),
        ({"kind": "everything"}, "Choose what the file holds."),
    ],
)
def test_what_is_missing_is_said(region: Region, lead: Browser, fields: dict[str, str], words: str) -> None:
    assert words in send(lead, SLOTS.encode(), **fields)
    assert enrolled(region) == 0


def test_what_is_no_roster_is_refused_with_words(region: Region, lead: Browser) -> None:
    assert "Error:" in send(lead, b"\x00\x01\x02 no table at all")
    assert "Error:" in send(lead, b"")


def test_only_a_lead_may_and_only_with_the_forms_token(region: Region, browser: Browser, lead: Browser) -> None:
    assert browser.get("/files").status_code == 403
    assert browser.post("/files", kind="roster").status_code == 403
    sent = {"kind": "slots", "venue": VENUE, "year": "2027", "file": (BytesIO(SLOTS.encode()), "slots.csv")}
    assert lead.client.post("/files", data=sent).status_code == 400
    with region.store.read() as session:
        assert session.query(SlotRow).count() == 0


def test_the_command_line_takes_all_three(region: Region, tmp_path: Path) -> None:
    home = tmp_path / "cli"
    (home / "region").parent.mkdir()
    region.store.close()
    write_settings(region.settings)
    region.settings.home.rename(home / "region")
    environment = {"KAODIAN_HOME": str(home)}
    write_csv(tmp_path / "roster.csv", PEOPLE)
    (tmp_path / "slots.csv").write_text(SLOTS, encoding="utf-8")
    bookings = f"报名号,预约日期,预约时段\n{PEOPLE[0].reg_no},2027-03-02,10:00-10:30\n"
    (tmp_path / "bookings.csv").write_text(bookings, encoding="utf-8")
    told = {
        command: CliRunner().invoke(
            main, [command, str(tmp_path / f"{command}.csv"), "--venue", VENUE, "--year", "2027"], env=environment
        )
        for command in ("roster", "slots", "bookings")
    }
    assert {command: result.exit_code for command, result in told.items()} == dict.fromkeys(told, 0), told
    assert "new: 5" in told["roster"].output
    assert "row 3: no_day" in told["slots"].output
    assert "changed: 1" in told["bookings"].output
    wrong = ["roster", str(tmp_path / "roster.csv"), "--venue", "nowhere", "--year", "2027"]
    assert "there is no venue" in CliRunner().invoke(main, wrong, env=environment).output
    CliRunner().invoke(main, ["venue", "close", VENUE, "--reason", "over"], env=environment)
    late = CliRunner().invoke(main, [*wrong[:3], VENUE, *wrong[4:]], env=environment)
    assert "there is no venue 'V-TEST' that is open" in late.output
