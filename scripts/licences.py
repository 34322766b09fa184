"""Writes docs/licences.md: the licence of every pinned package, and whether it goes with GPL-3.0-or-later.

licences.py write     make the page anew
licences.py check     fail if the page is old, or a package's licence is unknown or does not go with ours
"""

import re
import sys
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "licences.md"
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ \\;]+)", re.MULTILINE)

# Licences whose works may be combined with GPL-3.0-or-later. Source: the FSF's commented list of licences;
# D-FSL-1.0: its publisher, the hbz, calls it GPL-compatible, and our use is unmodified (docs/adr/0002).
COMPATIBLE = frozenset(
    {
        "0BSD",
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "CC0-1.0",
        "D-FSL-1.0",
        "GPL-3.0-or-later",
        "ISC",
        "LGPL-2.1-or-later",
        "LGPL-3.0-only",
        "MIT",
        "MIT-0",
        "MIT-CMU",
        "MPL-2.0",
        "PSF-2.0",
        "ZPL-2.1",
        "Zlib",
    }
)
# Fine for a tool that is run beside the program and never becomes part of it.
# CNRI-Python: regex, which djlint needs. CeCILL-C: wsq; a venue whose profile wants WSQ pictures installs it itself.
TOOL_ONLY = frozenset({"CNRI-Python", "CeCILL-C"})
# Older metadata says it in its own words.
WORDS = {
    "apache 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "bsd": "BSD-3-Clause",
    "bsd 2-clause license": "BSD-2-Clause",
    "bsd license": "BSD-3-Clause",
    "d-fsl": "D-FSL-1.0",
    "gnu lesser general public license v2 or later (lgplv2+)": "LGPL-2.1-or-later",
    "lgpl": "LGPL-2.1-or-later",
    "mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "psfl": "PSF-2.0",
    "python software foundation license": "PSF-2.0",
    "cecill-c": "CeCILL-C",
    "zlib/libpng": "Zlib",
    "zpl 2.1": "ZPL-2.1",
}
# Read in the package's own files: no usable metadata, or not installed on every system.
READ_BY_HAND = {
    "pyrage": "MIT",
    "pywin32-ctypes": "BSD-3-Clause",
    "axe-playwright-python": "MIT AND MPL-2.0",  # MPL-2.0: the axe-core inside
    "colorama": "BSD-3-Clause",
}
HEADING = """# Licences of what Kaodian uses

Made by `scripts/licences.py` from the packages' own metadata. Why this list exists: [ADR 0002](adr/0002-licence.md).
Third-party files inside this repository: [static/vendor/THIRD_PARTY.md](../static/vendor/THIRD_PARTY.md).
"""


def licence_of(name: str) -> str:
    """Return the SPDX expression of an installed package, or `unknown: <its words>`."""
    if name in READ_BY_HAND:
        return READ_BY_HAND[name]
    try:
        about = metadata(name)
    except PackageNotFoundError:
        return "unknown: not installed here"
    return "".join(about.get_all("License-Expression") or []) or said_in_words(about)


def said_in_words(about: PackageMetadata) -> str:
    """Return the SPDX expression behind the older metadata fields."""
    classifiers = [line.rsplit(" :: ")[-1] for line in about.get_all("Classifier") or [] if line.startswith("License")]
    said = [line for line in (*(about.get_all("License") or []), *classifiers) if line and "\n" not in line]
    for words in said:
        known = words if words in COMPATIBLE else WORDS.get(words.lower())
        if known:
            return known
    return "unknown: " + ("; ".join(said) or "nothing said")


def goes_with_ours(expression: str, also: frozenset[str] = frozenset()) -> bool:
    """Return whether every part of an SPDX expression, or one of its alternatives, may be combined with our licence."""
    return any(set(choice.split(" AND ")) <= COMPATIBLE | also for choice in expression.split(" OR "))


def pinned(lock: str) -> dict[str, str]:
    """Return name and version of every package in a lock file."""
    return dict(_PIN.findall((ROOT / lock).read_text(encoding="utf-8")))


def table(packages: dict[str, str]) -> str:
    """Return a Markdown table of packages, versions and licences."""
    rows = [f"| {name} | {version} | {licence_of(name)} |" for name, version in sorted(packages.items())]
    return "\n".join(["| package | version | licence |", "| --- | --- | --- |", *rows]) + "\n"


def groups() -> tuple[dict[str, str], dict[str, str]]:
    """Return what the program runs on, and what only tests and checks use."""
    runtime = pinned("requirements.txt")
    return runtime, {name: at for name, at in pinned("requirements-dev.txt").items() if name not in runtime}


def page() -> str:
    """Return the whole page."""
    runtime, tools = groups()
    return f"{HEADING}\n## The program\n\n{table(runtime)}\n## Tests and checks only\n\n{table(tools)}"


def misfits() -> list[str]:
    """Return each package whose licence does not go with ours."""
    runtime, tools = groups()
    wrong = [name for name in runtime if not goes_with_ours(licence_of(name))]
    wrong += [name for name in tools if not goes_with_ours(licence_of(name), TOOL_ONLY)]
    return [f"{name}: {licence_of(name)}" for name in wrong]


def main(arguments: list[str]) -> int:
    """Write or check the page."""
    faults = misfits()
    if arguments == ["write"]:
        PAGE.write_text(page(), encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page():
        faults.append("docs/licences.md is old; run: scripts/licences.py write")
    print("\n".join(faults) if faults else "All licences go with GPL-3.0-or-later.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
