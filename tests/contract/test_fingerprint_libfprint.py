"""libfprint's process is watched: it may hang, die or lose its reader, and the next press works."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from devices.base import OnProgress, ScanProgress
from devices.errors import CaptureRejectedError, ConfigurationError, NotConnectedError, NotRespondingError
from devices.fingerprint.libfprint.reader import LibfprintReader
from devices.fingerprint.libfprint.template import Template, parse
from tests.support.sensors import Plugged, libfprint, until
from tests.support.virtual_finger import RETRY, UNPLUG, VirtualFinger, need_libfprint

REPOSITORY = Path(__file__).parents[2]
KILLED_VENUE = """
import os, signal, sys
from devices.fingerprint.libfprint.reader import LibfprintReader

reader = LibfprintReader(environment={"FP_VIRTUAL_IMAGE": sys.argv[1]})
with reader:
    print(reader._process.pid, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def plugged(tmp_path: Path) -> Iterator[Plugged]:
    with libfprint(tmp_path) as plugged:
        plugged.say(present=False)
        yield plugged


def _pid(plugged: Plugged) -> int:
    pid = plugged.reader._process.pid
    assert pid is not None
    return pid


def _while_waiting(action: Callable[[], None]) -> OnProgress:
    """Return what does something in the middle of a scan, once."""
    told = threading.Event()

    def once(progress: ScanProgress) -> None:
        if not told.is_set():
            told.set()
            action()

    return once


@pytest.mark.parametrize("blow", ["SIGSTOP", "SIGKILL"])
def test_a_process_that_hangs_or_dies_is_found_and_started_again(plugged: Plugged, blow: str) -> None:
    with plugged.reader as reader:
        first = _pid(plugged)
        begun = time.monotonic()
        strike = _while_waiting(lambda: os.kill(first, getattr(signal, blow)))
        with pytest.raises(NotRespondingError):
            reader.scan(timeout_s=30, on_progress=strike)
        assert time.monotonic() - begun < 5
        assert reader.status().code == "not_responding"
        plugged.say()
        assert reader.scan(timeout_s=5).template
        assert _pid(plugged) != first
        with pytest.raises(ProcessLookupError):
            os.kill(first, 0)


def test_a_process_that_dies_between_two_presses_is_not_missed(plugged: Plugged) -> None:
    with plugged.reader as reader:
        os.kill(_pid(plugged), signal.SIGKILL)
        until(lambda: reader._process.pid is None)
        with pytest.raises(CaptureRejectedError):
            reader.scan(timeout_s=0.2)
        plugged.say()
        assert reader.scan(timeout_s=5).template


def test_a_reader_that_goes_away_says_so_and_works_when_it_is_back(plugged: Plugged) -> None:
    with plugged.reader as reader:
        unplug = _while_waiting(lambda: plugged.emulator.send(UNPLUG, 0))
        with pytest.raises(NotConnectedError):
            reader.scan(timeout_s=10, on_progress=unplug)
        plugged.say()
        assert reader.scan(timeout_s=5).template


@pytest.mark.parametrize(("kind", "code"), [(0, "unusable"), (1, "too_few_features")])
def test_a_press_that_the_reader_refuses_says_why_and_the_next_one_works(
    plugged: Plugged, kind: int, code: str
) -> None:
    with plugged.reader as reader:
        refuse = _while_waiting(lambda: plugged.emulator.send(RETRY, kind))
        with pytest.raises(CaptureRejectedError) as refused:
            reader.scan(timeout_s=10, on_progress=refuse)
        assert refused.value.code == code
        plugged.say()
        assert reader.scan(timeout_s=5).template


def test_a_print_without_ridges_is_refused(plugged: Plugged) -> None:
    finger = plugged.emulator
    assert isinstance(finger, VirtualFinger)
    with plugged.reader as reader:
        finger.put(np.full((288, 256), 250, dtype=np.uint8))
        with pytest.raises(CaptureRejectedError) as refused:
            reader.scan(timeout_s=5)
        assert refused.value.code == "unusable"


def test_nothing_runs_any_more_after_shutdown(plugged: Plugged) -> None:
    plugged.say()
    with plugged.reader as reader:
        reader.scan(timeout_s=5)
        pids = [_pid(plugged), reader._matcher._process.pid]
    reader.shutdown()
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_a_venue_that_is_killed_leaves_no_process_behind(tmp_path: Path) -> None:
    need_libfprint()
    command = [sys.executable, "-c", KILLED_VENUE, str(tmp_path / "glass")]
    killed = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, cwd=REPOSITORY)
    assert killed.returncode == -signal.SIGKILL
    until(lambda: not _runs(int(killed.stdout)))


def _runs(pid: int) -> bool:
    """Tell whether a process is there and no corpse that nobody has buried yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_reader_that_is_not_there_is_not_connected(tmp_path: Path) -> None:
    need_libfprint()
    reader = LibfprintReader("uru4000", environment={"FP_VIRTUAL_IMAGE": str(tmp_path / "glass")})
    with pytest.raises(NotConnectedError, match="no such reader"), reader:
        pass
    reader.shutdown()


@pytest.mark.parametrize(("python", "words"), [("/usr/bin/no-python", "cannot run"), (sys.executable, "apt install")])
def test_a_python_without_libfprint_is_a_wrong_setting_that_says_what_to_install(python: str, words: str) -> None:
    need_libfprint()
    with pytest.raises(ConfigurationError, match=words), LibfprintReader(python=python):
        pass


def test_a_template_is_read_back_and_anothers_is_none() -> None:
    kept = Template(b"FP3 made", np.arange(12, dtype=np.uint8).reshape(3, 4))
    found = parse(kept.to_bytes())
    assert found is not None
    assert found.made == kept.made
    assert np.array_equal(found.pixels, kept.pixels)
    for other in (b"", b"\x03\x01KAODIAN", kept.to_bytes()[:-3], b"KFP2" + bytes(40)):
        assert parse(other) is None
