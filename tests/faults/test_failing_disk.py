"""The disk fails at one call after the other, or is full from there on: clear words, nothing lost, work goes on."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.disk_sweep import FAILURES, SCENES
from tests.support.failing_disk import prepared
from tests.support.server import ROOT

LASTS_S = 300
EVERY = int(os.environ.get("KAODIAN_DISK_CALLS_EVERY") or 0)
"""1 lets the disk fail at every call, which takes minutes; usually at some of them, other ones for each failure."""
SOME = {"capture": 3, "sealing": 11, "receipt": 5, "backup": 29, "intake": 19, "rotation": 65}
WORDS = {"backup": {"BackupError"}, "intake": {"StorageFailedError", "StorageFullError"}}


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    return prepared(tmp_path_factory.mktemp("failing-disk"))


@pytest.mark.timeout(LASTS_S + 20)
@pytest.mark.parametrize("scene", SCENES)
def test_wherever_the_disk_fails_it_is_said_and_nothing_is_lost(
    environment: Mapping[str, str], tmp_path: Path, scene: str
) -> None:
    sweep = [sys.executable, "-m", "tests.support.disk_sweep", scene, str(tmp_path), str(EVERY or SOME[scene])]
    made = subprocess.run(
        sweep, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=LASTS_S, check=False
    )
    assert made.returncode == 0, made.stderr[-3000:]
    found = json.loads(made.stdout)
    print({words: (one["calls"], one["said"]) for words, one in found.items() if words in FAILURES})
    assert [problem for words in FAILURES for problem in found[words]["problems"]] == []
    assert found["ending"] == []
    said = {words: set(found[words]["said"]) for words in FAILURES}
    assert all(found[words]["calls"] >= 5 for words in FAILURES), "there was something to fail at"
    ours = WORDS.get(scene, {"DiskFailedError", "DiskFullError"})
    assert all(said[words] <= ours for words in FAILURES)
    assert all(said[words] for words in FAILURES if words != "half written once")
    assert said["half written once"] == set(), "a short write is no error; the rest is written"
