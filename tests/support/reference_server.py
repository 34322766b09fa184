"""The reference server of the resumable upload protocol, which we did not write: node running @tus/server."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from test_system import REFERENCE, has_reference_server
from tests.support.server import free_port


@dataclass(frozen=True, slots=True)
class Reference:
    """A running server and the folder of what it has received."""

    url: str
    folder: Path

    def received(self) -> list[bytes]:
        """Return the content of every upload."""
        return [path.read_bytes() for path in self.folder.iterdir() if path.suffix != ".json"]


@contextmanager
def running_reference(folder: Path, port: int = 0) -> Iterator[Reference]:
    """Run it; the same folder and port go on where an earlier one was killed."""
    node = shutil.which("node")
    assert node, "node is missing: python scripts/test_system.py"
    assert has_reference_server(), "the reference server is missing: python scripts/test_system.py"
    port = port or free_port()
    command = [node, str(REFERENCE / "server.js"), "127.0.0.1", str(port), str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout
            assert process.stdout.readline() == b"up\n"
            yield Reference(f"http://127.0.0.1:{port}", folder)
        finally:
            process.kill()
