"""The exchange of the venue's key is killed at every step and at any instant: everything opens, and it goes on."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from tests.support.builders import KEY
from tests.support.rotating import fresh, furnish, key_in_use, leftovers, problems
from tests.support.server import ROOT

EVERY = int(os.environ.get("KAODIAN_ROTATION_EVERY") or 47)
"""1 kills at every single step, which takes minutes."""
KILLS = 6
SEED = 20270115
NURSERY = """
import os, signal, sys
from pathlib import Path
from tests.support.rotating import rotate

STEPS = ("open", "os.", "shutil.", "tempfile.", "sqlite3.")
for line in sys.stdin:
    home, at, after_s = line.split()
    child = os.fork()
    if child == 0:
        seen = 0
        def count(event, _arguments):
            global seen
            seen += event.startswith(STEPS)
            if seen == int(at):
                os.kill(os.getpid(), signal.SIGKILL)
        sys.addaudithook(count)
        signal.setitimer(signal.ITIMER_REAL, float(after_s))
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        rotate(Path(home))
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


class Nursery:
    """Has everything loaded, and lets a child of its own do the work and be killed."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def rotate(self, home: Path, at: int = 0, after_s: float = 0) -> bool:
        """Exchange the key; killed at a step, or after some time. Tell whether it came to its end."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(home, at, after_s, file=self._process.stdin, flush=True)
        code = int(self._process.stdout.readline())
        assert code <= 0, "it failed, and was not killed"
        return code == 0


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    if sys.platform == "win32":
        pytest.skip("processes are forked, and killed, where there are forks")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", NURSERY]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Nursery(process)
        assert process.stdin is not None
        process.stdin.close()


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return furnish(tmp_path_factory.mktemp("template") / "home")


@pytest.mark.timeout(600)
def test_killed_at_every_step_everything_opens_and_it_goes_on(nursery: Nursery, template: Path, tmp_path: Path) -> None:
    at, home, seen = 1, tmp_path / "home", set()
    while not nursery.rotate(fresh(template, home), at):
        key = key_in_use(home)
        seen.add(key == KEY)
        assert problems(home, key) == [], f"killed at step {at}"
        assert nursery.rotate(home), f"killed at step {at}"
        key = key_in_use(home)
        assert problems(home, key) == [], f"gone on with after step {at}"
        assert key != KEY
        assert leftovers(home) == []
        at += EVERY
    print(f"{at // EVERY} kills in {at} steps")
    assert seen == {True, False}, "some kills fell before the switch, some after it"


@pytest.mark.timeout(300)
def test_killed_at_any_instant_again_and_again(nursery: Nursery, template: Path, tmp_path: Path) -> None:
    home, random = fresh(template, tmp_path / "home"), Random(SEED)
    for _kill in range(KILLS):
        nursery.rotate(home, after_s=random.uniform(0.01, 0.5))
        assert problems(home, key_in_use(home)) == []
    assert nursery.rotate(home)
    key = key_in_use(home)
    assert problems(home, key) == []
    assert key != KEY
    assert leftovers(home) == []
