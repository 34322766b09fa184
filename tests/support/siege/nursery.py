"""Processes that have imported everything before they are born, so that killing one costs a tenth of a second.

A process that stands ready forks a child for each that is wanted; where there is no fork (Windows), each is started
anew, which takes longer and is the same otherwise. All of them end when whoever started them is gone.
"""

import json
import logging
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import psutil

ROOT = Path(__file__).resolve().parents[3]
CAN_FORK = hasattr(os, "fork")
DIES_IN_S = 30.0
KILL = getattr(signal, "SIGKILL", signal.SIGTERM)


class Child:
    """A process; `pipe` leads to it and ends when it does."""

    def __init__(self, pipe: Connection) -> None:
        self.pipe = pipe
        self.pid: int = pipe.recv()

    def kill(self) -> None:
        """End it at once, and come back when it is gone; what it has said until then can still be heard."""
        with suppress(ProcessLookupError, PermissionError):
            os.kill(self.pid, KILL)
        deadline = time.monotonic() + DIES_IN_S
        while psutil.pid_exists(self.pid):
            assert time.monotonic() < deadline, "a killed process lives on"
            time.sleep(0.0005)  # waits for the system; there is nothing to be told by


class Nursery:
    """Where they come from."""

    def __init__(self, log: Path) -> None:
        """Let every process write its log there."""
        self._log = log
        self._listener = Listener()
        self._ready = self._started() if CAN_FORK else None
        self._alone: list[subprocess.Popen[str]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in (*self._alone, *([self._ready] if self._ready else [])):
            process.kill()
            process.wait(DIES_IN_S)
            if process.stdin:
                process.stdin.close()
        self._listener.close()

    def bear(self, what: str, *arguments: str) -> Child:
        """Return a new `venue` or `region`."""
        wish = json.dumps([what, *arguments])
        if self._ready is None:
            self._alone.append(self._started(wish))
        else:
            assert self._ready.stdin
            self._ready.stdin.write(wish + "\n")
            self._ready.stdin.flush()
        return Child(self._listener.accept())

    def _started(self, wish: str = "") -> subprocess.Popen[str]:
        words = [sys.executable, "-m", __name__, str(self._listener.address), str(self._log), wish]
        with self._log.open("ab") as log:
            return subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=log, stderr=log, text=True)


def main(address: str, log: str, wish: str) -> None:
    """Stand ready, or fulfil one wish."""
    from kiosk.profile import load_profile
    from kiosk.settings import PROFILES

    load_profile(PROFILES / "default.toml")  # so that its modules need not be loaded by every child
    logging.basicConfig(filename=log, level=logging.WARNING, format="%(asctime)s %(process)d %(name)s %(message)s")
    if wish:
        _live(address, wish)
        return
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks what became of them
    _stand_ready(address, sys.stdin)


def _stand_ready(address: str, wishes: IO[str]) -> None:
    while line := wishes.readline():
        if os.fork() == 0:
            os.close(wishes.fileno())
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            try:
                _live(address, line)
            finally:
                sys.stderr.flush()
                os._exit(1)


def _live(address: str, wish: str) -> None:
    random.seed()  # or all children would roll the same dice
    what, *arguments = json.loads(wish)
    pipe = Client(address)
    pipe.send(os.getpid())
    try:
        LIVES[what](pipe, *arguments)
    except Exception:
        logging.getLogger(__name__).exception("%s ended by itself", what)


if __name__ == "__main__":
    from tests.support.siege.region_process import run_region
    from tests.support.siege.venue_process import run_venue

    LIVES = {"venue": run_venue, "region": run_region}
    main(*sys.argv[1:])
