"""What the region takes in on loopback: from others, from one venue and three, and through a proxy that misbehaves.

On a machine that does other things too the records a second say little; what the processor works for a record, at the
region and at the venue, says more.
"""

import argparse
import contextlib
import json
import statistics
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

from bench.peers import Case, Peer, kaodian, peers
from bench.serving import ROOT, RUN_LASTS_S, free_port, serving
from bench.sizes import VENUE, write_folder
from region.holdings import records_after
from region.persons import Persons
from region.settings import load_settings
from region.store import open_store
from tests.support.troubled_line import TroubledLine
from tests.support.troubles import WEIGHTS, Dice, Kind

Result = dict[str, Any]
OF_A_LINE = (
    Kind.WELL,
    Kind.SLOW,
    Kind.CUT_REQUEST,
    Kind.CUT_ANSWER,
    Kind.CORRUPT_REQUEST,
    Kind.CORRUPT_ANSWER,
    Kind.TWICE,
)
"""What a line does, and nobody who means it: it cuts, delays, doubles and corrupts."""
SEED = 4


def measure_intake(asked: argparse.Namespace) -> Result:
    """Records a second on loopback: everybody with one client, we also with three at once."""
    found: Result = {}
    count = max(48, asked.records)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_folder(folder / "payload", count)
        for peer in peers(Case(folder / "all", folder / "payload", count, "127.0.0.1", free_port())):
            if not peer.name.startswith(asked.only) or peer.name.startswith("Kaodian"):
                continue
            with contextlib.suppress(subprocess.CalledProcessError):
                found[peer.name] = say(peer.name, {"missing": peer.missing} if peer.missing else _copied(peer, count))
        for venues in (1, 3):
            runs = [_intake(folder / f"k{venues}-{number}", count, venues) for number in range(asked.rounds)]
            of_all = {key: round(statistics.median(run[key] for run in runs), 1) for key in runs[0]}
            found[_named(venues)] = say(_named(venues), of_all)
    one, three = (found[_named(venues)]["records_s"] for venues in (1, 3))
    return {**found, "three_to_one": round(three / one, 2)}


def measure_troubled(asked: argparse.Namespace) -> Result:
    """A venue's outbox through a proxy that cuts, delays, doubles and corrupts two requests in five."""
    count = max(24, asked.records)
    with tempfile.TemporaryDirectory() as name:
        peer = kaodian(Case(Path(name), Path(name), count, "127.0.0.1", free_port()))
        dice = Dice(SEED, {kind: WEIGHTS[kind] for kind in OF_A_LINE})
        with serving(peer, []), TroubledLine(dice, peer.port) as line:
            command = [*peer.client[:3], "through", peer.client[4], line.url]
            ended = subprocess.run(command, cwd=ROOT, check=True, timeout=RUN_LASTS_S, stdout=subprocess.PIPE)
        told = json.loads(ended.stdout)
        result = {
            "records_s": round(count / told["seconds"], 1),
            "sent_again_by_a_person": told["sent_again_by_a_person"],
            "accepted_once": _accepted_once(peer) == count,
            "requests": {str(kind): number for kind, number in line.counts.items()},
        }
    return say(_named(1), result)


def say(name: str, result: Result) -> Result:
    """Print a line of figures."""
    print(f"  {name}: " + ", ".join(f"{key} {value}" for key, value in result.items()), flush=True)
    return result


def _named(venues: int) -> str:
    return f"Kaodian, {venues} x 8 connections"


def _copied(peer: Peer, count: int) -> Result:
    with serving(peer, []):
        began = time.monotonic()
        subprocess.run(peer.client, cwd=ROOT, check=True, timeout=RUN_LASTS_S)
        return {"records_s": round(count / (time.monotonic() - began), 1)}


def _intake(folder: Path, count: int, venues: int) -> Result:
    """Let so many venues' processes send at once, from a common start to the last receipt."""
    peer = kaodian(Case(folder, folder, count * venues, "127.0.0.1", free_port()))
    *command, home, url = [*peer.client[:3], "burst", *peer.client[4:]]
    with serving(peer, []) as region:
        clients = [
            subprocess.Popen(
                [*command, home, url, str(count * number), str(count * (number + 1))],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for number in range(venues)
        ]
        for client in clients:
            assert client.stdout
            assert client.stdout.readline() == "ready\n"
        worked_s = _worked_s(region)
        for client in clients:
            assert client.stdin
            client.stdin.write("go\n")
            client.stdin.flush()
        told = [json.loads(client.communicate()[0]) for client in clients]
        worked_s = _worked_s(region) - worked_s
    records = count * venues
    return {
        "records_s": records / max(one["seconds"] for one in told),
        "region_cpu_ms": 1e3 * worked_s / records,
        "venue_cpu_ms": 1e3 * sum(one["cpu_s"] for one in told) / records,
    }


def _worked_s(process: int) -> float:
    """Return how long the processor has worked for a process."""
    times = psutil.Process(process).cpu_times()
    return float(times.user + times.system)


def _accepted_once(peer: Peer) -> int:
    """Return how many records the region has accepted; 0 if it holds any other."""
    store = open_store(load_settings(peer.environment))
    held, after = [], 0
    while page := records_after(store, Persons(store), VENUE, after):
        held, after = [*held, *page], page[-1].seq
    store.close()
    is_whole = all(one.state == "accepted" for one in held) and len({one.visit for one in held}) == len(held)
    return len(held) if is_whole else 0
