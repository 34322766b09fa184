"""Partners that we did not write: their client uploads to our region, our venue uploads to their server."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from tusclient.client import TusClient as TheirClient
from tusclient.exceptions import TusCommunicationError

from local_db.parcels import Parcel
from records.age import MEDIA_TYPE
from records.canonical import digest_bytes
from region.receiving import serving
from sync.errors import InterruptedSendError, UnreachableError
from sync.transport import HttpTransport, Watch
from tests.support.builders import enrolment
from tests.support.reference_server import running_reference
from tests.support.region_app import KEY, Region, furnish, open_region
from tests.support.region_records import ordinary_evidence, sealed
from tests.support.web_server import WebServer

LARGE = bytes(range(256)) * 3000


@pytest.fixture
def region(tmp_path: Path) -> Iterator[Region]:
    region = furnish(open_region(tmp_path / "region"))
    yield region
    region.store.close()


@pytest.fixture
def url(region: Region) -> Iterator[str]:
    server = WebServer(region.app, make=serving)
    yield f"{server.url}/api/v1/uploads"
    server.stop()


def their_client(url: str, key: str = KEY) -> TheirClient:
    return TheirClient(url, headers={"Authorization": f"Bearer {key}"})


def told(kind: str, content: bytes) -> dict[str, str]:
    return {"kind": kind, "sha256": digest_bytes(content), "filetype": MEDIA_TYPE}


def test_their_client_uploads_a_record_and_its_files_to_our_region(region: Region, url: str) -> None:
    record, files = sealed("R0001", ordinary_evidence(LARGE))
    for kind, content in (("record", record.content), *(("file", content) for content in files.values())):
        uploader = their_client(url).uploader(
            file_stream=io.BytesIO(content), metadata=told(kind, content), chunk_size=100_000, upload_checksum=True
        )
        uploader.upload()
    assert region.get(f"/records/{record.digest}").json["receipt"]["state"] == "accepted"


def test_their_client_goes_on_after_a_break_from_its_stored_url(region: Region, url: str) -> None:
    record, files = sealed("R0001", ordinary_evidence(LARGE))
    region.put(f"/records/{record.digest}", record.content)
    large = max(files.values(), key=len)
    first = their_client(url).uploader(file_stream=io.BytesIO(large), metadata=told("file", large), chunk_size=100_000)
    first.upload(stop_at=200_000)
    second = their_client(url).uploader(file_stream=io.BytesIO(large), url=first.url, chunk_size=100_000)
    assert second.offset == 200_000
    second.upload()
    assert region.store.files.read_intact(digest_bytes(large)) == large


def test_their_client_is_told_when_it_may_not(url: str) -> None:
    with pytest.raises(TusCommunicationError) as caught:
        their_client(url, "no key").uploader(file_stream=io.BytesIO(LARGE), metadata=told("file", LARGE)).upload()
    assert caught.value.status_code == 401


def test_our_venue_uploads_to_their_server_over_a_kill_of_it(tmp_path: Path) -> None:
    """It takes the bytes; that it gives no receipt means that for us nothing has been received."""
    parcel = Parcel(1, "file", digest_bytes(LARGE), MEDIA_TYPE, len(LARGE), 0)
    notes: list[tuple[str, int]] = []
    watch = Watch(lambda: False, lambda *note: notes.append(note))
    with running_reference(tmp_path / "theirs") as reference:
        way = HttpTransport(enrolment(reference.url))
        with pytest.raises(InterruptedSendError):
            way.send(parcel, LARGE, watch)
        port = int(reference.url.rpartition(":")[2])
    url, offset = notes[-1]
    assert 0 < offset < len(LARGE)
    with running_reference(tmp_path / "theirs", port) as reference:
        later = Parcel(1, "file", parcel.digest, MEDIA_TYPE, len(LARGE), 1, url)
        seen: list[int] = []
        with pytest.raises(UnreachableError, match="not a receipt"):
            way.send(later, LARGE, Watch(note=lambda _url, at: seen.append(at)))
        assert seen[0] == offset, "it went on where the killed server was"
        assert LARGE in reference.received()
    way.close()
