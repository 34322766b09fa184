"""The server is killed again and again in the middle of many visits: nothing confirmed is lost, nothing is doubled."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random

import pytest

from kiosk.demo import REGION_KEY
from kiosk.simulation.at_region import RegionList, newest, reckon
from kiosk.simulation.browser import Browser, Patience
from kiosk.simulation.crew import pair
from kiosk.simulation.door import LeadAtTheDoor, arrive, leave
from kiosk.simulation.people import Candidate, Habits, first_number, make_candidates, roster_file, slot_now
from kiosk.simulation.tally import Tally
from kiosk.simulation.walking import Halt, step_of, walk
from kiosk.step import CHINA
from local_db.engine import connect
from local_db.vault.vault import Vault
from tests.support.server import ROOT, RunningVenue, running_venue

KILLS = int(os.environ.get("KAODIAN_KILLS") or 8)
SEED = int(os.environ.get("KAODIAN_KILL_SEED") or 20270115)
VISITORS = 4
REQUESTS_BETWEEN = (4, 40)
ARRIVES_S = 120
ORDER = ("form", "consent", "materials", "signature", "fingerprint", "photo", "")
"""The default profile's; "" stands for done."""

# A browser before a dead server is one whose user presses again until it answers.
PATIENCE = Patience(timeout_s=60, tries=2000, pause_s=0.1)

Row = tuple[object, ...]


@dataclass(slots=True)
class Confirmed:
    """What the app has told its visitors is saved.

    Attributes:
        screens: (visit, number of the last entry that the screen was drawn from).
        furthest: by visit, the last step one of whose screens was confirmed.
    """

    screens: set[tuple[str, int]] = field(default_factory=set)
    furthest: dict[str, str] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def witness(self, path: str, fields: Mapping[str, str]) -> None:
        """Note a screen whose redirect has arrived."""
        parts = path.strip("/").split("/")
        if len(parts) == 4 and parts[0] == "visits" and parts[2] == "steps":
            with self.lock:
                self.screens.add((parts[1], int(fields["after"])))
                known = self.furthest.get(parts[1], ORDER[0])
                self.furthest[parts[1]] = max(known, parts[3], key=ORDER.index)


@dataclass(slots=True)
class Scene:
    """A venue under fire, and those who go through it."""

    server: RunningVenue
    lead: Browser
    people: list[Candidate]
    confirmed: Confirmed
    tally: Tally
    over: threading.Event = field(default_factory=threading.Event)
    next_one: threading.Lock = field(default_factory=threading.Lock)
    done: list[Candidate] = field(default_factory=list)

    def comes(self) -> Candidate | None:
        """Return the next candidate, None when the shooting is over."""
        with self.next_one:
            return None if self.over.is_set() or not self.people else self.people.pop()


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with running_venue(tmp_path / "home") as server:
        tally, confirmed = Tally(), Confirmed()
        with closing(Browser(server.url, tally, PATIENCE)) as lead:
            pair(lead, "desk-10", "lead")
            people = made_up(8 * KILLS + VISITORS)
            LeadAtTheDoor(lead).import_roster("roster.xlsx", roster_file(people))
            yield Scene(server, lead, people, confirmed, tally)


def made_up(count: int) -> list[Candidate]:
    """Make candidates who do nothing out of the ordinary but press twice and go back."""
    now = datetime.now(CHINA)
    people = make_candidates(count, SEED, first_number(SEED, 0), now)
    for number, one in enumerate(people):
        one.habits = Habits(found_by="reg_no", papers="upload" if number % 4 == 0 else "", clumsy=0.1)
        one.registration = one.registration.__class__(one.reg_no, one.registration.fields, slot_now(now))
    return people


def go_through(scene: Scene, number: int) -> None:
    """Lead one candidate after the other through the venue, whatever happens to it."""
    with closing(open_browser(scene)) as kiosk, closing(open_browser(scene)) as desk:
        pair(kiosk, f"kiosk-{number % 2 + 1}", "guide")
        pair(desk, f"desk-{number + 1}", "lead")
        while candidate := scene.comes():
            arrive(kiosk, candidate)
            assert walk(kiosk, candidate) is Halt.ELSEWHERE
            leave(kiosk)
            assert walk(desk, candidate) is Halt.DONE
            scene.done.append(candidate)


