"""How fast a large region answers: `python -m bench.region_scale`.

Starts a PostgreSQL of its own (durable: fsync and synchronous_commit are on), fills it with 1,000,000 registrations of
four years at 320 venues, 10,000,000 items, and 200,000 records with 1,000,000 files, and asks what is asked all day,
each question `--rounds` times. Beside each stand what the machine takes for one row by its primary key (reading) or
for one line written and committed (writing) in the same run, and how many times as much the question takes. Then the
plan of every statement is looked at: none may read a large table from beginning to end.

`--registrations`, `--records` and `--venues` make it smaller. Everything is removed at the end.
"""

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from bench.table import show
from region.figures.contacts import Contacts
from region.figures.gathering import Dashboard
from region.registry.box import open_box
from region.registry.rules import rules_in_force
from region.settings import Settings
from tests.support.many_registrations import NOW, Filling, Size, counts
from tests.support.plans import read_whole, short, watched
from tests.support.postgres import running_cluster
from tests.support.region_app import Clock, Region, furnish, open_region
from tests.support.region_questions import Asker, some_keys, waiting_at_venues
from tests.support.region_records import sealed

TARGET_MS = 50
DURABLE = ("-c", "shared_buffers=2GB", "-c", "max_wal_size=8GB", "-c", "maintenance_work_mem=512MB")
READING, WRITING = "limit: one row by its primary key", "limit: one line written and committed"
WRITES = (
    "a registration taken in hand",
    "the next one of a venue taken in hand",
    "intake of a record",
    "a candidate's request counted",
)


def main(arguments: Sequence[str]) -> int:
    """Fill, ask, look at the plans; return how many targets were missed."""
    parser = argparse.ArgumentParser(prog="bench.region_scale")
    parser.add_argument("--registrations", type=int, default=1_000_000)
    parser.add_argument("--records", type=int, default=200_000)
    parser.add_argument("--venues", type=int, default=320)
    parser.add_argument("--rounds", type=int, default=300)
    asked = parser.parse_args(arguments)
    size = Size(asked.registrations, asked.records, asked.venues)
    with tempfile.TemporaryDirectory() as home, running_cluster(DURABLE) as cluster:
        clock = Clock()
        clock.at = NOW
        url = cluster.url(cluster.create())
        region = furnish(open_region(replace(Settings(Path(home) / "region"), database_url=url), clock))
        try:
            asker = _filled(region, size, url, asked.rounds)
            missed = _measure(asker, asked.rounds)
            return missed + _look_at_plans(asker)
        finally:
            region.store.close()


def _filled(region: Region, size: Size, url: str, rounds: int) -> Asker:
    store = region.store
    begun, box = time.monotonic(), open_box(store)
    filling = Filling(store, box, size, url)
    filling.fill()
    rows = [(name, f"{number:,}") for name, number in sorted(counts(store).items())]
    show(f"Filled in {time.monotonic() - begun:.0f} s", ("table", "rows"), rows)
    fresh = (sealed(f"F{number:06}")[0] for number in range(10**6))
    made = iter([next(fresh) for _round in range(2 * rounds + 20)])
    return Asker(
        store=store,
        box=box,
        rules=rules_in_force(store),
        venues=filling.venues,
        people=size.registrations,
        keys=some_keys(store, 4000),
        to_claim=iter(waiting_at_venues(store, 4 * rounds)),
        fresh=made,
        dice=random.Random(4711),
        board=Dashboard(store, region.settings, Contacts(store)),
    )


def _measure(asker: Asker, rounds: int) -> int:
    taken = {name: _times_ms(ask, rounds) for name, ask in asker.questions().items()}
    rows, missed = [], 0
    for name, times in taken.items():
        limit = taken[WRITING if name in WRITES else READING]
        p50, p95 = _quantiles(times)
        base50, base95 = _quantiles(limit)
        missed += p95 > TARGET_MS
        verdict = "" if name.startswith("limit") else "met" if p95 <= TARGET_MS else "MISSED"
        rows.append((name, f"{p50:.2f}", f"{p95:.2f}", f"{p50 / base50:.1f}", f"{p95 / base95:.1f}", verdict))
    head = ("question", "p50 ms", "p95 ms", "p50 / limit", "p95 / limit", f"p95 <= {TARGET_MS} ms")
    show(f"Each {rounds} times, one after the other", head, rows)
    return missed


def _times_ms(ask: Callable[[], object], rounds: int) -> list[float]:
    for _warming in range(10):
        ask()
    times = []
    for _round in range(rounds):
        begun = time.perf_counter()
        ask()
        times.append((time.perf_counter() - begun) * 1000)
    return times


def _quantiles(times: Sequence[float]) -> tuple[float, float]:
    return statistics.median(times), statistics.quantiles(times, n=20)[-1]


def _look_at_plans(asker: Asker) -> int:
    engine, bad = asker.store._engine, 0  # noqa: SLF001 - the bench looks where nobody else may
    print("\nPlans", flush=True)
    for name, ask in asker.questions().items():
        with watched(engine) as statements:
            ask()
        for statement, plan in statements.plans(engine):
            whole = read_whole(plan)
            bad += bool(whole)
            print(f"  {name}: {statement.split(None, 1)[0]}: {short(plan) or plan['Node Type']}")
            if whole:
                print(f"    READS WHOLE: {', '.join(whole)}")
    print(f"\nStatements that read a large table whole: {bad}", flush=True)
    return bad


if __name__ == "__main__":
    sys.exit(min(1, main(sys.argv[1:])))
