"""The few commands of this project, the same on Linux and Windows. `make <task>` calls this.

python scripts/task.py run      the demo venue and the demo region
python scripts/task.py test     all tests
python scripts/task.py check    format, lint, types, import rules, sizes, templates, translations, licences
python scripts/task.py format   put code and templates in shape
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import setup
import test_system

TEMPLATES = "templates"
LAST_FAILED = ".pytest_cache/v/cache/lastfailed"
TESTS_FAILED = 1
"""pytest's exit code for failed tests; others are mistakes of the run itself."""
MOST_ALONE = 5
"""More than so many failures are no accident of company."""
WORKERS = max(2, min(4, 1 + (os.cpu_count() or 1)))
CHECKS: tuple[tuple[str, ...], ...] = (
    ("ruff", "format", "--check", "."),
    ("ruff", "check", "."),
    ("mypy",),
    ("lint-imports", "--no-logo", "--no-cache"),
    ("pytest", "-q", "tests/test_architecture.py"),
    ("djlint", TEMPLATES, "--check", "--quiet"),
    ("djlint", TEMPLATES, "--lint", "--quiet"),
    ("scripts/translations.py", "check"),
    ("scripts/licences.py", "check"),
)
FORMATS: tuple[tuple[str, ...], ...] = (
    ("ruff", "format", "."),
    ("ruff", "check", "--fix-only", "."),
    ("djlint", TEMPLATES, "--reformat", "--quiet"),
)


def command(python: Path, words: tuple[str, ...]) -> list[str]:
    """Return the command line for a module, a script of ours (`x.py`), or a program without a module to run."""
    first, *rest = words
    if first == "lint-imports":
        return [str(python.parent / first), *rest]
    return [str(python), *([first] if first.endswith(".py") else ["-m", first]), *rest]


def run_all(python: Path, tasks: tuple[tuple[str, ...], ...]) -> int:
    """Run every task, also after one has failed, and return how many did."""
    failed = []
    for words in tasks:
        print(f"── {' '.join(words)}", flush=True)
        if subprocess.run(command(python, words), cwd=setup.ROOT, check=False).returncode:
            failed.append(" ".join(words))
    for words_said in failed:
        print(f"FAILED: {words_said}")
    print("All checks passed." if not failed else f"{len(failed)} of {len(tasks)} failed.")
    return len(failed)


def run_tests(python: Path, options: list[str]) -> int:
    """Run the tests; the few that failed in company once more, each alone, and say so (ADR 20).

    Many tests wait, for a page, a reader, a process: one more at a time than there are cores. A module stays together.
    """
    in_company = ("pytest", "-n", str(WORKERS), "--dist", "loadscope")
    failed = _pytest(command(python, (*in_company, *options)))
    if failed != TESTS_FAILED or not 0 < len(_last_failed()) <= MOST_ALONE:
        return failed
    names = _last_failed()
    print(f"\n{len(names)} failed beside others; once more, alone:", *names, sep="\n  ", flush=True)
    failed = _pytest(command(python, ("pytest", "--last-failed")))
    if not failed:
        print("LOOK: these passed only alone, and wait to be mended:", *names, sep="\n  ", flush=True)
    return failed


def _pytest(words: list[str]) -> int:
    try:
        return subprocess.run(words, cwd=setup.ROOT, check=False).returncode
    except KeyboardInterrupt:
        return 130


def _last_failed() -> list[str]:
    """Return the tests that failed in the last run, as pytest's cache has them."""
    try:
        return sorted(json.loads((setup.ROOT / LAST_FAILED).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return []


def replace_self(words: list[str]) -> int:
    """Hand the terminal over, so that Ctrl-C reaches the program and nothing else."""
    os.chdir(setup.ROOT)
    sys.stdout.flush()
    if os.name != "nt":
        os.execv(words[0], words)
    try:
        return subprocess.run(words, check=False).returncode
    except KeyboardInterrupt:
        return 130


def main(arguments: list[str]) -> int:
    """Do one task and return its exit code."""
    task, *rest = arguments or ["help"]
    if task == "run":
        python = setup.ensure(dev=False)
        return replace_self(command(python, ("kiosk", "run", *(rest or ["--demo"]))))
    if task == "test":
        python = setup.ensure(dev=True)
        test_system.ensure()
        return run_tests(python, rest)
    if task in ("check", "format"):
        return 1 if run_all(setup.ensure(dev=True), CHECKS if task == "check" else FORMATS) else 0
    print(__doc__)
    return 0 if task == "help" else 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
