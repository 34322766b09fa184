"""Finds or installs what the tests need and pip cannot bring: Chromium for the browser tests, age for the seals."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge")


def chromium() -> str | None:
    """Return the browser to test with."""
    return os.environ.get("KAODIAN_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def age() -> str | None:
    """Return the age command, which opens what we seal and was not written by us."""
    return shutil.which("age")


@dataclass(frozen=True, slots=True)
class Program:
    """What the tests need; `package` is its name in Debian."""

    package: str
    find: Callable[[], str | None]
    advice: str


PROGRAMS = (
    Program(
        "chromium",
        chromium,
        "No Chromium found: the browser tests (tests/screens) will be skipped.\n"
        "  Debian, Ubuntu: apt-get install chromium\n"
        "  elsewhere:      install Chrome, Chromium or Edge, or set KAODIAN_CHROMIUM to its path",
    ),
    Program(
        "age",
        age,
        "No age found: the tests that it opens our sealed records will be skipped.\n"
        "  Debian, Ubuntu: apt-get install age\n"
        "  Windows:        winget install FiloSottile.age",
    ),
)


def administrator() -> list[str] | None:
    """Return what to put before a command that needs root; None if this person cannot."""
    if sys.platform == "win32" or not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return []
    can_sudo = shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    return ["sudo", "-n"] if can_sudo and can_sudo.returncode == 0 else None


def ensure() -> None:
    """Install Debian's packages where that is allowed; else say what is missing and go on."""
    lacking = [program.package for program in PROGRAMS if not program.find()]
    prefix = administrator()
    if lacking and prefix is not None:
        print(f"Installing Debian's {' and '.join(lacking)} for the tests ...", flush=True)
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for words in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *lacking]):
            command = [*prefix, "apt-get", "-o", "DPkg::Lock::Timeout=300", *words]
            subprocess.run(command, env=quiet, stdin=subprocess.DEVNULL, check=False)
    for program in PROGRAMS:
        if not program.find():
            print(program.advice, file=sys.stderr)


if __name__ == "__main__":
    ensure()
