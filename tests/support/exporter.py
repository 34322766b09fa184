"""A program that exports a venue's records onto a stick, one step whenever it is told to. It is there to be killed."""

import sys
from pathlib import Path

from kiosk.data import secret_keys
from kiosk.settings import parse_settings
from local_db.blobs import BlobFolder, SealedFolder
from local_db.bundled import BundleBook
from local_db.clock import Clock
from local_db.engine import Database
from local_db.outbox import Outbox
from local_db.signing_keys import SigningKeys
from local_db.store import Store
from sync.bundle import BundleSource
from sync.bundle_writing import Progress, write_bundle
from tests.support.builders import KEY


def main(home: Path, stick: Path, venue_id: str) -> None:
    """Say each step, and wait for a line before going on."""
    tables = {
        "venue": {"id": venue_id, "name": {"zh": "", "en": ""}},
        "stations": {"desk-1": {"kind": "desk", "label": {"zh": "", "en": ""}}},
    }
    settings, clock = parse_settings(tables, home), Clock()
    database = Database(settings.database, KEY)
    store = Store(database, BlobFolder(settings.blobs, KEY), SealedFolder(settings.sealed), clock)
    keys = SigningKeys(database, secret_keys(settings, KEY), clock)
    source = BundleSource(venue_id, BundleBook(database, Outbox(database, store, clock)), keys)
    write_bundle(source, stick, clock.now, _say)
    database.close()


def _say(progress: Progress) -> None:
    print(progress.phase, progress.done, progress.objects, flush=True)
    sys.stdin.readline()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
