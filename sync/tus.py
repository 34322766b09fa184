"""The resumable upload protocol tus 1.0, client side: it knows offsets, and nothing of records or receipts."""

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from sync.errors import UnreachableError

VERSION = {"Tus-Resumable": "1.0.0"}
CHUNK_TYPE = "application/offset+octet-stream"

Ask = Callable[..., httpx.Response]
"""`ask(method, path, content=, headers=)`: returns the answer whatever its status; raises UnreachableError."""


@dataclass(frozen=True, slots=True)
class Step:
    """How far an upload is.

    Attributes:
        url: path of the upload at the server, "" when there is nothing to go on with.
        offset: bytes that the server has on its disk, -1 if it did not say.
        answer: what the server said last.
    """

    url: str
    offset: int
    answer: httpx.Response


class TusClient:
    """Speaks tus to one server."""

    def __init__(self, ask: Ask, path: str = "/api/v1/uploads") -> None:
        """Create uploads at `path`."""
        self._ask = ask
        self._path = path

    def create(self, size: int, metadata: Mapping[str, str], first: bytes | None = None) -> Step:
        """Announce an object, with its first part if that is to save a round trip (creation-with-upload)."""
        headers = {**VERSION, "Upload-Length": str(size), "Upload-Metadata": ",".join(_pairs(metadata))}
        if first is not None:
            headers["Content-Type"] = CHUNK_TYPE
        answer = self._ask("POST", self._path, first or b"", headers)
        location = answer.headers.get("Location", "") if answer.status_code == 201 else ""
        return Step(_path_of(location), _offset(answer), answer)

    def where(self, url: str, size: int, metadata: Mapping[str, str]) -> Step:
        """Ask how far an upload is. One that was announced as something else than this is none to go on with."""
        answer = self._ask("HEAD", url, None, VERSION)
        is_ours = answer.headers.get("Upload-Length", str(size)) == str(size) and _is_told(answer, metadata)
        return Step(url if answer.status_code in (200, 204) and is_ours else "", _offset(answer), answer)

    def offset(self, url: str) -> int:
        """Ask how many bytes of an upload that is surely ours are there, -1 if the server does not say."""
        return _offset(self._ask("HEAD", url, None, VERSION))

    def append(self, url: str, offset: int, part: bytes) -> Step:
        """Send the next part. If the server is elsewhere than at `offset` it answers 409; ask it where."""
        headers = {**VERSION, "Upload-Offset": str(offset), "Content-Type": CHUNK_TYPE}
        answer = self._ask("PATCH", url, part, headers)
        return Step(url, _offset(answer), answer)


def _pairs(metadata: Mapping[str, str]) -> list[str]:
    return [f"{key} {b64encode(value.encode()).decode()}" for key, value in metadata.items()]


def _is_told(answer: httpx.Response, metadata: Mapping[str, str]) -> bool:
    """Whether the metadata in an answer are these; a server that tells none is believed."""
    told = {pair.strip() for pair in answer.headers.get("Upload-Metadata", "").split(",") if pair}
    return not told or told == set(_pairs(metadata))


def _path_of(location: str) -> str:
    """Return path and query: the object goes to the region we know, whatever name a proxy has given it."""
    parts = urlsplit(location)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _offset(answer: httpx.Response) -> int:
    text = answer.headers.get("Upload-Offset", "")
    if not text:
        return -1
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise UnreachableError("the answer's offset is no number")
    return int(text)
