"""Fetches what the region hands down; see docs/sync-contract.md. What does not fit its digest is not taken."""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import httpx

from records.canonical import digest_bytes
from records.errors import MalformedRecordError
from records.online import Incoming, read_incoming
from sync.errors import DamagedError, UnreachableError
from sync.replies import json_of, refusal

MAX_PICTURE_BYTES = 16 * 1024 * 1024
_PREFIX, _SUFFIX = "sha-256=:", ":"


@dataclass(frozen=True, slots=True)
class FoundProfile:
    """The profile that is in force at the region."""

    digest: str
    version: str
    source: str


class Source(Protocol):
    """Where registrations, their pictures and the profile come from."""

    def registrations(self, since: int, limit: int) -> tuple[Sequence[Incoming], int]:
        """Return what changed behind a count, oldest first, and the new count.

        Raises:
            SyncError: as `Transport`.
        """
        ...

    def picture(self, picture_id: str, digest: str, got: bytearray) -> bytes:
        """Return a picture, going on behind the bytes in `got`, which grows while they come.

        Raises:
            UnknownError: it no longer stands.
            DamagedError: it is not what its digest says; `got` is empty again.
            SyncError: as `Transport`.
        """
        ...

    def profile(self, known: str, in_use: str) -> FoundProfile | None:
        """Return the profile in force, None if it is the known one, named by its digest.

        Args:
            in_use: digest of the one that new visits begin with here; the region is told.
        """
        ...


class HttpSource:
    """The region over the client that the venue's transport has: its connections, its throttle, its key."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def registrations(self, since: int, limit: int) -> tuple[Sequence[Incoming], int]:
        document = json_of(self._ask(f"/api/v1/registrations?since={since}&limit={limit}"))
        try:
            incoming = [read_incoming(one) for one in document["registrations"]]
            cursor = int(document["cursor"])
        except (KeyError, TypeError, ValueError, MalformedRecordError) as error:
            raise UnreachableError("the answer is not a list of registrations") from error
        if cursor < since or (incoming and cursor <= since):
            raise UnreachableError("the list of registrations does not get on")
        return incoming, cursor

    def picture(self, picture_id: str, digest: str, got: bytearray) -> bytes:
        # Without an If-Range of the same bytes a part could be put behind another picture's beginning.
        headers = {"Range": f"bytes={len(got)}-", "If-Range": f'"{digest}"'} if got else {}
        try:
            with self._client.stream("GET", f"/api/v1/pictures/{picture_id}", headers=headers) as answer:
                if answer.status_code not in (200, 206):
                    answer.read()
                    if answer.status_code == 416:  # there is nothing behind what we have: it cannot be that picture's
                        raise _damaged(got, "the picture is shorter than what came of it")
                    raise refusal(answer)
                if answer.status_code == 200:
                    got.clear()
                for part in answer.iter_bytes():
                    got += part
                    if len(got) > MAX_PICTURE_BYTES:
                        raise _damaged(got, "the picture does not end")
        except httpx.HTTPError as error:
            raise UnreachableError(f"no answer ({type(error).__name__})") from error
        return _whole(got, answer, digest)

    def profile(self, known: str, in_use: str) -> FoundProfile | None:
        answer = self._ask(f"/api/v1/profile?in_use={in_use}", {"If-None-Match": f'"{known}"'} if known else {})
        if answer.status_code == 304:
            return None
        document = json_of(answer)
        try:
            found = FoundProfile(str(document["digest"]), str(document["version"]), str(document["source"]))
        except (KeyError, TypeError) as error:
            raise UnreachableError("the answer is not a profile") from error
        if digest_bytes(found.source.encode()) != found.digest:
            raise DamagedError("the profile is not what its digest says")
        return found

    def _ask(self, path: str, headers: dict[str, str] | None = None) -> httpx.Response:
        try:
            answer = self._client.get(path, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise UnreachableError(f"no answer ({type(error).__name__})") from error
        if answer.status_code not in (200, 304):
            raise refusal(answer)
        return answer


def _whole(got: bytearray, answer: httpx.Response, digest: str) -> bytes:
    """Return the bytes if they are what the region says the whole is."""
    content = bytes(got)
    if answer.headers.get("ETag") != f'"{digest}"':
        raise _damaged(got, "another picture than was announced")
    if hashlib.sha256(content).digest() != _told(answer.headers.get("Repr-Digest", "")):
        raise _damaged(got, "the picture is not what its digest says")
    return content


def _damaged(got: bytearray, words: str) -> DamagedError:
    got.clear()
    return DamagedError(words)


def _told(header: str) -> bytes:
    """Return the SHA-256 in a `Repr-Digest` (RFC 9530), nothing where there is none."""
    if not (header.startswith(_PREFIX) and header.endswith(_SUFFIX)):
        return b""
    try:
        return base64.b64decode(header[len(_PREFIX) : -1], validate=True)
    except binascii.Error:
        return b""
