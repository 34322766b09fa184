"""Who is compared: how each one's server and client are started. A client is run again until it ends well."""

import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bench.payload import finished_visits
from bench.sizes import VENUE
from local_db.models import RecordRow
from records.seal import Sealer
from region.keys import make_key
from region.settings import Settings
from region.signers import enrol
from region.signing import PUBLIC_FILE, receipt_signer
from region.store import open_store
from region.venues import add_venue
from tests.support.builders import SIGNER

REFERENCE = Path(__file__).parent / "tus_reference"
KEY = "key-of-the-benchmark"


@dataclass(frozen=True, slots=True)
class Case:
    """One run of one peer.

    Attributes:
        folder: empty, the peer's own.
        payload: the folder of files to be sent, for all but us.
    """

    folder: Path
    payload: Path
    records: int
    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Peer:
    """A way of copying the payload.

    Attributes:
        missing: what has to be installed for it, "" if nothing.
        server, client: the commands.
        environment: of the server.
    """

    name: str
    missing: str
    server: list[str]
    client: list[str]
    host: str
    port: int
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))


def peers(case: Case) -> list[Peer]:
    """Return everybody, ready for this case; each has a folder of its own."""
    return [_raw(case), _rsync(case), _rclone(case), _reference(case), kaodian(case)]


def _folder(case: Case, name: str) -> Path:
    folder = case.folder / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _raw(case: Case) -> Peer:
    at, python = [case.host, str(case.port)], [sys.executable, "-m", "bench.copying"]
    folder = _folder(case, "raw")
    return Peer(
        "socket copy, 1 connection",
        "",
        [*python, "listen", *at, str(folder)],
        [*python, "copy", *at, str(case.payload)],
        case.host,
        case.port,
    )


def _rsync(case: Case) -> Peer:
    folder = _folder(case, "rsync")
    (folder / "to").mkdir(exist_ok=True)
    config = folder / "rsyncd.conf"
    config.write_text(f"use chroot = no\n[to]\npath = {folder / 'to'}\nread only = no\nuid = 0\ngid = 0\n")
    serve = ["rsync", "--daemon", "--no-detach", f"--config={config}", f"--address={case.host}", f"--port={case.port}"]
    send = ["rsync", "-r", "--partial-dir=.part", f"{case.payload}/", f"rsync://{case.host}:{case.port}/to/"]
    return Peer("rsync --partial-dir", _needs("rsync"), serve, send, case.host, case.port)


def _rclone(case: Case) -> Peer:
    folder = _folder(case, "rclone")
    at = f"{case.host}:{case.port}"
    send = ["rclone", "copy", "--config=", "--transfers=8", "--retries=1", "--low-level-retries=1"]
    remote = [f"--webdav-url=http://{at}/", str(case.payload), ":webdav:"]
    return Peer(
        "rclone, WebDAV, 8 transfers",
        _needs("rclone"),
        ["rclone", "serve", "webdav", f"--addr={at}", str(folder)],
        [*send, *remote],
        case.host,
        case.port,
    )


def _reference(case: Case) -> Peer:
    folder = _folder(case, "reference")
    serve = ["node", str(REFERENCE / "server.js"), case.host, str(case.port), str(folder / "to")]
    is_there = (REFERENCE / "node_modules").exists() and shutil.which("node")
    send = [sys.executable, "-m", "bench.copying", "tuspy", case.host, str(case.port), str(case.payload)]
    lacks = "" if is_there else "node, and npm install in bench/tus_reference"
    return Peer(
        "tus reference server, tuspy, 8 connections", lacks, serve, [*send, str(folder / "state")], case.host, case.port
    )


def kaodian(case: Case) -> Peer:
    """Return ourselves: a region, and a venue whose records wait in its outbox."""
    home, venue = _folder(case, "kaodian"), _folder(case, "kaodian") / "venue"
    settings = Settings(home / "region", host=case.host, port=case.port)
    (home / "region").mkdir(exist_ok=True)
    (home / "region" / "region.toml").write_text(f'trusted_hosts = ["{case.host}"]\n', encoding="utf-8")
    store = open_store(settings)
    add_venue(store, VENUE, "bench", KEY)
    enrol(store, VENUE, SIGNER.public)
    sealer = Sealer((make_key(store),), SIGNER)
    store.close()
    receipt_signer(settings.home)
    shelf, visits = finished_visits(venue, case.records, sealer)
    (venue / "envelopes").mkdir()
    with shelf.database.reading() as session:
        for number, visit in enumerate(visits):
            row = session.get_one(RecordRow, visit.versions[-1].digest)
            (venue / "envelopes" / f"{number:04}").write_bytes(row.content)
    shelf.database.close()
    (venue / "region.key").write_text(KEY, encoding="ascii")
    shutil.copy(settings.home / PUBLIC_FILE, venue / "region-receipt.pub")
    environment = {
        **os.environ,
        "KAODIAN_HOME": str(home),
        "KAODIAN_REGION_HOST": case.host,
        "KAODIAN_REGION_PORT": str(case.port),
    }
    send = [sys.executable, "-m", "bench.sender", "outbox", str(venue), f"http://{case.host}:{case.port}"]
    return Peer(
        "Kaodian, 8 connections", "", [sys.executable, "-m", "region", "run"], send, case.host, case.port, environment
    )


def _needs(program: str) -> str:
    return "" if shutil.which(program) else f"{program} (Debian package)"