def open_browser(scene: Scene) -> Browser:
    return Browser(scene.server.url, scene.tally, PATIENCE, scene.confirmed.witness)


def shoot(scene: Scene, random: Random, visitors: list["Future[None]"]) -> None:
    """Kill the server after so many more requests, start it, and look whether everything is there."""
    after = scene.tally.counts["http_requests"] + random.randint(*REQUESTS_BETWEEN)
    while scene.tally.counts["http_requests"] < after and not any(visitor.done() for visitor in visitors):
        time.sleep(random.uniform(0.001, 0.02))  # the shot falls anywhere, not only between two requests
    before = evidence(scene.server.home)
    scene.server.kill()
    with scene.confirmed.lock:
        screens, furthest = set(scene.confirmed.screens), dict(scene.confirmed.furthest)
    scene.server.start()
    after_restart = evidence(scene.server.home)
    assert before.items() <= after_restart.items()
    assert {(visit, seq + 1) for visit, seq in screens} <= after_restart.keys()
    for visit, step in furthest.items():
        assert stands_at(scene.lead, visit) >= ORDER.index(step)


def stands_at(browser: Browser, visit: str) -> int:
    """Return where the app says that a visit goes on."""
    return ORDER.index(step_of(browser.open(f"/visits/{visit}/")))


def rows(home: Path, query: str) -> list[Row]:
    key = Vault(home / "vault").open_alone()
    assert key is not None
    with closing(connect(home / "venue.db", key)) as database:
        return [tuple(row) for row in database.execute(query)]


def evidence(home: Path) -> dict[tuple[str, int], Row]:
    """Return every entry of every visit, as it lies on the disk."""
    query = "SELECT visit_id, seq, step, part, data, actor, station, taken_at FROM evidence"
    return {(str(visit), int(str(seq))): tuple(rest) for visit, seq, *rest in rows(home, query)}


@pytest.mark.timeout(60 * KILLS + 300)
@pytest.mark.slow
def test_a_killed_server_loses_nothing_and_doubles_nothing(scene: Scene) -> None:
    random = Random(SEED)
    with ThreadPoolExecutor(VISITORS) as pool:
        visitors = [pool.submit(go_through, scene, number) for number in range(VISITORS)]
        try:
            for _shot in range(KILLS):
                shoot(scene, random, visitors)
        finally:
            scene.over.set()
    for visitor in visitors:
        visitor.result()
    assert scene.done
    ensure_accepted(scene)
    ensure_single(scene)
    scene.server.stop()
    verified = [sys.executable, "-m", "kiosk", "verify"]
    assert subprocess.run(verified, cwd=ROOT, env=scene.server.variables, check=False).returncode == 0


def ensure_accepted(scene: Scene) -> None:
    """Wait until the region has accepted the record of everybody who saw "done", each once."""
    key = (scene.server.home / REGION_KEY).read_text(encoding="ascii").strip()
    finished = {one.reg_no for one in scene.done}
    records = RegionList(scene.server.region_url, key)
    deadline = time.monotonic() + ARRIVES_S
    while reckon(finished, records.of(finished)).accepted < len(finished) and time.monotonic() < deadline:
        time.sleep(0.5)  # waits for the sync worker; there is nothing to be told by
    held = records.of(finished)
    records.close()
    found = reckon(finished, held)
    assert (found.accepted, found.lost, found.duplicated) == (len(finished), (), ())
    assert len(newest(held)) == len(held)


def ensure_single(scene: Scene) -> None:
    """One visit a registration, one ticket a visit, a trail without gaps, one audit line an entry."""
    home, trail = scene.server.home, evidence(scene.server.home)
    last: dict[str, int] = {}
    for visit, seq in sorted(trail):
        assert seq == last.get(visit, 0) + 1
        last[visit] = seq
    assert rows(home, "SELECT count(*), count(DISTINCT registration_id) FROM visits") == [(len(last), len(last))]
    assert rows(home, "SELECT count(*), count(DISTINCT visit_id) FROM tickets") == [(len(last), len(last))]
    assert rows(home, "SELECT count(*) FROM audit WHERE act LIKE 'evidence:%'") == [(len(trail),)]
    once = {(visit, *row[:2]) for (visit, _seq), row in trail.items() if row[0] in ("arrival", "signature", "consent")}
    assert len(once) == sum(1 for row in trail.values() if row[0] in ("arrival", "signature", "consent"))
