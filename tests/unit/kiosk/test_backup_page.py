"""The page on which the lead sees how backups are, and makes one."""

from pathlib import Path

import pytest
from sqlalchemy import select

from local_db.audit_models import AuditRow
from local_db.backup.checking import check_backup
from local_db.backup.layout import BackupFolder
from tests.support.builders import KEY
from tests.support.quiet_venue import QuietVenue


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


@pytest.fixture
def quiet(tmp_path: Path, stick: Path) -> QuietVenue:
    home = tmp_path / "home"
    (home / "vault").mkdir(parents=True)
    return QuietVenue(home, backup={"folder": str(stick), "same_disk": True})


def test_the_lead_makes_one_and_reads_it_whole(quiet: QuietVenue, stick: Path) -> None:
    lead = quiet.client("desk-1", "lead")
    assert "none yet" in lead.get("/admin/backup/").text
    made = lead.post("/admin/backup/", follow_redirects=True)
    assert "The backup is made and was read back" in made.text
    assert "The backup lies on the same disk as the data" in made.text
    read = lead.post("/admin/backup/check", follow_redirects=True)
    assert "Every file is intact" in read.text
    assert check_backup(BackupFolder.of(stick, "V-TEST", KEY.id), KEY) == []
    with quiet.venue.database.reading() as session:
        line = session.scalars(select(AuditRow).where(AuditRow.act == "backup")).one()
    assert (line.actor, line.station) == ("lead", "desk-1")
    quiet.venue.close()


def test_a_missing_stick_and_a_damaged_backup_are_said(quiet: QuietVenue, stick: Path) -> None:
    lead = quiet.client("desk-1", "lead")
    assert "There is no backup on this disk yet" in lead.post("/admin/backup/check", follow_redirects=True).text
    lead.post("/admin/backup/")
    [copy] = stick.rglob("*.db")
    copy.write_bytes(copy.read_bytes()[:-1])
    assert "Do not trust this disk" in lead.post("/admin/backup/check", follow_redirects=True).text
    stick.rename(stick.with_name("in the pocket"))
    assert "is not there. Plug it in" in lead.post("/admin/backup/", follow_redirects=True).text
    assert "is not there. Plug it in" in lead.get("/admin/backup/").text, "and stays until there is one"
    quiet.venue.close()


@pytest.mark.parametrize("staff", ["guide", "review1", "review2", "capture", "audit"])
def test_others_may_not(quiet: QuietVenue, stick: Path, staff: str) -> None:
    client = quiet.client("desk-1", staff)
    assert client.get("/admin/backup/").status_code == 403
    assert client.post("/admin/backup/").status_code == 403
    assert list(stick.iterdir()) == []
    quiet.venue.close()


def test_a_venue_without_a_disk_for_backups_is_told_so(tmp_path: Path) -> None:
    quiet = QuietVenue(tmp_path)
    lead = quiet.client("desk-1", "admin")
    assert "No backups are made" in lead.get("/admin/backup/").text
    assert lead.post("/admin/backup/").status_code == 303
    quiet.venue.close()


def test_the_page_says_which_key_opens_which_backup(quiet: QuietVenue, stick: Path) -> None:
    lead = quiet.client("desk-1", "lead")
    lead.post("/admin/backup/")
    earlier = stick / "kaodian-V-TEST-00112233445566ff" / "snapshots"
    earlier.mkdir(parents=True)
    (earlier / "20260101-080000.list").touch()
    (stick / "kaodian-V-TEST-03-00112233445566ff").mkdir()
    page = lead.get("/admin/backup/").text
    ours, before = page.index(KEY.id), page.index("00112233445566ff")
    assert ours < before
    assert "this computer's" in page[ours:before]
    assert "keep its sheet" in page[before:]
    assert page.count("00112233445566ff") == 1, "another venue's are not ours"
    assert "vault rotate" in page
    quiet.venue.close()
