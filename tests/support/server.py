"""The demo venue and its region as real processes, the way `make run` starts them, on free ports and in a folder."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import httpx

ROOT = Path(__file__).resolve().parents[2]
START_S, STOP_S = 180, 30


@dataclass(slots=True)
class RunningVenue:
    """A venue that can be stopped, killed and started again; ports and folder stay the same.

    Attributes:
        log: what venue and region have printed since the first start.
    """

    home: Path
    port: int
    region_port: int
    environment: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The venue's address, without a slash at its end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def region_url(self) -> str:
        """The region's address, without a slash at its end."""
        return f"http://127.0.0.1:{self.region_port}"

    @property
    def log(self) -> Path:
        """Where both processes print."""
        return self.home.parent / f"{self.home.name}.log"

    @property
    def variables(self) -> dict[str, str]:
        """The environment that makes another `python -m kiosk ...` speak of this venue."""
        own = {
            "KAODIAN_HOME": str(self.home),
            "KAODIAN_PORT": str(self.port),
            "KAODIAN_REGION_PORT": str(self.region_port),
            "PYTHONUNBUFFERED": "1",
        }
        return {**os.environ, **own, **self.environment}

    def start(self) -> None:
        """Start venue and region, and come back when both answer."""
        command = [sys.executable, "-m", "kiosk", "run", "--demo"]
        self.home.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self.variables, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        deadline = time.monotonic() + START_S
        while not (_answers(self.region_url) and _answers(self.url)):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"the venue did not start:\n{self.tail()}")
            time.sleep(0.05)  # waits for a process; there is nothing to be told by

    def stop(self) -> None:
        """End as Ctrl-C or a service manager does."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
                raise AssertionError(f"the venue did not end when asked to:\n{self.tail()}") from None
        self._wait_for_silence()

    def kill(self) -> None:
        """End at once, in the middle of whatever is going on; the region ends by itself with the venue."""
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait(STOP_S)
        self._wait_for_silence()

    def tail(self, lines: int = 40) -> str:
        """Return the end of what was printed."""
        text = self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""
        return "\n".join(text.splitlines()[-lines:])

    def _wait_for_silence(self) -> None:
        deadline = time.monotonic() + STOP_S
        while _listens(self.region_port) or _listens(self.port):
            if time.monotonic() > deadline:
                raise AssertionError(f"a process of the venue lives on:\n{self.tail()}")
            time.sleep(0.02)  # waits for a process; there is nothing to be told by


@contextmanager
def running_venue(home: Path, environment: Mapping[str, str] | None = None) -> Iterator[RunningVenue]:
    """Run the demo in a folder; whatever happens, no process is left behind."""
    server = RunningVenue(home, free_port(), free_port(), MappingProxyType(dict(environment or {})))
    try:
        server.start()
        yield server
    finally:
        if server.process and server.process.poll() is None:
            server.stop()


def free_port() -> int:
    """Return a port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5, trust_env=False).status_code < 500
    except httpx.HTTPError:
        return False
