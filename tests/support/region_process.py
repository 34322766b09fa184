"""Regions as real processes, the way an operator starts them, each with a home of its own as if on another machine."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path

import httpx
from pydantic import BaseModel

from region.settings import Settings
from tests.support.server import ROOT, START_S, STOP_S, free_port


@dataclass(slots=True)
class RegionProcess:
    """One of them."""

    environment: Mapping[str, str]
    url: str
    process: "subprocess.Popen[bytes]"

    def kill(self) -> None:
        """End it in the middle of whatever is going on."""
        self.process.kill()
        self.process.wait(STOP_S)


def write_settings(settings: Settings) -> None:
    """Write the settings into their home, as an operator does."""
    lines, tables = [], []
    for field in fields(Settings):
        value = getattr(settings, field.name)
        if isinstance(value, BaseModel):
            said = value.model_dump(exclude_defaults=True)
            tables += (
                [f"[{field.name}]", *(f"{name} = {json.dumps(one)}" for name, one in said.items())] if said else []
            )
        elif field.name not in ("home", "port") and value != field.default:
            lines.append(f"{field.name} = {json.dumps(value)}")
    (settings.home / "region.toml").write_text("\n".join([*lines, *tables]), encoding="utf-8")


@contextmanager
def region_process(home: Path) -> Iterator[RegionProcess]:
    """Run a region in `<home>/region`, which has its settings."""
    port = free_port()
    variables = {**os.environ, "KAODIAN_HOME": str(home), "KAODIAN_REGION_PORT": str(port)}
    command = [sys.executable, "-m", "region", "run"]
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=variables, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    running = RegionProcess(variables, f"http://127.0.0.1:{port}", process)
    try:
        _wait(running, home / "log")
        yield running
    finally:
        running.kill()


def _wait(running: RegionProcess, log: Path) -> None:
    deadline = time.monotonic() + START_S
    while True:
        try:
            httpx.get(f"{running.url}/sign-in", timeout=5, trust_env=False)
            return
        except httpx.HTTPError:
            if running.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"the region did not start:\n{log.read_text('utf-8')[-3000:]}") from None
            time.sleep(0.05)  # waits for a process; there is nothing to be told by
