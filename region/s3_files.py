"""Objects in a store that speaks S3, so that several machines share them.

Credentials are looked for by boto3 itself (environment, its files, the machine's role) and are never among our
settings, so that nothing of ours can log them. Half an upload is one object a part, named by where it begins: any
process can go on with it, and S3's own uploads in parts would take none under 5 MB.

Source: Amazon S3's documentation, "Checking object integrity" (ChecksumSHA256) and "data consistency model": whoever
reads or lists after a write sees it.
"""

import base64
import hashlib
import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from region.errors import SettingsError, StorageFailedError, StorageFullError
from region.files import Checksum, checked_chunks, chunks

NOT_THERE = frozenset({"404", "NoSuchKey", "NotFound"})
FULL = frozenset({"507", "QuotaExceeded", "XMinioStorageFull", "InsufficientCapacity"})
CONNECT_S, READ_S, TRIES = 5, 20, 3
DIGITS = 12


@dataclass(frozen=True, slots=True)
class S3Files:
    """A bucket, or the part of it whose keys begin with `prefix`."""

    client: Any
    bucket: str
    prefix: str = ""

    def check(self) -> None:
        try:
            self.client.head_bucket(Bucket=self.bucket)
        except (ClientError, BotoCoreError) as error:
            advice = "see that s3_endpoint, s3_bucket and the credentials of docs/operations.md are right"
            raise SettingsError(f"bucket {self.bucket} cannot be used ({error}); {advice}") from error

    def key(self, digest: str) -> str:
        """Return under which key the object is, or would be."""
        return f"{self.prefix}files/{digest[:2]}/{digest}"

    def size_bytes(self, digest: str) -> int | None:
        with _asking():
            try:
                return int(self.client.head_object(Bucket=self.bucket, Key=self.key(digest))["ContentLength"])
            except ClientError as error:
                if _code(error) in NOT_THERE:
                    return None
                raise

    def read_intact(self, digest: str) -> bytes | None:
        content = self._read(self.key(digest))
        return content if content is not None and hashlib.sha256(content).hexdigest() == digest else None

    def put(self, digest: str, stream: IO[bytes], limit_bytes: int) -> int:
        content = b"".join(chunks(digest, stream, limit_bytes))
        self._write(self.key(digest), content)
        return len(content)

    def digests(self) -> Iterator[str]:
        return (key.rpartition("/")[2] for key, _size in self._list(f"{self.prefix}files/"))

    def sweep(self, is_alone: bool) -> int:
        return 0  # an object is there as a whole or not at all

    def half_bytes(self, upload: str) -> int:
        return sum(size for _key, size in self._parts(upload))

    def append(self, upload: str, offset: int, stream: IO[bytes], limit_bytes: int, checksum: Checksum | None) -> int:
        content = b"".join(checked_chunks(stream, limit_bytes, checksum))
        if content:
            self._write(f"{self._half(upload)}{offset:0{DIGITS}}", content)
        return len(content)

    def read_half(self, upload: str) -> bytes:
        return b"".join(self._read(key) or b"" for key, _size in self._parts(upload))

    def adopt(self, digest: str, upload: str) -> int:
        content = self.read_half(upload)
        return self.put(digest, io.BytesIO(content), len(content))

    def drop(self, digest: str) -> None:
        with _asking():
            self.client.delete_object(Bucket=self.bucket, Key=self.key(digest))

    def drop_half(self, upload: str) -> None:
        for key, _size in self._list(self._half(upload)):
            with _asking():
                self.client.delete_object(Bucket=self.bucket, Key=key)

    def halves(self) -> Mapping[str, int]:
        uploads = {key.split("/")[-2] for key, _size in self._list(f"{self.prefix}uploads/")}
        return {upload: self.half_bytes(upload) for upload in uploads}

    def _half(self, upload: str) -> str:
        return f"{self.prefix}uploads/{upload}/"

    def _parts(self, upload: str) -> list[tuple[str, int]]:
        """Return the parts that follow one another from the beginning."""
        parts: list[tuple[str, int]] = []
        end = 0
        for key, size in sorted(self._list(self._half(upload))):
            if int(key[-DIGITS:]) != end:
                break
            parts.append((key, size))
            end += size
        return parts

    def _read(self, key: str) -> bytes | None:
        with _asking():
            try:
                return bytes(self.client.get_object(Bucket=self.bucket, Key=key)["Body"].read())
            except ClientError as error:
                if _code(error) in NOT_THERE:
                    return None
                raise

    def _write(self, key: str, content: bytes) -> None:
        checksum = base64.b64encode(hashlib.sha256(content).digest()).decode()
        with _asking():
            self.client.put_object(Bucket=self.bucket, Key=key, Body=content, ChecksumSHA256=checksum)

    def _list(self, prefix: str) -> list[tuple[str, int]]:
        with _asking():
            pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix)
            return [(one["Key"], int(one["Size"])) for page in pages for one in page.get("Contents", ())]


def open_bucket(bucket: str, endpoint: str, region: str, prefix: str, connections: int) -> S3Files:
    """Return the objects of a bucket; `endpoint` is "" for Amazon's own.

    Raises:
        SettingsError: that is no address.
    """
    config = Config(
        connect_timeout=CONNECT_S,
        read_timeout=READ_S,
        retries={"mode": "standard", "total_max_attempts": TRIES},
        max_pool_connections=connections,
        s3={"addressing_style": "path" if endpoint else "auto"},
        request_checksum_calculation="when_required",  # stores of others need not know Amazon's newest
        response_checksum_validation="when_required",
    )
    try:
        client = boto3.client("s3", endpoint_url=endpoint or None, region_name=region, config=config)
    except ValueError as error:
        raise SettingsError(f"s3_endpoint: {error}") from error
    return S3Files(client, bucket, f"{prefix.strip('/')}/" if prefix.strip("/") else "")


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


@contextmanager
def _asking() -> Iterator[None]:
    """Say what goes wrong at the store as what the venue is told."""
    try:
        yield
    except ClientError as error:
        if _code(error) in FULL:
            raise StorageFullError("the object store is full") from error
        raise StorageFailedError(f"the object store does not take it: {_code(error)}") from error
    except BotoCoreError as error:
        raise StorageFailedError(f"the object store does not answer: {type(error).__name__}") from error
