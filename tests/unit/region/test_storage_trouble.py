"""When the disk does not take it: a retryable answer, nothing lost, nothing half-kept."""

import errno
from dataclasses import dataclass
from typing import IO

import pytest

from region.app import create_app
from region.database import open_engine
from region.folder_files import FolderFiles
from region.store import Store
from tests.support.region_app import Region
from tests.support.region_records import sealed


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
