"""The region as a process of its own, over a real socket: started, killed, started again, and nothing is lost."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest

from region.keys import restore_key
from region.settings import Settings
from region.store import open_store
from tests.support.region_app import CSRF
from tests.support.region_records import IDENTITY, SIGNER, ordinary_evidence, picture, sealed

STARTS_IN_S = 60
DEMO_VENUE, REVIEWER, PIN = "DEMO-01", "审核员甲", "660011"


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(home: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    environment = os.environ | {"KAODIAN_HOME": str(home), "KAODIAN_REGION_PORT": str(port)}
    command = [sys.executable, "-m", "region", "run", "--demo", "--demo-signing-key", SIGNER.public]
    with (home.parent / "region.log").open("ab") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        wait_for(port, process)
        yield process
    finally:
        process.kill()
        process.wait()


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + STARTS_IN_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            httpx.get(f"http://127.0.0.1:{port}/sign-in")
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the region did not start")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder in which the region's secret key lies, as it does after `keys restore`."""
    folder = tmp_path / "home"
    folder.mkdir()
    store = open_store(Settings(folder / "region"))
    restore_key(store, IDENTITY)
    store.close()
    return folder


def venue(home: Path, port: int) -> httpx.Client:
    key = (home / "region" / "venue-demo.key").read_text()
    return httpx.Client(base_url=f"http://127.0.0.1:{port}/api/v1", headers={"Authorization": f"Bearer {key}"})


def test_a_record_travels_through_a_kill_to_a_verdict(home):
    port = free_port()
    record, files = sealed(venue=DEMO_VENUE)
    first, *others = files
    with running(home, port), venue(home, port) as client:
        assert client.put(f"/records/{record.digest}", content=record.content).status_code == 201
        assert client.put(f"/files/{first}", content=files[first]).status_code == 201
    with running(home, port) as process, venue(home, port) as client:
        assert client.get(f"/records/{record.digest}").json()["receipt"]["missing"] == sorted(others)
        for digest in others:
            client.put(f"/files/{digest}", content=files[digest])
        assert client.get(f"/records/{record.digest}").json()["receipt"]["state"] == "accepted"
        judge(port, record.digest)
        verdicts = client.get("/verdicts", params={"since": 0}).json()["verdicts"]
        assert [(verdict["record_digest"], verdict["decision"]) for verdict in verdicts] == [(record.digest, "passed")]
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0


def judge(port: int, digest: str) -> None:
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", follow_redirects=True) as browser:
        token = CSRF.search(browser.get("/sign-in").text)[1]
        page = browser.post("/sign-in", data={"csrf_token": token, "name": REVIEWER, "secret": PIN})
        assert page.url.path == "/records"
        token = CSRF.search(browser.get(f"/records/{digest}").text)[1]
        answer = browser.post(f"/records/{digest}/verdict", data={"csrf_token": token, "decision": "passed"})
        assert answer.status_code == 200


def test_many_venue_connections_at_once_double_nothing(home):
    port = free_port()
    parcels = [sealed(f"R{n:04}", ordinary_evidence(picture(n)), venue=DEMO_VENUE) for n in range(12)]
    with running(home, port), venue(home, port) as client:

        def deliver(number: int) -> str:
            record, files = parcels[number % len(parcels)]
            client.put(f"/records/{record.digest}", content=record.content).raise_for_status()
            for digest, content in files.items():
                client.put(f"/files/{digest}", content=content).raise_for_status()
            return client.get(f"/records/{record.digest}").json()["receipt"]["state"]

        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(deliver, range(3 * len(parcels)))) == {"accepted"}
        kept = [path for path in (home / "region" / "files").rglob("*") if path.is_file()]
        assert len(kept) == len({digest for _record, files in parcels for digest in files})


def test_an_upload_cut_in_the_middle_leaves_nothing_behind(home):
    port = free_port()
    record, files = sealed(venue=DEMO_VENUE)
    digest, content = next(iter(files.items()))
    with running(home, port), venue(home, port) as client:
        client.put(f"/records/{record.digest}", content=record.content)
        line = http.client.HTTPConnection("127.0.0.1", port)
        line.putrequest("PUT", f"/api/v1/files/{digest}")
        line.putheader("Authorization", client.headers["Authorization"])
        line.putheader("Content-Length", str(len(content)))
        line.endheaders(content[: len(content) // 2])
        line.close()
        huge = client.put(f"/files/{digest}", content=b"x" * (13 * 1024 * 1024))
        assert (huge.status_code, huge.json()["error"]["code"]) == (413, "too_large")
        assert [path for path in (home / "region" / "files").rglob("*") if path.is_file()] == []
        assert client.put(f"/files/{digest}", content=content).status_code == 201
