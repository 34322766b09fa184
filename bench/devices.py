"""Measures the devices' drivers against limits and peers: `python bench/devices.py [SECTION ...] [--rounds N]`.

Prints a table a section and, last, one JSON object with all figures. Each section is a file of its own beside this one
with a function `measure(rounds)`; adding one is a file and a line in SECTIONS.
"""

import argparse
import json
import os
import sys
from importlib import import_module
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

SECTIONS = {
    "fingerprint": "transfer against the wire and against pyfingerprint; dead sensors; bad bytes",
    "finger_quality": "the live gate, minutiae, comparing one print with one and with thousands",
    "camera": "each check of a frame; the processor's time with 0, 1, 4 and 8 viewers",
    "pages": "outline, cut and fit of a page; its size",
}
"""What each measures; the name is the module's."""


def main() -> None:
    """Measure what was asked for."""
    words = "\n".join(f"  {name:12} {about}" for name, about in SECTIONS.items())
    parser = argparse.ArgumentParser(description=__doc__, epilog=words, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("section", nargs="*", help="which; default: all")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured; best and median are shown")
    said = parser.parse_args()
    chosen = said.section or list(SECTIONS)
    if unknown := set(chosen) - set(SECTIONS):
        parser.error(f"no section {', '.join(sorted(unknown))}")
    figures: dict[str, object] = {"load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None}
    for name in chosen:
        figures[name] = import_module(name).measure(said.rounds)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
