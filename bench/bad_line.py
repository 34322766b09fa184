"""A slow, lossy line on one machine: two network namespaces joined by TUN devices and this relay.

Needs root, `ip` and /dev/net/tun. The venue's end has the address 10.9.0.1, the region's 10.9.0.2.

    with BadLine(delay_ms=25, loss=0.01, rate_mbit=10) as line:
        subprocess.run([*line.at_venue, "curl", "http://10.9.0.2/"])
        print(line.counts())
"""

import fcntl
import heapq
import json
import os
import random
import select
import signal
import struct
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

VENUE, REGION = "10.9.0.1", "10.9.0.2"
TUNSETIFF, TUN_WITHOUT_HEADER = 0x400454CA, 0x1001
BUFFER_S = 0.1
"""What the line's router holds back before it drops: 100 ms, as an ordinary one does."""


def missing() -> str:
    """Return what this computer lacks for a bad line, "" if nothing."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        return "Linux and root"
    return "" if Path("/dev/net/tun").exists() else "/dev/net/tun"


@dataclass(slots=True)
class Counts:
    """What went from the venue to the region, since the last reset.

    Attributes:
        crossed, payload: bytes of packets that got through: all, and without the headers of IP and TCP.
        lost, full: packets that the line lost, and that did not fit into its buffer.
        idle_s: how long the line had nothing to carry, from the first packet on.
        first_at, last_at: when the first packet, and the last with content in either direction, went.
    """

    crossed: int = 0
    payload: int = 0
    lost: int = 0
    full: int = 0
    idle_s: float = 0.0
    first_at: float = 0.0
    last_at: float = 0.0

    @property
    def took_s(self) -> float:
        """From the first packet to the last that carried anything."""
        return self.last_at - self.first_at


class BadLine:
    """The line, as long as it is entered."""

    def __init__(self, delay_ms: float, loss: float, rate_mbit: float) -> None:
        self._setting = [str(delay_ms), str(loss), str(rate_mbit)]
        tag = os.getpid() % 100_000
        self._names = (f"kv{tag}", f"kr{tag}")
        self.at_venue = ["ip", "netns", "exec", self._names[0]]
        self.at_region = ["ip", "netns", "exec", self._names[1]]
        self._relay: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "bench.bad_line", *self._setting, *self._names]
        self._relay = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._ask("hello")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._relay
        self._relay.terminate()
        self._relay.wait()
        for name in self._names:
            subprocess.run(["ip", "netns", "del", name], check=False)

    def reset(self) -> None:
        """Count from zero."""
        self._ask("reset")

    def counts(self) -> Counts:
        """Return what has crossed since the last reset."""
        return Counts(**json.loads(self._ask("tell")))

    def _ask(self, word: str) -> str:
        assert self._relay
        assert self._relay.stdin
        assert self._relay.stdout
        self._relay.stdin.write(f"{word}\n")
        self._relay.stdin.flush()
        return self._relay.stdout.readline()


@dataclass(slots=True)
class _Direction:
    """One direction: packets wait their turn, then travel, or are lost."""

    out: int
    delay_s: float
    loss: float
    bytes_s: float
    counts: Counts
    counts_bytes: bool
    free_at: float = 0.0
    number: int = 0
    under_way: list[tuple[float, int, bytes]] = field(default_factory=list)

    def put(self, packet: bytes, now: float) -> None:
        """Let a packet go."""
        self.counts.first_at = self.counts.first_at or now
        content = len(packet) - _headers(packet)
        if random.random() < self.loss:
            self.counts.lost += self.counts_bytes
            return
        if max(0.0, self.free_at - now) > BUFFER_S:
            self.counts.full += self.counts_bytes
            return
        if self.counts_bytes:
            self.counts.idle_s += max(0.0, now - max(self.free_at, self.counts.first_at))
        self.free_at = max(self.free_at, now) + len(packet) / self.bytes_s
        self.number += 1
        heapq.heappush(self.under_way, (self.free_at + self.delay_s, self.number, packet))
        if content:
            self.counts.last_at = max(self.counts.last_at, self.free_at + self.delay_s)
        if self.counts_bytes:
            self.counts.crossed += len(packet)
            self.counts.payload += content

    def deliver(self, now: float) -> None:
        """Hand over what has arrived."""
        while self.under_way and self.under_way[0][0] <= now:
            try:
                os.write(self.out, heapq.heappop(self.under_way)[2])
            except OSError:
                continue  # nobody is there any more


def _headers(packet: bytes) -> int:
    ip = 4 * (packet[0] & 15)
    return ip + 4 * (packet[ip + 12] >> 4) if packet[9] == 6 and len(packet) > ip + 12 else len(packet)


def _end(namespace: str, device: str, address: str) -> int:
    subprocess.run(["ip", "netns", "add", namespace], check=True)
    handle = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(handle, TUNSETIFF, struct.pack("16sH", device.encode(), TUN_WITHOUT_HEADER))
    within = ["ip", "netns", "exec", namespace, "ip"]
    subprocess.run(["ip", "link", "set", device, "netns", namespace], check=True)
    subprocess.run([*within, "addr", "add", f"{address}/24", "dev", device], check=True)
    subprocess.run([*within, "link", "set", device, "up", "mtu", "1500", "txqueuelen", "1000"], check=True)
    subprocess.run([*within, "link", "set", "lo", "up"], check=True)
    route = ["route", "replace", "10.9.0.0/24", "dev", device, "src", address, "congctl", "cubic"]
    subprocess.run([*within, *route], check=True)
    return handle


def _relay(delay_s: float, loss: float, bytes_s: float, names: tuple[str, str]) -> None:
    os.setpriority(os.PRIO_PROCESS, 0, -15)  # the line must not become slower because somebody computes
    ends = [_end(name, name, address) for name, address in zip(names, (VENUE, REGION), strict=True)]
    counts = Counts()
    ways = [
        _Direction(ends[1], delay_s, loss, bytes_s, counts, counts_bytes=True),
        _Direction(ends[0], delay_s, loss, bytes_s, counts, counts_bytes=False),
    ]
    poll = select.epoll()
    for handle in (*ends, sys.stdin.fileno()):
        poll.register(handle, select.EPOLLIN)
    while True:
        now = time.monotonic()
        soonest = min((way.under_way[0][0] for way in ways if way.under_way), default=now + 1)
        for handle, _event in poll.poll(max(0.0, soonest - now)):
            if handle not in ends:
                _obey(counts)
            else:
                _take_in(handle, ways[ends.index(handle)])
        now = time.monotonic()
        for way in ways:
            way.deliver(now)


def _take_in(handle: int, way: _Direction) -> None:
    for _packet in range(64):
        try:
            packet = os.read(handle, 65536)
        except BlockingIOError:
            return
        if packet[0] >> 4 == 4:
            way.put(packet, time.monotonic())


def _obey(counts: Counts) -> None:
    word = sys.stdin.readline()
    if not word:
        raise SystemExit
    if word.strip() == "reset":
        for name, value in asdict(Counts()).items():
            setattr(counts, name, value)
    print(json.dumps(asdict(counts)), flush=True)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_signal: sys.exit())
    delay, loss_share, mbit = map(float, sys.argv[1:4])
    _relay(delay / 1e3, loss_share, mbit * 1e6 / 8, (sys.argv[4], sys.argv[5]))
