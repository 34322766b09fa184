"""Finds or installs what the tests need and pip cannot bring.

A Chromium for the browser tests; node with the reference server of the upload protocol, as a partner that we did not
write.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge")
ADVICE = (
    "No Chromium found: the browser tests (tests/screens) will be skipped.\n"
    "  Debian, Ubuntu: apt-get install chromium\n"
    "  elsewhere:      install Chrome, Chromium or Edge, or set KAODIAN_CHROMIUM to its path"
)

REFERENCE = Path(__file__).resolve().parent.parent / "bench" / "tus_reference"
NODE_ADVICE = (
    "No reference server for uploads: tests/contract/test_interoperability.py will fail.\n"
    "  It needs node 20 or newer with npm, and `npm ci` in bench/tus_reference."
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


def reference_server() -> bool:
    """Whether the reference server is installed in its folder."""
    return bool(shutil.which("node")) and (REFERENCE / "node_modules" / "@tus" / "server").is_dir()


def ensure() -> None:
    """Install what is missing where that is allowed; else say so and go on."""
    if not chromium():
        _install("chromium")
    if not chromium():
        print(ADVICE, file=sys.stderr)
    if not reference_server():
        _install_reference()
    if not reference_server():
        print(NODE_ADVICE, file=sys.stderr)


def _install(*packages: str) -> None:
    prefix = administrator()
    if prefix is None:
        return
    print(f"Installing Debian's {', '.join(packages)} for the tests ...", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *packages]):
        command = [*prefix, "apt-get", "-o", "DPkg::Lock::Timeout=300", *words]
        subprocess.run(command, env=quiet, stdin=subprocess.DEVNULL, check=False)


def _install_reference() -> None:
    """Put the pinned server and nothing else into its folder; its packages run no scripts of theirs."""
    if not shutil.which("node") or not shutil.which("npm"):
        _install("nodejs", "npm")
    npm = shutil.which("npm")
    if npm:
        print("Installing the reference server for uploads ...", flush=True)
        subprocess.run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=REFERENCE, check=False)


if __name__ == "__main__":
    ensure()
