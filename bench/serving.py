"""A peer's server as a process of its own, for as long as it is needed."""

import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bench.peers import Peer

ROOT = Path(__file__).resolve().parents[1]
RUN_LASTS_S = 400


@contextlib.contextmanager
def serving(peer: Peer, within: list[str]) -> Iterator[int]:
    """Start the server, as what `within` begins, and wait until it answers; give its process id."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen([*within, *peer.server], cwd=ROOT, env=dict(peer.environment), **quiet) as server:
        try:
            _wait_for(server, within, peer.host, peer.port)
            yield server.pid
        finally:
            server.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(5)
            server.kill()


def free_port() -> int:
    """Return a port of loopback that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(server: subprocess.Popen[bytes], within: list[str], host: str, port: int) -> None:
    probe = [*within, sys.executable, "-c", f"import socket; socket.create_connection(({host!r}, {port}), 1)"]
    for _try in range(200):
        if subprocess.run(probe, stderr=subprocess.DEVNULL, check=False).returncode == 0:
            return
        if server.poll() is not None:
            raise SystemExit(f"{server.args} ended by itself")
        time.sleep(0.1)
    raise SystemExit("a server did not start")
