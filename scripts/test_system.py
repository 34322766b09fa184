"""Finds or installs what the tests need and pip cannot bring.

Programs and libraries of the operating system, and the reference server of the upload protocol: a partner that we did
not write.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge")
SYSTEM_PYTHON = "/usr/bin/python3"
LOAD_LIBFPRINT = "import gi; gi.require_version('FPrint', '2.0'); from gi.repository import FPrint"
REFERENCE = Path(__file__).resolve().parent.parent / "bench" / "tus_reference"
REFERENCE_ADVICE = (
    "No reference server for uploads: tests/contract/test_interoperability.py will fail.\n"
    "  It needs `npm ci` in bench/tus_reference."
)


@dataclass(frozen=True)
class Need:
    """One thing of the system.

    Attributes:
        tests: which of them need it.
        is_here: tells whether it is there.
        packages: Debian's names of it.
        elsewhere: what to do on another system.
    """

    tests: str
    is_here: Callable[[], bool]
    packages: Sequence[str]
    elsewhere: str


def has_browser() -> bool:
    """Tell whether there is a browser to test with."""
    return bool(os.environ.get("KAODIAN_CHROMIUM")) or any(map(shutil.which, BROWSERS))


def has_tesseract() -> bool:
    """Tell whether there is the program that tells how a page lies."""
    return shutil.which("tesseract") is not None


def has_age() -> bool:
    """Tell whether there is the age command, which opens what we seal and was not written by us."""
    return shutil.which("age") is not None


def has_poppler() -> bool:
    """Tell whether there is a program that reads the words of a PDF, which was not written by us."""
    return shutil.which("pdftotext") is not None


def has_libfprint() -> bool:
    """Tell whether the system's own Python can load libfprint."""
    if not shutil.which(SYSTEM_PYTHON):
        return False
    return subprocess.run([SYSTEM_PYTHON, "-c", LOAD_LIBFPRINT], capture_output=True, check=False).returncode == 0


def postgres_program(name: str) -> str:
    """Return the path of one of PostgreSQL's programs, the newest where Debian keeps several; "" where there is none.

    Debian puts the server's programs where no PATH leads.
    """
    kept = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: float(path.parts[-3]))
    return str(kept[-1]) if kept else shutil.which(name) or ""


def has_postgres() -> bool:
    """Tell whether there is a PostgreSQL server to start."""
    return bool(postgres_program("initdb"))


def has_compiler() -> bool:
    """Tell whether there is a C compiler, for the library that lets a disk fail. It is of use on Linux only."""
    return not sys.platform.startswith("linux") or shutil.which("cc") is not None


def has_node() -> bool:
    """Tell whether there is node with npm, for the reference server of the upload protocol."""
    return bool(shutil.which("node") and shutil.which("npm"))


def has_reference_server() -> bool:
    """Tell whether the reference server is installed in its folder."""
    return bool(shutil.which("node")) and (REFERENCE / "node_modules" / "@tus" / "server").is_dir()


NEEDS = (
    Need(
        "the browser tests (tests/screens)",
        has_browser,
        ("chromium",),
        "install Chrome, Chromium or Edge, or set KAODIAN_CHROMIUM to its path",
    ),
    Need(
        "the tests of pages that lie on their head",
        has_tesseract,
        ("tesseract-ocr", "tesseract-ocr-osd"),
        "use its installer, or leave it out; the program itself does without",
    ),
    Need(
        "the tests that others can open our sealed records",
        has_age,
        ("age",),
        "winget install FiloSottile.age",
    ),
    Need(
        "the tests of what stands in a day report",
        has_poppler,
        ("poppler-utils",),
        "winget install oschwartz10612.Poppler",
    ),
    Need(
        "the tests of fingerprint.libfprint",
        has_libfprint,
        ("gir1.2-fprint-2.0", "python3-gi"),
        "there is no libfprint; the driver is for Linux",
    ),
    Need(
        "the region's tests on PostgreSQL (they fail, they are not skipped)",
        has_postgres,
        ("postgresql",),
        "install PostgreSQL 14 or newer, with its programs in PATH",
    ),
    Need(
        "the tests with a disk that fails (tests/faults/test_failing_disk.py)",
        has_compiler,
        ("gcc", "libc6-dev"),
        "they are for Linux",
    ),
    Need(
        "the tests against another's upload server (they fail, they are not skipped)",
        has_node,
        ("nodejs", "npm"),
        "install Node.js 18 or newer with npm",
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
    """Install Debian's packages of what is missing, where that is allowed; else say what is missing and go on."""
    missing = [need for need in NEEDS if not need.is_here()]
    prefix = administrator()
    if missing and prefix is not None:
        _install(prefix, [package for need in missing for package in need.packages])
    for need in missing:
        if not need.is_here():
            print(_advice(need), file=sys.stderr)
    if not has_reference_server():
        _install_reference_server()
    if not has_reference_server():
        print(REFERENCE_ADVICE, file=sys.stderr)


def _install(prefix: list[str], packages: Sequence[str]) -> None:
    print(f"Installing Debian's {', '.join(packages)} for the tests ...", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *packages]):
        command = [*prefix, "apt-get", "-o", "DPkg::Lock::Timeout=300", *words]
        subprocess.run(command, env=quiet, stdin=subprocess.DEVNULL, check=False)


def _advice(need: Need) -> str:
    return (
        f"Without {' and '.join(need.packages)}, {need.tests} will be skipped.\n"
        f"  Debian, Ubuntu: apt-get install {' '.join(need.packages)}\n"
        f"  elsewhere:      {need.elsewhere}"
    )


def _install_reference_server() -> None:
    """Put the pinned server and nothing else into its folder; its packages run no scripts of theirs."""
    npm = shutil.which("npm")
    if npm and shutil.which("node"):
        print("Installing the reference server for uploads ...", flush=True)
        subprocess.run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=REFERENCE, check=False)


if __name__ == "__main__":
    ensure()
