"""Who reads the audit log, what they see of it, and what they can take away."""

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from kiosk.verifying import verify
from local_db.audit_log import AuditFilter
from local_db.audit_models import AuditRow
from records.audit import GENESIS, AuditEntry, link
from tests.support.builders import DAY, DESK
from tests.support.quiet_venue import QuietVenue, quiet_venue

PAGES = ("/audit/", "/audit/log.csv", "/audit/log.jsonl")


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QuietVenue]:
    with quiet_venue(tmp_path_factory.mktemp("venue")) as opened:
        opened.arrived()
        for number in range(60):
            opened.venue.store.note("training", f"desk-{number}", DESK, role="printer")
        yield opened


@pytest.mark.parametrize(("role", "status"), [("lead", 200), ("admin", 200), ("audit", 200), ("review1", 403)])
def test_lead_administrator_and_auditor_read_the_log(quiet: QuietVenue, role: str, status: int) -> None:
    client = quiet.client("desk-1", role)
    assert [client.get(page).status_code for page in PAGES] == [status] * 3


def test_an_auditor_opens_nothing_else(quiet: QuietVenue) -> None:
    client = quiet.client("desk-1", "audit")
    assert client.get("/").headers["Location"] == "/audit/"
    page = client.get("/audit/").text
    assert "Devices" not in page
    assert "Diagnostic bundle" not in page
    for path in ("/devices/", "/prints", "/desk/", "/lead/", "/admin/roster", "/desk/strip"):
        assert client.get(path).status_code == 403, path
    for path in ("/support/bundle", "/audit/clock"):
        assert client.post(path).status_code == 403, path


def test_the_pages_lead_from_the_newest_entry_to_the_oldest_and_back(quiet: QuietVenue) -> None:
    client, seen = quiet.client("desk-1", "audit"), []
    path = "/audit/?day="
    while path:
        page = client.get(path).text
        seen += [int(number) for number in re.findall(r'<tr>\s*<td class="table__number">(\d+)</td>', page)]
        older = re.search(r'href="(/audit/[^"]*before=\d+)"', page)
        path = older[1].replace("&amp;", "&") if older else ""
    assert seen == list(range(seen[0], 0, -1))
    assert "after=" in page


def test_filters_narrow_what_is_seen_and_exported(quiet: QuietVenue) -> None:
    client = quiet.client("desk-1", "audit")
    page = client.get(f"/audit/?day={DAY}&act=roster:import").text
    assert page.count('scope="row"') == 1
    assert "There is no entry of this kind." in client.get(f"/audit/?day={DAY + timedelta(days=1)}").text
    lines = client.get("/audit/log.jsonl?day=&act=training").text.splitlines()
    assert {json.loads(line)["act"] for line in lines} == {"training"}
    assert client.get("/audit/?day=nonsense&before=x&after=-1").status_code == 200


def test_an_export_can_be_checked_by_anybody(quiet: QuietVenue) -> None:
    lines = quiet.client("desk-1", "lead").get("/audit/log.jsonl?day=").text.splitlines()
    previous = GENESIS
    for line in lines:
        entry = json.loads(line)
        kept = entry.pop("hash")
        entry |= {"at": datetime.fromisoformat(entry["at"]), "monotonic_ns": int(entry["monotonic_ns"])}
        previous = link(previous, AuditEntry(**entry))
        assert previous == kept
    assert json.loads(lines[-1])["act"] == "audit:export"


def test_a_spreadsheet_takes_nothing_for_a_formula(quiet: QuietVenue) -> None:
    quiet.venue.store.note("training", "=cmd", DESK)
    text = quiet.client("desk-1", "lead").get("/audit/log.csv?day=").text
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert rows[0][0] == "seq"
    assert "'=cmd" in {row[5] for row in rows}


def test_signing_in_and_out_and_wrong_pins_are_written_down(quiet: QuietVenue) -> None:
    quiet.venue.book.add("lead", "LEAD", quiet.venue.doorkeeper.hash("100001"), ["LEAD"])
    client = quiet.client("desk-1", "lead")
    client.post("/sign-out")
    client.post("/sign-in", data={"staff": "lead", "pin": "1"})
    client.post("/sign-in", data={"staff": "张三 110101199003070000", "pin": "1"})
    newest = [(row.act, row.actor, row.subject) for row in quiet.venue.audit.page(AuditFilter()).rows[:3]]
    assert newest == [
        ("sign-in-refused", "nobody", "unknown"),
        ("sign-in-refused", "nobody", "lead"),
        ("sign-out", "lead", "desk-1"),
    ]


def test_a_clock_that_was_put_back_is_shown_to_the_lead_who_says_when_it_is_right(quiet: QuietVenue) -> None:
    client = quiet.client("desk-1", "lead")
    assert "Compare the clock" not in client.get("/audit/").text
    quiet.clock.time -= timedelta(hours=3)
    quiet.venue.checkpoints.note_skew(-10_800)
    page = client.get("/audit/").text
    assert "By what the computer counted itself: 3 hours behind" in page
    assert "3 hours behind" in page.split("Against the region")[1]
    client.post("/audit/clock")
    quiet.venue.checkpoints.note_skew(1)
    assert "Compare the clock" not in client.get("/audit/").text


def test_the_whole_log_is_checked_on_the_page_and_by_verify(quiet: QuietVenue) -> None:
    client = quiet.client("desk-1", "audit")
    client.post("/audit/check")
    assert "entries in one chain" in client.get("/audit/").text
    with quiet.venue.database.writing() as session:
        session.connection().exec_driver_sql("DROP TRIGGER audit_no_delete")
        session.delete(session.get_one(AuditRow, 9))
    client.post("/audit/check")
    assert "entry 9 is missing" in client.get("/audit/").text
    assert [one.words for one in verify(quiet.venue) if not one.is_good] == [
        "entry 9 is missing. Leave this computer as it is and call the region."
    ]
