"""When the disk does not take it: a retryable answer, nothing lost, nothing half-kept."""

import errno
from dataclasses import dataclass, replace
from typing import IO

import pytest
from sqlalchemy import event, text

from region.app import create_app
from region.bundle_desk import BundleDesk
from region.database import open_engine
from region.folder_files import FolderFiles
from region.persons import Persons
from region.signing import receipt_signer
from region.store import Store
from tests.support.region_app import Browser, Region, open_region
from tests.support.region_places import LargePlaces
from tests.support.region_records import bundled, sealed
from tests.support.server import free_port


@dataclass(frozen=True, slots=True)
class FailingFiles(FolderFiles):
    """A folder on a disk that refuses with `number`."""

    number: int = errno.ENOSPC

    def put(self, digest: str, stream: IO[bytes], limit_bytes: int) -> int:
        raise OSError(self.number, "made up")


@pytest.mark.parametrize(
    ("number", "status", "code"), [(errno.ENOSPC, 507, "storage_full"), (errno.EIO, 503, "storage_failed")]
)
def test_a_disk_that_refuses_is_told_apart_and_tried_later(region, number, status, code):
    record, files = sealed()
    digest, content = next(iter(files.items()))
    region.put(f"/records/{record.digest}", record.content)
    engine = open_engine(region.settings.url)
    failing = FailingFiles(region.settings.home / "files", region.settings.home / "uploads", number)
    store = Store(engine, failing, region.store.vault, region.clock)
    troubled = Region(create_app(region.settings, store), store, region.clock, region.settings)
    answer = troubled.put(f"/files/{digest}", content)
    assert (answer.status_code, answer.json["error"]["code"]) == (status, code)
    assert answer.json["error"]["retryable"] is True
    assert int(answer.headers["Retry-After"]) > 0
    assert digest in troubled.get(f"/records/{record.digest}").json["receipt"]["missing"]
    store.close()
    assert region.put(f"/files/{digest}", content).status_code == 201


@pytest.mark.parametrize("places", ["embedded"], indirect=True)  # only SQLite's size can be limited so
def test_a_full_database_ends_an_import_in_words_and_the_next_one_goes_on(region, tmp_path):
    """The database itself refuses: its number of pages is limited to those that it has."""
    stick = tmp_path / "stick"
    stick.mkdir()
    contents = bundled(stick, count=6)
    with region.store.read() as session:
        pages = session.execute(text("PRAGMA page_count")).scalar()
    engine = open_engine(region.settings.url)
    event.listen(engine, "connect", lambda line, _entry: line.execute(f"PRAGMA max_page_count={pages}"))
    store = Store(engine, region.store.files, region.store.vault, region.clock)
    signer = receipt_signer(region.settings.home)
    full = BundleDesk(store, Persons(store), signer)
    (outcome,) = full.read_in(stick, "r-test", lambda _progress: None)
    assert outcome.taken.trouble == "storage_full"
    store.close()
    desk = BundleDesk(region.store, Persons(region.store), signer)
    (outcome,) = desk.read_in(stick, "r-test", lambda _progress: None)
    assert len(outcome.taken.of("new")) + len(outcome.taken.of("known")) == len(contents.objects)


def test_a_database_that_is_gone_is_said_and_tried_later(large_places: LargePlaces) -> None:
    region = large_places.new()
    browser = Browser(region)
    assert browser.sign_in().status_code == 303
    large_places.close_database()
    answer = region.get("/status")
    assert (answer.status_code, answer.json["error"]["code"], answer.json["error"]["retryable"]) == (
        503,
        "storage_failed",
        True,
    )
    assert int(answer.headers["Retry-After"]) > 0
    page = browser.get("/records")
    assert page.status_code == 503
    assert "Wait a minute and try again" in page.text


def test_an_object_store_that_is_gone_loses_nothing(large_places: LargePlaces) -> None:
    """What does not answer is not taken for what is not there: nothing is forgotten."""
    region = large_places.new()
    record, files = sealed()
    region.put(f"/records/{record.digest}", record.content)
    *others, last = files
    for digest in others:
        region.put(f"/files/{digest}", files[digest])
    gone = replace(region.settings, s3_endpoint=f"http://127.0.0.1:{free_port()}")
    cut_off = open_region(gone, region.clock)
    answer = cut_off.put(f"/files/{last}", files[last])
    assert (answer.status_code, answer.json["error"]["code"]) == (503, "storage_failed")
    assert cut_off.get(f"/records/{record.digest}").json["receipt"]["missing"] == [last]
    cut_off.store.close()
    assert region.put(f"/files/{last}", files[last]).status_code == 201
    assert region.get(f"/records/{record.digest}").json["receipt"]["state"] == "accepted"
