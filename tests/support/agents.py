"""A desk's agent as a real process, the way `python -m devices serve` runs on a desk's own PC."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from devices.agent.settings import load_key
from tests.support.server import ROOT

STOP_S = 20


@dataclass(slots=True)
class Agent:
    """A running agent: its address, its pairing key, and the process."""

    url: str
    key: str
    folder: Path
    process: subprocess.Popen[str]

    def kill(self) -> None:
        """End it at once, as a PC that is switched off."""
        self.process.kill()
        self.process.communicate()

    def start_again(self) -> None:
        """Start it anew at the same address."""
        self.process = _started(self.folder)
        self._read_address()

    def _read_address(self) -> None:
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip().rpartition(" ")[2]
        assert self.url, "the agent did not start"


@contextmanager
def agent(folder: Path, devices: Mapping[str, str], port: int = 0, host: str = "127.0.0.1") -> Iterator[Agent]:
    """Run an agent with these devices, each in TOML; nothing is left running."""
    lines = [f'host = "{host}"', f"port = {port}", "[devices]", *(f"{role} = {spec}" for role, spec in devices.items())]
    (folder / "agent.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    started = Agent("", load_key(folder / "agent.key").text, folder, _started(folder))
    try:
        started._read_address()
        yield started
    finally:
        if started.process.poll() is None:
            started.process.terminate()
            started.process.communicate(timeout=STOP_S)


def _started(folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "devices", "serve", "--config", str(folder / "agent.toml")]
    with (folder / "agent.log").open("ab") as log:
        return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True)
