"""The computer is killed and stolen in the middle of a visit: nothing on its disk or stick can be read, and with the
stick's twin the day goes on elsewhere."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.demo import STICK
from kiosk.simulation.browser import Browser
from kiosk.simulation.crew import pair
from kiosk.simulation.door import LeadAtTheDoor, arrive, leave
from kiosk.simulation.people import Candidate, roster_file
from kiosk.simulation.tally import Tally
from kiosk.simulation.walking import Halt, step_of, walk
from local_db.backup.layout import BackupFolder
from local_db.vault.vault import DEMO_KEY, Vault
from tests.faults.test_sigkill import PATIENCE, made_up
from tests.support.server import ROOT, RunningVenue, running_venue
from tests.support.venue_rig import venue_rig

ENCODINGS = ("utf-8", "utf-16-le", "gb18030")
PICTURES = (b"JFIF\x00\x01", b"\x89PNG\r\n\x1a\n", b"Exif\x00\x00")
NOT_THE_VENUES = ("region", "demo/roster", "printed/", "devices/")
"""The demo's region is another computer's data, and its roster file is made up and meant to be looked at. `printed/` is
what a real venue has on paper: the slips of simulated printers. `devices/` stands for what lies before the devices:
training lays made-up cards on readers there."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningVenue]:
    with running_venue(tmp_path_factory.mktemp("stolen") / "home") as server:
        yield server


def opened(server: RunningVenue, station: str, staff: str) -> Browser:
    browser = Browser(server.url, Tally(), PATIENCE)
    pair(browser, station, staff)
    return browser


def visits(server: RunningVenue) -> tuple[Candidate, Candidate]:
    """One candidate who has finished, and one who stands in the middle."""
    done, middle = made_up(2)
    with closing(opened(server, "desk-10", "lead")) as lead:
        LeadAtTheDoor(lead).import_roster("roster.xlsx", roster_file([done, middle]))
    with closing(opened(server, "kiosk-1", "guide")) as kiosk, closing(opened(server, "desk-1", "lead")) as desk:
        for candidate in (done, middle):
            arrive(kiosk, candidate)
            assert walk(kiosk, candidate) is Halt.ELSEWHERE
            leave(kiosk)
        assert walk(desk, done) is Halt.DONE
    return done, middle


def step(server: RunningVenue, candidate: Candidate) -> str:
    with closing(opened(server, "desk-2", "lead")) as desk:
        return step_of(desk.open(f"/visits/{candidate.visit}/"))


def command(server: RunningVenue, *words: str, home: Path | None = None) -> str:
    variables = server.variables | ({"KAODIAN_HOME": str(home)} if home else {})
    made = subprocess.run(
        [sys.executable, "-m", "kiosk", *words], cwd=ROOT, env=variables, capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stdout + made.stderr
    return made.stdout


def readable(folder: Path, people: tuple[Candidate, ...]) -> list[str]:
    """Return which files hold something of these people, or a picture."""
    facts = [fact for one in people for fact in (one.reg_no, *map(one.registration.fields.get, FACTS)) if fact]
    assert len(facts) >= 3 * len(people)
    needles = {fact.encode(encoding) for fact in facts for encoding in ENCODINGS} | set(PICTURES)
    found = []
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not name.startswith(NOT_THE_VENUES):
            content = path.read_bytes()
            found += [f"{name}: {needle!r}" for needle in needles if needle in content]
    return found


FACTS = ("name", "id_no", "mobile")


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_a_stolen_computer_shows_nothing_and_the_backup_goes_on_elsewhere(server: RunningVenue, tmp_path: Path) -> None:
    done, middle = visits(server)
    stands = step(server, middle)
    assert stands == "materials"
    assert "read back" in command(server, "backup")
    server.kill()
    home = server.home
    assert (home / "venue.db-wal").stat().st_size > 0, "killed with work in the log"
    assert list(BackupFolder.of(home / STICK, "DEMO-01", str(Vault(home / "vault").key_id)).snapshots.glob("*.db"))
    assert readable(home, (done, middle)) == []
    (tmp_path / "note").write_text(f"{middle.registration.fields['name']} 来过", "gb18030")
    assert readable(tmp_path, (done, middle)), "the search itself finds what is there"
    log = server.log.read_text("utf-8")
    assert [fact for fact in map(middle.registration.fields.get, FACTS) if fact and fact in log] == []
    assert "DEMO KEY" in log
    assert (home / "vault" / DEMO_KEY).exists()

    stick = tmp_path / "stick"
    shutil.move(home / STICK, stick)
    shutil.rmtree(home / "blobs")
    for left in (*home.glob("venue.db*"), *home.glob("form.key")):
        left.unlink()
    shutil.rmtree(home / "vault")
    [backup] = stick.iterdir()
    assert "Files lacking: 0" in command(server, "restore", str(backup))
    server.start()
    assert step(server, middle) == stands
    with closing(opened(server, "desk-1", "lead")) as desk:
        assert walk(desk, done) is Halt.DONE
        assert walk(desk, middle) is Halt.DONE
    server.stop()
    assert "LOOK" not in command(server, "verify")
    assert readable(home, (done, middle)) == []


def test_uploads_leave_nothing_in_temporary_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with venue_rig(tmp_path / "venue", people=1) as rig:
        desk = rig.browser("desk-1", "lead")
        token = desk.get("/admin/roster").forms[0].value("csrf_token")
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
        with pytest.raises(FileNotFoundError):
            tempfile.TemporaryFile().close()
        answer = desk.send(
            "/admin/roster", {"csrf_token": token}, {"file": ("roster.csv", b"x" * 5_000_000, "text/csv")}
        )
        assert answer.status == 422, "read as a roster, and refused as one"
