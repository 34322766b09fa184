"""Makes `.venv` ready with the pinned, hash-checked packages. Standard library only.

    python scripts/setup.py         what the program needs
    python scripts/setup.py --dev   and what the tests and checks need

The second time it takes no time: a stamp in `.venv` keeps the hash of what was installed.
"""

from __future__ import annotations  # so that an old Python reads on to the sentence about its age

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "kaodian-installed"
OLDEST = (3, 11)


def python() -> Path:
    """Return the interpreter of the virtual environment."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def fingerprint(lock: Path) -> str:
    """Return what the stamp must say when `lock` is installed for this Python."""
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    return f"{lock.name} {digest} python {sys.version_info[0]}.{sys.version_info[1]}"


def stamps() -> list[str]:
    """Return what has been installed completely."""
    return STAMP.read_text(encoding="utf-8").splitlines() if STAMP.exists() else []


def works(interpreter: Path) -> bool:
    """Return whether the environment starts and is of this Python; one that was moved or half made does not."""
    if not interpreter.exists():
        return False
    question = "import sys, pip; print(*sys.version_info[:2], sep='.')"
    answer = subprocess.run([str(interpreter), "-c", question], capture_output=True, text=True, check=False)
    return answer.returncode == 0 and answer.stdout.strip() == f"{sys.version_info[0]}.{sys.version_info[1]}"


def create() -> None:
    """Make a new environment in place of whatever is there."""
    print(f"Making {VENV.name} with Python {sys.version.split()[0]} ...", flush=True)
    shutil.rmtree(VENV, ignore_errors=True)
    if subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=False).returncode:
        sys.exit("Python cannot make virtual environments here. On Debian and Ubuntu: apt-get install python3-venv")


def install(lock: Path) -> None:
    """Install exactly what `lock` names; a file whose hash differs is refused by pip."""
    print(f"Installing {lock.name} (once, a few minutes) ...", flush=True)
    command = [str(python()), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    if subprocess.run([*command, "--require-hashes", "-r", str(lock)], cwd=ROOT, check=False).returncode:
        sys.exit(f"Installing {lock.name} failed; the lines above say why. Nothing else was changed; run this again.")


def ensure(*, dev: bool) -> Path:
    """Return an interpreter that has everything, installing what is missing."""
    if sys.version_info < OLDEST:
        sys.exit(
            f"Kaodian needs Python 3.11 or newer, this is {sys.version.split()[0]}. Try: make PYTHON=python3.12 run"
        )
    lock = ROOT / ("requirements-dev.txt" if dev else "requirements.txt")
    wanted = fingerprint(lock)
    if wanted not in stamps():
        if not works(python()):
            create()
        install(lock)
        # The development lock holds the other one: having it, both are there.
        STAMP.write_text(f"{fingerprint(ROOT / 'requirements.txt')}\n{wanted}\n", encoding="utf-8")
    compile_translations()
    return python()


def compile_translations() -> None:
    """Make the .mo files that gettext reads, where a .po is newer."""
    stale = [
        catalogue
        for catalogue in ROOT.glob("translations/*/LC_MESSAGES/*.po")
        if not (made := catalogue.with_suffix(".mo")).exists() or made.stat().st_mtime < catalogue.stat().st_mtime
    ]
    if stale:
        subprocess.run([str(python()), str(ROOT / "scripts" / "translations.py"), "compile"], cwd=ROOT, check=True)


if __name__ == "__main__":
    ensure(dev="--dev" in sys.argv[1:])
    print("Ready.")
