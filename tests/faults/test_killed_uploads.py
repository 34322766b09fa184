"""Sender and region are killed again and again in the middle of uploads: every object arrives once, with receipt."""

import os
import subprocess
import time
from pathlib import Path
from random import Random

from sqlalchemy import func, select

from bench.peers import Case, Peer, kaodian
from bench.sizes import VENUE
from local_db.engine import Database
from local_db.models import RecordRow
from local_db.sending_models import OutboxRow
from records.canonical import digest_bytes
from records.manifest import unwrap
from records.receipt import check_receipt, read_keys
from region.models import RecordRow as RegionRecord
from region.models import StoredFile, UploadRow
from region.settings import Settings
from region.store import open_store
from tests.support.builders import KEY
from tests.support.server import ROOT, free_port

KILLS = int(os.environ.get("KAODIAN_UPLOAD_KILLS") or 5)
SEED = int(os.environ.get("KAODIAN_KILL_SEED") or 20270116)
RECORDS = 6
LASTS_S = 100


def start(command: list[str], peer: Peer, log: Path) -> subprocess.Popen[bytes]:
    with log.open("ab") as out:
        return subprocess.Popen(command, cwd=ROOT, env=dict(peer.environment), stdout=out, stderr=out)


def everything_accepted(home: Path) -> bool:
    database = Database(home / "venue.db", KEY)
    with database.reading() as session:
        left = session.scalar(select(func.count()).where(RecordRow.accepted_at.is_(None)))
    database.close()
    return not left


def test_every_object_arrives_once_whoever_is_killed(tmp_path: Path) -> None:
    dice, log, home = Random(SEED), tmp_path / "log", tmp_path / "kaodian"
    peer = kaodian(Case(tmp_path, tmp_path, RECORDS, "127.0.0.1", free_port()))
    # A slow line, so that a kill finds uploads under way and not over.
    sending = [*peer.client, "--max-kbit-s", "16000"]
    region, sender, kills = start(peer.server, peer, log), start(sending, peer, log), 0
    deadline = time.monotonic() + LASTS_S
    try:
        while not everything_accepted(home / "venue") and time.monotonic() < deadline:
            time.sleep(dice.uniform(0.5, 2.5))
            if kills < KILLS:
                kills += 1
                victim = dice.choice(("region", "sender", "both"))
                if victim != "sender":
                    region.kill()
                    region.wait()
                    region = start(peer.server, peer, log)
                if victim != "region":
                    sender.kill()
            if sender.poll() is not None:
                sender = start(sending, peer, log)
    finally:
        for process in (sender, region):
            process.kill()
            process.wait()
    tail = log.read_text("utf-8", "replace")[-3000:]
    assert everything_accepted(home / "venue"), tail
    check_region(home)
    check_receipts(home)


def objects(home: Path) -> set[str]:
    """The encrypted objects that the records name."""
    envelopes = [path.read_bytes() for path in (home / "venue" / "envelopes").iterdir()]
    return {one.digest for content in envelopes for one in unwrap(content, digest_bytes(content)).manifest.objects}


def check_region(home: Path) -> None:
    """Each record and each file is there once, whole, and nothing half is left that is also whole."""
    wanted = objects(home)
    store = open_store(Settings(home / "region"))
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(RegionRecord)) == RECORDS
        assert session.scalar(select(func.count()).where(RegionRecord.accepted_at.is_(None))) == 0
        assert set(session.scalars(select(StoredFile.digest))) == wanted
        open_uploads = list(session.scalars(select(UploadRow.digest).where(UploadRow.done_at.is_(None))))
    assert all(store.files.read_intact(digest) is not None for digest in wanted)
    assert len([path for path in store.files.folder.rglob("*") if path.is_file()]) == len(wanted)
    assert len(open_uploads) == len(set(open_uploads))
    store.close()


def check_receipts(home: Path) -> None:
    """The venue holds the region's signed word on every single object."""
    keys = read_keys((home / "venue" / "region-receipt.pub").read_text("utf-8"))
    database = Database(home / "venue" / "venue.db", KEY)
    with database.reading() as session:
        rows = list(session.scalars(select(OutboxRow)))
        records = list(session.scalars(select(RecordRow)))
    assert len(rows) == RECORDS + len(objects(home))
    for row in rows:
        assert check_receipt(row.receipt or b"", row.digest, VENUE, keys).key_id == row.receipt_key
    for record in records:
        assert check_receipt(record.receipt or b"", record.digest, VENUE, keys).is_accepted
    database.close()
