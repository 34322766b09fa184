"""Finds or installs the one thing the tests need that pip cannot bring: a Chromium for the browser tests."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge")
ADVICE = (
    "No Chromium found: the browser tests (tests/screens) will be skipped.\n"
    "  Debian, Ubuntu: apt-get install chromium\n"
    "  elsewhere:      install Chrome, Chromium or Edge, or set KAODIAN_CHROMIUM to its path"
)


def chromium() -> str | None:
    """Return the browser to test with."""
    return os.environ.get("KAODIAN_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def administrator() -> list[str] | None:
    """Return what to put before a command that needs root; None if this person cannot."""
    if sys.platform == "win32" or not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return []
    can_sudo = shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    return ["sudo", "-n"] if can_sudo and can_sudo.returncode == 0 else None


def ensure() -> None:
    """Install Debian's Chromium where that is allowed; else say what is missing and go on."""
    if chromium():
        return
    prefix = administrator()
    if prefix is not None:
        print("Installing Debian's chromium for the browser tests ...", flush=True)
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for words in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "chromium"]):
            command = [*prefix, "apt-get", "-o", "DPkg::Lock::Timeout=300", *words]
            subprocess.run(command, env=quiet, stdin=subprocess.DEVNULL, check=False)
    if not chromium():
        print(ADVICE, file=sys.stderr)


if __name__ == "__main__":
    ensure()
