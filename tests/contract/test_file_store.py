"""What every place for objects must do: the local folder and an object store that speaks S3."""

import hashlib
import io
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from region.errors import (
    DamagedChunkError,
    SettingsError,
    StorageFailedError,
    StorageFullError,
    TooLargeError,
    WrongDigestError,
)
from region.files import Checksum, FileStore
from region.folder_files import FolderFiles
from region.s3_files import S3Files, open_bucket
from tests.support.object_store import ACCESS, SECRET, Bucket, running_object_store
from tests.support.server import free_port

CONTENT = bytes(range(256)) * 3000
DIGEST = hashlib.sha256(CONTENT).hexdigest()
UPLOAD, OTHER = "a" * 32, "b" * 32


@pytest.fixture(scope="module")
def bucket() -> Iterator[Bucket]:
    with running_object_store() as made:
        yield made


@pytest.fixture(params=["folder", "s3"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> FileStore:
    if request.param == "s3":
        made: Bucket = request.getfixturevalue("bucket")
        return open_bucket(made.name, made.endpoint, "us-east-1", tmp_path.name, 4)
    folder = FolderFiles(tmp_path / "files", tmp_path / "uploads")
    folder.check()
    return folder


def put(files: FileStore, content: bytes = CONTENT, digest: str = DIGEST, limit: int = 10**6) -> int:
    return files.put(digest, io.BytesIO(content), limit)


def append(files: FileStore, content: bytes, offset: int = 0, limit: int = 10**6, checksum: Any = None) -> int:
    return files.append(UPLOAD, offset, io.BytesIO(content), limit, checksum)


def test_what_is_put_is_there_as_it_was(files: FileStore) -> None:
    files.check()
    assert (files.size_bytes(DIGEST), files.read_intact(DIGEST), list(files.digests())) == (None, None, [])
    assert [put(files), put(files)] == [len(CONTENT)] * 2
    assert (files.size_bytes(DIGEST), files.read_intact(DIGEST)) == (len(CONTENT), CONTENT)
    assert list(files.digests()) == [DIGEST]


def test_what_is_refused_leaves_nothing(files: FileStore) -> None:
    with pytest.raises(WrongDigestError):
        put(files, CONTENT + b"x")
    with pytest.raises(TooLargeError):
        put(files, limit=len(CONTENT) - 1)
    assert (files.size_bytes(DIGEST), list(files.digests())) == (None, [])


def test_an_object_is_taken_away_once_or_more(files: FileStore) -> None:
    put(files)
    for _time in range(2):
        files.drop(DIGEST)
    assert (files.read_intact(DIGEST), list(files.digests())) == (None, [])


def test_the_empty_object_is_one_too(files: FileStore) -> None:
    nothing = hashlib.sha256(b"").hexdigest()
    assert put(files, b"", nothing) == 0
    assert (files.size_bytes(nothing), files.read_intact(nothing)) == (0, b"")


def test_the_same_object_from_many_at_once_is_whole(files: FileStore) -> None:
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lambda _n: put(files), range(8))) == {len(CONTENT)}
    assert files.read_intact(DIGEST) == CONTENT


def test_a_half_grows_part_by_part_and_becomes_the_object(files: FileStore) -> None:
    assert (files.half_bytes(UPLOAD), files.read_half(UPLOAD)) == (0, b"")
    end = 0
    for size in (1, 300_000, 10**6):
        end += append(files, CONTENT[end : end + size], end)
        assert (files.half_bytes(UPLOAD), files.read_half(UPLOAD)) == (end, CONTENT[:end])
    assert files.halves() == {UPLOAD: len(CONTENT)}
    assert files.adopt(DIGEST, UPLOAD) == len(CONTENT)
    files.drop_half(UPLOAD)
    assert (files.read_intact(DIGEST), files.halves()) == (CONTENT, {})


def test_a_part_that_goes_too_far_is_cut_at_the_limit(files: FileStore) -> None:
    assert append(files, CONTENT, limit=1000) == 1000
    assert files.half_bytes(UPLOAD) == 1000


def test_a_part_that_its_checksum_denies_is_not_kept(files: FileStore) -> None:
    append(files, CONTENT[:100])
    with pytest.raises(DamagedChunkError):
        append(files, CONTENT[100:200], 100, checksum=Checksum("sha256", b"other"))
    assert files.read_half(UPLOAD) == CONTENT[:100]
    right = Checksum("sha256", hashlib.sha256(CONTENT[100:200]).digest())
    assert append(files, CONTENT[100:200], 100, checksum=right) == 100


