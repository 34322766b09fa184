"""The two peers that are a few lines of Python: a plain socket copy, and tuspy.

python -m bench.copying listen HOST PORT FOLDER      python -m bench.copying copy HOST PORT FOLDER
python -m bench.copying tuspy HOST PORT FOLDER STATE
"""

import os
import socket
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

CONNECTIONS = 8


def listen(host: str, port: int, folder: Path) -> None:
    """Write whatever comes into one file a connection, on the disk before the answer."""
    with socket.create_server((host, port)) as server:
        for number in range(1_000_000):
            line, _address = server.accept()
            with line, (folder / f"{number}.bin").open("wb") as file:
                while part := line.recv(256 * 1024):
                    file.write(part)
                file.flush()
                os.fsync(file.fileno())
                try:
                    line.sendall(b"ok")
                except OSError:
                    continue  # it was killed in the middle


def copy(host: str, port: int, folder: Path) -> None:
    """Send every file over one connection, one after the other."""
    with socket.create_connection((host, port)) as line:
        for path in sorted(folder.rglob("*.bin")):
            line.sendall(path.read_bytes())
        line.shutdown(socket.SHUT_WR)
        assert line.recv(2) == b"ok"


def send_by_tuspy(host: str, port: int, folder: Path, state: Path) -> None:
    """Send every file with the protocol's Python client, eight at a time, going on where it was."""
    from tusclient.client import TusClient
    from tusclient.storage.filestorage import FileStorage

    client = TusClient(f"http://{host}:{port}/api/v1/uploads")

    def send(paths: Sequence[Path]) -> None:
        for path in paths:
            done = state / f"{path.parent.name}-{path.stem}.done"
            if done.exists():
                continue
            storage = FileStorage(str(done.with_suffix(".url")))
            told = {"filename": path.name}  # the reference server refuses an empty Upload-Metadata
            client.uploader(
                str(path), chunk_size=256 * 1024, metadata=told, store_url=True, url_storage=storage, retries=0
            ).upload()
            done.touch()

    state.mkdir(exist_ok=True)
    files = sorted(folder.rglob("*.bin"))
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(send, (files[lane::CONNECTIONS] for lane in range(CONNECTIONS))))


if __name__ == "__main__":
    what, at, number, *folders = sys.argv[1:]
    places = [Path(one) for one in folders]
    if what == "listen":
        listen(at, int(number), places[0])
    elif what == "copy":
        copy(at, int(number), places[0])
    else:
        send_by_tuspy(at, int(number), places[0], places[1])
