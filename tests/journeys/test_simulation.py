"""A small simulated day against a running venue, and what it says of it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.simulation.at_region import Held, reckon
from kiosk.simulation.page import read_page
from tests.support.server import ROOT, RunningVenue, running_venue

CANDIDATES, STATIONS = 10, 2
LIMIT_S = 500
STEPS = {"arrival", "form", "consent", "materials", "signature", "fingerprint", "photo"}
MEASURES = {"count", "p50_ms", "p95_ms", "p99_ms"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningVenue]:
    with running_venue(tmp_path_factory.mktemp("simulated") / "home") as venue:
        yield venue


def simulate(server: RunningVenue, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kiosk", "simulate", *options]
    variables = {**server.variables, **environment}
    return subprocess.run(
        command, cwd=ROOT, env=variables, check=False, capture_output=True, text=True, timeout=LIMIT_S + 60
    )


@pytest.mark.slow
@pytest.mark.timeout(LIMIT_S + 120)
def test_a_small_day_ends_without_an_error_and_everything_is_at_the_region(server: RunningVenue) -> None:
    run = simulate(server, f"--candidates={CANDIDATES}", f"--stations={STATIONS}", "--seed=4", f"--limit={LIMIT_S}")
    assert run.returncode == 0, run.stderr
    result: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    assert (result["candidates"], result["errors"], result["lost"], result["duplicated"]) == (CANDIDATES, 0, 0, 0)
    assert result["accepted"] == CANDIDATES
    assert result["seconds"] > 0
    assert set(result["steps"]) == STEPS
    assert all(set(times) == MEASURES for times in result["steps"].values())
    assert result["steps"]["arrival"]["count"] >= CANDIDATES


@pytest.mark.timeout(120)
def test_a_day_that_cannot_be_finished_is_told_by_the_exit_code(server: RunningVenue) -> None:
    run = simulate(server, "--candidates=2", "--stations=1", "--seed=5", "--limit=1")
    result = json.loads(run.stdout.splitlines()[-1])
    assert (run.returncode, result["accepted"]) == (1, 0)
    assert result["errors"] > 0


def test_without_the_demo_regions_key_nothing_is_played(server: RunningVenue, tmp_path: Path) -> None:
    run = simulate(server, "--candidates=1", KAODIAN_HOME=str(tmp_path))
    assert run.returncode == 1
    assert "venue-demo.key is missing" in run.stderr


def test_lost_and_doubled_records_are_counted() -> None:
    held = [
        Held("a1", "A", 1, "accepted"),
        Held("a2", "A", 2, "stored"),
        Held("b1", "B", 1, "accepted"),
        Held("b1-again", "B", 1, "stored"),
        Held("c1", "C", 1, "stored"),
    ]
    found = reckon({"A", "B", "C", "D"}, held)
    assert (found.lost, found.duplicated) == (("C", "D"), ("B",))


def test_a_form_sends_what_a_browser_would() -> None:
    page = read_page(
        "http://venue/visits/1/steps/form",
        200,
        """<form id="f" action="/there"><input type="hidden" name="after" value="3"><input name="note" value="x">
        <input type="radio" name="way" value="a"><input type="radio" name="way" value="b" checked>
        <input type="checkbox" name="tick" value="yes"><select name="pick"><option value="">-</option>
        <option value="1" selected>one</option></select><textarea name="text">words</textarea></form>
        <button form="f" name="act" value="go" formaction="/elsewhere">Go</button>""",
    )
    action, fields = page.form("f").filled({"tick": "yes"}, "go")
    assert action == "/elsewhere"
    assert fields == {"after": "3", "note": "x", "way": "b", "tick": "yes", "pick": "1", "text": "words", "act": "go"}
