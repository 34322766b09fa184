"""How well records get to the region, beside others in the same run: `python -m bench.sync [line] [kills] [intake]`.

    line     share of a line of 10 Mbit/s with 50 ms round trip and 1 % loss that the payload gets
    kills    the sender is killed every 3 s: bytes that cross the uplink for each byte of payload
    intake   records of 2 MB a second on loopback, with one venue and with three at once

`line` and `kills` need root and `ip`; a peer that is not installed is named and left out. `--records N` sends N records
instead of 12, `--rounds N` repeats each measurement and takes the median. Ends with one JSON object.

The share is taken from the first packet to the last that carried anything, so that nobody pays for its interpreter's
start. What crosses is counted as the content of TCP segments that got through, and once more with all headers.
"""

import argparse
import contextlib
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from bench.bad_line import REGION, BadLine, Counts, missing
from bench.peers import Case, Peer, kaodian, peers
from bench.sizes import write_folder

ROOT = Path(__file__).resolve().parents[1]
RATE_MBIT, DELAY_MS, LOSS = 10, 25, 0.01
KILL_EVERY_S, MOST_KILLS = 3.0, 30
RUN_LASTS_S = 400

Result = dict[str, Any]


def main(arguments: Sequence[str]) -> None:
    """Measure what was asked for, everything by default."""
    parser = argparse.ArgumentParser(prog="bench.sync")
    parser.add_argument("parts", nargs="*", default=["line", "kills", "intake"])
    parser.add_argument("--records", type=int, default=12)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--only", default="", help="peers whose name begins so")
    asked = parser.parse_args(arguments)
    parts: dict[str, Callable[[argparse.Namespace], Result]] = {
        "line": measure_line,
        "kills": measure_kills,
        "intake": measure_intake,
    }
    found = {}
    for part in asked.parts:
        print(f"\n{part}", flush=True)
        found[part] = parts[part](asked)
    print(json.dumps(found, indent=1))


def measure_line(asked: argparse.Namespace) -> Result:
    """Share of the line."""

    def once(peer: Peer, line: BadLine, total: int) -> Result:
        with _serving(peer, line.at_region):
            line.reset()
            subprocess.run([*line.at_venue, *peer.client], cwd=ROOT, check=True, timeout=RUN_LASTS_S)
            counts = line.counts()
        return {"share_pct": round(100 * total * 8 / (RATE_MBIT * 1e6) / counts.took_s, 1), **_crossing(counts, total)}

    return _over_the_line(asked, once, "share_pct")


def measure_kills(asked: argparse.Namespace) -> Result:
    """Bytes that cross when the sender is killed again and again."""

    def once(peer: Peer, line: BadLine, total: int) -> Result:
        with _serving(peer, line.at_region):
            line.reset()
            kills = _send_and_kill([*line.at_venue, *peer.client])
            counts = line.counts()
        if kills >= MOST_KILLS:
            return {"crossed_ratio": None, "note": f"not finished after {MOST_KILLS} kills"}
        return {"kills": kills, **_crossing(counts, total)}

    return _over_the_line(asked, once, "crossed_ratio")


def measure_intake(asked: argparse.Namespace) -> Result:
    """Records a second on loopback: everybody with one client, we also with three at once."""
    found: Result = {}
    count = max(48, asked.records)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_folder(folder / "payload", count)
        for peer in peers(Case(folder / "all", folder / "payload", count, "127.0.0.1", _port())):
            if not peer.name.startswith(asked.only) or peer.name.startswith("Kaodian"):
                continue
            with contextlib.suppress(subprocess.CalledProcessError):
                found[peer.name] = _say(peer, {"missing": peer.missing} if peer.missing else _copied(peer, count))
        for venues in (1, 3):
            rates = [_intake(folder / f"k{venues}-{round_no}", count, venues) for round_no in range(asked.rounds)]
            found[f"Kaodian, {venues} x 8 connections"] = {"records_s": round(statistics.median(rates), 1)}
            print(f"  Kaodian, {venues} x 8 connections: {statistics.median(rates):.1f} records/s", flush=True)
    one, three = (found[f"Kaodian, {venues} x 8 connections"]["records_s"] for venues in (1, 3))
    return {**found, "three_to_one": round(three / one, 2)}


def _over_the_line(asked: argparse.Namespace, once: Callable[[Peer, BadLine, int], Result], figure: str) -> Result:
    lacks = missing()
    if lacks:
        return {"missing": lacks}
    found: Result = {}
    with tempfile.TemporaryDirectory() as name, BadLine(DELAY_MS, LOSS, RATE_MBIT) as line:
        payload = Path(name) / "payload"
        total = write_folder(payload, asked.records)
        names = [peer.name for peer in peers(Case(Path(name) / "names", payload, 1, REGION, 8000))]
        for index, who in enumerate(names):
            if not who.startswith(asked.only):
                continue
            tries = []
            for round_no in range(asked.rounds):
                case = Case(Path(name) / f"{index}-{round_no}", payload, asked.records, REGION, 8001 + index)
                peer = peers(case)[index]
                tries.append({"missing": peer.missing} if peer.missing else once(peer, line, total))
            found[who] = _say(peer, sorted(tries, key=lambda one: one.get(figure) or 0)[len(tries) // 2])
    return found


def _say(peer: Peer, result: Result) -> Result:
    print(f"  {peer.name}: " + ", ".join(f"{key} {value}" for key, value in result.items()), flush=True)
    return result


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


def _copied(peer: Peer, count: int) -> Result:
    with _serving(peer, []):
        began = time.monotonic()
        subprocess.run(peer.client, cwd=ROOT, check=True, timeout=RUN_LASTS_S)
        return {"records_s": round(count / (time.monotonic() - began), 1)}


def _intake(folder: Path, count: int, venues: int) -> float:
    """Let so many venues' processes send at once; return records a second from the common start to the last receipt."""
    peer = kaodian(Case(folder, folder, count * venues, "127.0.0.1", _port()))
    *command, home, url = [*peer.client[:3], "burst", *peer.client[4:]]
    with _serving(peer, []):
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
        for client in clients:
            assert client.stdin
            client.stdin.write("go\n")
            client.stdin.flush()
        slowest = max(float(client.communicate()[0]) for client in clients)
    return count * venues / slowest


@contextlib.contextmanager
def _serving(peer: Peer, within: list[str]) -> Iterator[None]:
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen([*within, *peer.server], cwd=ROOT, env=dict(peer.environment), **quiet) as server:
        try:
            _wait_for(server, within, peer.host, peer.port)
            yield
        finally:
            server.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(5)
            server.kill()


def _wait_for(server: subprocess.Popen[bytes], within: list[str], host: str, port: int) -> None:
    probe = [*within, sys.executable, "-c", f"import socket; socket.create_connection(({host!r}, {port}), 1)"]
    for _try in range(200):
        if subprocess.run(probe, stderr=subprocess.DEVNULL, check=False).returncode == 0:
            return
        if server.poll() is not None:
            raise SystemExit(f"{server.args} ended by itself")
        time.sleep(0.1)
    raise SystemExit("a server did not start")


def _port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    os.chdir(ROOT)
    main(sys.argv[1:])
