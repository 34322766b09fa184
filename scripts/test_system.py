"""Finds or installs what the tests need that pip cannot bring: Chromium, and Tesseract, which tells how a page lies."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge")
CHROMIUM, TESSERACT = ("chromium",), ("tesseract-ocr", "tesseract-ocr-osd")
ADVICE = {
    CHROMIUM: (
        "No Chromium found: the browser tests (tests/screens) will be skipped.\n"
        "  Debian, Ubuntu: apt-get install chromium\n"
        "  elsewhere:      install Chrome, Chromium or Edge, or set KAODIAN_CHROMIUM to its path"
    ),
    TESSERACT: (
        "No Tesseract found: the tests of pages that lie on their head will be skipped.\n"
        "  Debian, Ubuntu: apt-get install tesseract-ocr tesseract-ocr-osd\n"
        "  Windows:        its installer, or leave it out; the program itself does without"
    ),
}


def chromium() -> str | None:
    """Return the browser to test with."""
    return os.environ.get("KAODIAN_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def missing() -> list[tuple[str, ...]]:
    """Return the groups of Debian packages that are not there."""
    found = {CHROMIUM: chromium(), TESSERACT: shutil.which("tesseract")}
    return [packages for packages, program in found.items() if not program]


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
    wanted = [name for packages in missing() for name in packages]
    if not wanted:
        return
    prefix = administrator()
    if prefix is not None:
        print(f"Installing Debian's {', '.join(wanted)} for the tests ...", flush=True)
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for words in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *wanted]):
            command = [*prefix, "apt-get", "-o", "DPkg::Lock::Timeout=300", *words]
            subprocess.run(command, env=quiet, stdin=subprocess.DEVNULL, check=False)
    for packages in missing():
        print(ADVICE[packages], file=sys.stderr)


if __name__ == "__main__":
    ensure()
