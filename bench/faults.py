"""A long siege: `python -m bench.faults --kills 10000 [--seed N] [--folder PATH]`; exit code 1 if anything is wrong.

Venue and region are killed at random instants on a line that cuts, delays, doubles and corrupts; every 40 kills all
that the screens have confirmed is compared with what lies at the venue and at the region. A day on which something was
wrong stays in its folder.
"""

import argparse
import json
import os
import secrets
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.support.siege.campaign import Campaign, Figures

ROOT = Path(__file__).resolve().parents[1]


def main(arguments: Sequence[str]) -> int:
    """Lay siege and print what came of it."""
    parser = argparse.ArgumentParser(prog="bench.faults")
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--folder", type=Path, help="where the days are laid")
    asked = parser.parse_args(arguments)
    print(f"seed {asked.seed}", flush=True)
    folder = Path(tempfile.mkdtemp(prefix="siege-", dir=asked.folder))
    figures = Campaign(folder, asked.seed, lambda line: print(line, flush=True)).run(asked.kills)
    print(json.dumps(_document(asked.seed, figures), indent=1))
    if figures.violations:
        print(f"look at {folder}", file=sys.stderr)
    return 1 if figures.violations else 0


def _document(seed: int, figures: Figures) -> dict[str, object]:
    return {
        "seed": seed,
        "kills": {"all": sum(figures.kills.values()), **figures.kills},
        "kills_a_minute": round(60 * sum(figures.kills.values()) / figures.took_s),
        "line": {str(kind): count for kind, count in figures.troubles.items()},
        "visits": figures.visits,
        "captures": figures.captures,
        "records": figures.records,
        "sent_again_by_a_person": figures.parked,
        "lost": figures.count("lost"),
        "doubled": figures.count("doubled"),
        "violations": figures.violations,
    }


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main(sys.argv[1:]))
