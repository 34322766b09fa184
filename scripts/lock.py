"""Writes requirements.txt and requirements-dev.txt anew from the .in files. Run it inside .venv."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements", "requirements-dev")
# pip-compile leaves out what the machine it runs on does not need, so these are compiled without
# their condition and get it back afterwards. Asked for on Windows by click, pytest and build, and by keyring.
ELSEWHERE = {"colorama": 'sys_platform == "win32"', "pywin32-ctypes": 'sys_platform == "win32"'}
OPTIONS = (
    "--quiet",
    "--generate-hashes",
    "--strip-extras",
    "--allow-unsafe",
    "--no-header",
    "--no-annotate",
    "--no-emit-index-url",
    "--no-emit-trusted-host",
    "--no-emit-find-links",
    "--no-emit-options",
)
HEADER = "# Made by scripts/lock.py from {name}.in. Every file of a version is listed, for all systems.\n"


def with_markers(lock: str) -> str:
    """Return the lock with its condition beside each package in ELSEWHERE."""
    lines = lock.splitlines()
    for index, line in enumerate(lines):
        name, pinned, _ = line.partition("==")
        if pinned and name in ELSEWHERE:
            requirement = line.removesuffix("\\").strip()
            lines[index] = f"{requirement} ; {ELSEWHERE[name]} \\"
    return "\n".join(lines) + "\n"


def compile_lock(name: str) -> None:
    """Rewrite one lock; versions already in it stay where the .in file allows them."""
    target = ROOT / f"{name}.txt"
    command = [sys.executable, "-m", "piptools", "compile", *OPTIONS, "-o", target.name, f"{name}.in"]
    subprocess.run([*command, *sys.argv[1:]], cwd=ROOT, check=True)
    target.write_text(HEADER.format(name=name) + with_markers(target.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    for lock_name in LOCKS:
        compile_lock(lock_name)
