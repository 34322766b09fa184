"""How well records get to the region, beside others in the same run: `python -m bench.sync [part …]`.

    line      share of a line of 10 Mbit/s with 50 ms round trip and 1 % loss that the payload gets
    kills     the sender is killed every 3 s: bytes that cross the uplink for each byte of payload
    intake    records of 2 MB a second on loopback, with one venue and with three at once, and the processor's work
    troubled  records a second through a proxy that cuts, delays, doubles and corrupts two requests in five

Without a part all are measured. `line` and `kills` need root and `ip`; a peer that is not installed is named and left
out. `--records N` sends N records instead of 48 (`line`, `intake`), 24 (`troubled`) or 12 (`kills`), `--rounds N`
repeats each measurement and takes the median. Ends with one JSON object.

The share is taken from the first packet to the last that carried anything, so that nobody pays for its interpreter's
start. What crosses is counted as the content of TCP segments that got through, and once more with all headers.

Nobody's payload gets all of the line. A packet has 1500 bytes, 40 of them headers of IP and TCP and 12 of TCP's
timestamps: 1448 / 1500 = 96.5 % is the line's limit. (What the line loses takes none of its time here: it is dropped
before it would go.) Ours adds 0.7 % of its own: encryption, signed lists and parts 0.4 %, HTTP 0.3 %; so 95.9 % are
left where the line is never idle. `idle_s` is how long it was: a fifth of a second at the start, in which the first
records' receipts are waited for, and a third at the end, when the last objects wait for what was lost of them. In a
run of 12 records (19 s) that costs 2.7 %, in one of 48 0.7 %. `of_limit_pct` is the share of the line's limit.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.bad_line import REGION, BadLine, Counts, missing
from bench.loopback import Result, measure_intake, measure_troubled, say
from bench.peers import Case, Peer, peers
from bench.serving import ROOT, RUN_LASTS_S, serving
from bench.sizes import write_folder

RATE_MBIT, DELAY_MS, LOSS = 10, 25, 0.01
LIMIT_PCT = 100 * 1448 / 1500
KILL_EVERY_S, MOST_KILLS = 3.0, 30
LINE_RECORDS, KILL_RECORDS = 48, 12


def main(arguments: Sequence[str]) -> None:
    """Measure what was asked for, everything by default."""
    parser = argparse.ArgumentParser(prog="bench.sync")
    parser.add_argument("parts", nargs="*", default=["line", "kills", "intake", "troubled"])
    parser.add_argument("--records", type=int, default=0)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--only", default="", help="peers whose name begins so")
    asked = parser.parse_args(arguments)
    parts: dict[str, Callable[[argparse.Namespace], Result]] = {
        "line": measure_line,
        "kills": measure_kills,
        "intake": measure_intake,
        "troubled": measure_troubled,
    }
    found = {}
    for part in asked.parts:
        print(f"\n{part}", flush=True)
        found[part] = parts[part](asked)
    print(json.dumps(found, indent=1))


def measure_line(asked: argparse.Namespace) -> Result:
    """Share of the line."""

    def once(peer: Peer, line: BadLine, total: int) -> Result:
        with serving(peer, line.at_region):
            line.reset()
            subprocess.run([*line.at_venue, *peer.client], cwd=ROOT, check=True, timeout=RUN_LASTS_S)
            counts = line.counts()
        share_pct = 100 * total * 8 / (RATE_MBIT * 1e6) / counts.took_s
        of_limit = {"share_pct": round(share_pct, 1), "of_limit_pct": round(100 * share_pct / LIMIT_PCT, 1)}
        return {**of_limit, "idle_s": round(counts.idle_s, 2), **_crossing(counts, total)}

    print(f"  the line's limit: share_pct {LIMIT_PCT:.1f}", flush=True)
    return _over_the_line(asked, once, "share_pct", asked.records or LINE_RECORDS)


def measure_kills(asked: argparse.Namespace) -> Result:
    """Bytes that cross when the sender is killed again and again."""

    def once(peer: Peer, line: BadLine, total: int) -> Result:
        with serving(peer, line.at_region):
            line.reset()
            kills = _send_and_kill([*line.at_venue, *peer.client])
            counts = line.counts()
        if kills >= MOST_KILLS:
            return {"crossed_ratio": None, "note": f"not finished after {MOST_KILLS} kills"}
        return {"kills": kills, **_crossing(counts, total)}

    return _over_the_line(asked, once, "crossed_ratio", asked.records or KILL_RECORDS)


def _over_the_line(
    asked: argparse.Namespace, once: Callable[[Peer, BadLine, int], Result], figure: str, records: int
) -> Result:
    lacks = missing()
    if lacks:
        return {"missing": lacks}
    found: Result = {}
    with tempfile.TemporaryDirectory() as name, BadLine(DELAY_MS, LOSS, RATE_MBIT) as line:
        payload = Path(name) / "payload"
        total = write_folder(payload, records)
        names = [peer.name for peer in peers(Case(Path(name) / "names", payload, 1, REGION, 8000))]
        for index, who in enumerate(names):
            if not who.startswith(asked.only):
                continue
            tries = []
            for round_no in range(asked.rounds):
                case = Case(Path(name) / f"{index}-{round_no}", payload, records, REGION, 8001 + index)
                peer = peers(case)[index]
                tries.append({"missing": peer.missing} if peer.missing else once(peer, line, total))
            found[who] = say(peer.name, sorted(tries, key=lambda one: one.get(figure) or 0)[len(tries) // 2])
    return found


def _crossing(counts: Counts, total: int) -> Result:
    return {
        "seconds": round(counts.took_s, 2),
        "crossed_ratio": round(counts.payload / total, 3),
        "crossed_with_headers": round(counts.crossed / total, 3),
    }


def _send_and_kill(command: list[str]) -> int:
    """Run it until it ends well; kill it every few seconds. Return how often it was killed."""
    for kills in range(MOST_KILLS):
        with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL) as client:
            try:
                if client.wait(KILL_EVERY_S) == 0:
                    return kills
            except subprocess.TimeoutExpired:
                client.kill()
    return MOST_KILLS


if __name__ == "__main__":
    os.chdir(ROOT)
    main(sys.argv[1:])
