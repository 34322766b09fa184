"""The program is killed at any moment of a closing: what was done stays done, nothing is half done, and it goes on."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest

from kiosk.app import create_app
from kiosk.closing.finishing import clear
from kiosk.closing.wizard import look
from kiosk.venue import Venue, open_venue
from local_db.day_book import REPORTED
from local_db.day_gate import DayState
from records.canonical import digest_bytes
from tests.support.builders import DAY, DESK, KEY, StillClock
from tests.support.endless_closing import one_act, settings_in
from tests.support.quiet_venue import quiet_venue
from tests.support.server import ROOT

KILLS, SEED, MOST_ACTS = 2, 20261125, 9


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A venue with two candidates inside."""
    found = tmp_path / "venue"
    for folder in (found / "vault", tmp_path / "stick"):
        folder.mkdir(parents=True)
    with quiet_venue(found) as quiet:
        for number in range(2):
            quiet.arrived(number)
    return found


@contextmanager
def opened(home: Path) -> Iterator[Venue]:
    venue = open_venue(settings_in(home), KEY, StillClock())
    try:
        with create_app(venue).test_request_context():
            yield venue
    finally:
        venue.close()


def killed_after(home: Path, acts: int) -> None:
    """Let the closing run for some acts, then kill it in the middle of the next one."""
    command = [sys.executable, "-m", "tests.support.endless_closing", str(home)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        for _act in range(acts):
            assert process.stdout.readline() == b"act\n"
    finally:
        process.kill()
        process.wait(30)
        if process.stdout:
            process.stdout.close()


def test_what_was_done_stays_done_and_nothing_is_half_done(home: Path) -> None:
    dice, seen = Random(SEED), 0
    for _kill in range(KILLS):
        acts = dice.randint(1, MOST_ACTS)
        killed_after(home, acts)
        with opened(home) as venue:
            day = look(venue, DAY)
            assert len(day.acts) >= seen + acts, "whatever was said to be done is there"
            seen = len(day.acts)
            for act in day.acts:
                if act.act == REPORTED:
                    kept = venue.reports.get(str(act.detail["file"]))
                    assert digest_bytes(kept) == act.detail["sha256"]
            assert venue.audit.first_break([]) is None
    with opened(home) as venue:
        for _act in range(30):
            if look(venue, DAY).state is DayState.CLOSED:
                break
            one_act(venue, look(venue, DAY))
        day = look(venue, DAY)
        assert day.state is DayState.CLOSED
        assert day.people.reckoning.adds_up
        clear(venue, day, DESK)
        assert look(venue, DAY).is_purged