def test_a_half_of_other_bytes_is_not_adopted_and_can_be_dropped(files: FileStore) -> None:
    append(files, CONTENT[:-1])
    with pytest.raises(WrongDigestError):
        files.adopt(DIGEST, UPLOAD)
    assert files.half_bytes(UPLOAD) == len(CONTENT) - 1
    files.drop_half(UPLOAD)
    files.drop_half(UPLOAD)
    assert (files.half_bytes(UPLOAD), files.size_bytes(DIGEST)) == (0, None)


def test_uploads_do_not_touch_each_other(files: FileStore) -> None:
    append(files, CONTENT[:10])
    files.append(OTHER, 0, io.BytesIO(b"other"), 5, None)
    assert files.halves() == {UPLOAD: 10, OTHER: 5}
    files.drop_half(UPLOAD)
    assert files.read_half(OTHER) == b"other"


def test_what_rots_is_not_given_out(files: FileStore) -> None:
    put(files)
    if isinstance(files, S3Files):
        files.client.put_object(Bucket=files.bucket, Key=files.key(DIGEST), Body=CONTENT[:-1] + b"?")
    else:
        assert isinstance(files, FolderFiles)
        files.path(DIGEST).write_bytes(CONTENT[:-1] + b"?")
    assert files.read_intact(DIGEST) is None
    assert put(files) == len(CONTENT)
    assert files.read_intact(DIGEST) == CONTENT


def test_only_what_was_left_behind_is_swept(tmp_path: Path) -> None:
    """Other processes of the same folder may be in the middle of writing."""
    files = FolderFiles(tmp_path / "files", tmp_path / "uploads")
    put(files)
    draft = files.path(DIGEST).with_name(f".{DIGEST}.1234.part")
    draft.write_bytes(b"half")
    assert (files.sweep(is_alone=False), draft.exists()) == (0, True)
    assert (files.sweep(is_alone=True), draft.exists()) == (1, False)
    assert files.read_intact(DIGEST) == CONTENT


def test_a_part_between_which_something_is_missing_does_not_count(bucket: Bucket, tmp_path: Path) -> None:
    """Two processes that both believed it was their turn: what does not fit is sent again."""
    files = open_bucket(bucket.name, bucket.endpoint, "us-east-1", tmp_path.name, 4)
    append(files, b"x" * 10)
    append(files, b"y" * 10, 20)
    assert (files.half_bytes(UPLOAD), files.read_half(UPLOAD)) == (10, b"x" * 10)


def test_a_store_that_does_not_answer_is_trouble_and_not_absence(
    bucket: Bucket, caplog: pytest.LogCaptureFixture
) -> None:
    """Were it taken for absence, the region would forget what it has. Nothing said of it holds a secret."""
    gone = open_bucket(bucket.name, f"http://127.0.0.1:{free_port()}", "us-east-1", "", 4)
    said = []
    with caplog.at_level(logging.INFO):
        for ask in (lambda: gone.size_bytes(DIGEST), lambda: gone.read_intact(DIGEST), lambda: put(gone)):
            with pytest.raises(StorageFailedError) as caught:
                ask()
            said.append(str(caught.value))
        with pytest.raises(SettingsError, match="s3_endpoint") as refused:
            gone.check()
    assert not [text for text in (*said, str(refused.value), caplog.text) if ACCESS in text or SECRET in text]


def test_a_bucket_that_is_not_there_is_said_at_the_start_and_is_no_absence(bucket: Bucket) -> None:
    wrong = open_bucket("no-such-bucket", bucket.endpoint, "us-east-1", "", 4)
    with pytest.raises(SettingsError, match="no-such-bucket"):
        wrong.check()
    with pytest.raises(StorageFailedError):
        put(wrong)
    with pytest.raises(StorageFailedError):
        wrong.read_intact(DIGEST)


def test_a_full_store_is_told_apart() -> None:
    """No store that can be run here gets full; what a store says then is that of MinIO."""

    class Full:
        def put_object(self, **_given: object) -> None:
            from botocore.exceptions import ClientError

            raise ClientError({"Error": {"Code": "XMinioStorageFull"}}, "PutObject")

    with pytest.raises(StorageFullError):
        put(S3Files(Full(), "bucket"))
