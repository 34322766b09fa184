"""The disk of the venue's computer is full: said in words, nothing lost, and it goes on when there is room again."""

import errno
import subprocess
from collections.abc import Iterator
from io import RawIOBase
from pathlib import Path

import pytest

from local_db.engine import connect
from local_db.errors import DiskFullError
from tests.journeys.test_bad_input import picture
from tests.support.builders import KEY
from tests.support.candidates import Crew
from tests.support.venue_rig import venue_rig
from tests.support.web_pages import Page

SIZE_MB = 12
SIDES = (("front", 90), ("back", 97))


@pytest.fixture(scope="module")
def small_disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A file system of its own with little room."""
    folder = tmp_path_factory.mktemp("disk")
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m", "tmpfs", str(folder)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("a small disk can be mounted by root only")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture(scope="module")
def crew(small_disk: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crew]:
    with venue_rig(tmp_path_factory.mktemp("venue"), people=8, home=small_disk / "venue") as rig:
        yield Crew.at(rig)


def fill(disk: Path) -> Path:
    """Take all the room there is, also that which the database has already reserved for itself."""
    connection = connect(disk / "venue" / "venue.db", KEY)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        while has_room_for(file, bytes(4096)):
            pass
    return ballast


def has_room_for(file: RawIOBase, content: bytes) -> bool:
    try:
        file.write(content)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        return False
    return True


def test_a_full_disk_is_said_in_words_and_loses_nothing(crew: Crew, small_disk: Path) -> None:
    person, late = crew.newcomer().walk("materials"), crew.newcomer()
    before = person.visit
    form = person.at_desk().form("step-form")
    files = {"pages-M02": [(f"{side}.jpg", picture(quality=quality), "image/jpeg") for side, quality in SIDES]}
    door = late.identify(by="id_no").form("step-form")
    ballast = fill(small_disk)
    try:
        page = crew.desk.press(form, "act=all_pass", files, **{"note-M11": "写好的备注"})
        assert page.status == 507
        assert "The disk of the venue computer is full." in page.text
        assert page.form("step-form").value("note-M11") == "写好的备注", "what was typed stays"
        arrival: Page = crew.kiosk.press(door)
        assert arrival.status == 507
        assert "Tell the administrator to make room, then try again." in arrival.text
        assert crew.rig.venue.store.visit_of(late.registration.reg_no) is None
        assert person.visit == before
        assert crew.desk.get(f"{person.url}/overview").status == 200, "reading goes on"
    finally:
        ballast.unlink()
    crew.desk.press(page.form("step-form"), "act=all_pass", files)
    assert person.step == "signature"
    late.walk("consent")


def test_sending_to_the_region_survives_a_full_disk(crew: Crew, small_disk: Path) -> None:
    person = crew.newcomer().finish_at_once()
    ballast = fill(small_disk)
    try:
        with pytest.raises(DiskFullError):  # its thread logs this and goes on with the next round
            crew.rig.sync()
    finally:
        ballast.unlink()
    crew.rig.sync(2)
    assert person.visit.versions[0].accepted_at is not None
    reg_no = person.registration.reg_no
    with crew.rig.region.reviewer() as reviewer:
        assert reviewer.get(f"/records?state=all&reg_no={reg_no}").text.count(reg_no) == 1
