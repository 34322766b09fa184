"""Requests of the resumable upload protocol, one by one, as any client could send them."""

from base64 import b64encode
from dataclasses import dataclass

from werkzeug.test import TestResponse

from records.canonical import digest_bytes
from tests.support.region_app import KEY, Region

CHUNK = "application/offset+octet-stream"


def metadata(kind: str, digest: str) -> str:
    """The header that announces an object."""
    told = {"kind": kind, "sha256": digest, "filetype": "application/age"}
    return ",".join(f"{key} {b64encode(value.encode()).decode()}" for key, value in told.items())


@dataclass(frozen=True, slots=True)
class Tus:
    """Talks to a region; `prefer` asks for receipts in the answers."""

    region: Region
    key: str = KEY
    prefer: bool = True

    def ask(self, method: str, path: str = "", content: bytes | None = None, **headers: str) -> TestResponse:
        """Send one request; underscores in header names stand for hyphens."""
        given = {"Authorization": f"Bearer {self.key}", "Tus-Resumable": "1.0.0"}
        given |= {"Prefer": "return=representation"} if self.prefer else {}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        url = path if path.startswith(("/api", "http")) else f"/api/v1/uploads{path}"
        return self.region.app.test_client().open(url, method=method, data=content, headers=given)

    def create(self, content: bytes, first: bytes | None = None, kind: str = "file", **headers: str) -> TestResponse:
        """Announce an object, perhaps with its first bytes."""
        own = {"Upload_Length": str(len(content)), "Upload_Metadata": metadata(kind, digest_bytes(content))}
        if first is not None:
            own["Content_Type"] = CHUNK
        return self.ask("POST", "", first, **{**own, **headers})

    def append(self, url: str, offset: int, part: bytes, **headers: str) -> TestResponse:
        """Send the next bytes."""
        return self.ask("PATCH", url, part, Upload_Offset=str(offset), **{"Content_Type": CHUNK, **headers})

    def offset(self, url: str) -> int:
        """Ask how far an upload is."""
        return int(self.ask("HEAD", url).headers["Upload-Offset"])
