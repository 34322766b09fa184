"""Objects that arrive in parts: each part is on the disk before it is acknowledged, and survives any restart."""

import hashlib
import os
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO

from sqlalchemy import bindparam, delete, func, select, update

from records.receipt import Receipt
from region.errors import (
    BadSealError,
    DamagedChunkError,
    OtherVenueError,
    RevokedKeyError,
    TooManyUploadsError,
    UnknownObjectError,
    UnknownRecipientError,
    UnreadableRecordError,
    UploadBusyError,
    WrongDigestError,
    WrongOffsetError,
)
from region.files import CHUNK_BYTES, sync_folder
from region.intake import adopt_file, receipt_for, storage_errors, take_record
from region.models import UploadRow
from region.store import Store

KEPT_FOR = timedelta(days=3)
"""A half upload that nobody goes on with for so long is swept away; a venue may have no line over a weekend."""

SWEPT_EVERY = timedelta(hours=1)

MAX_UPLOADS, MAX_BYTES = 256, 1024**3
"""What one venue may have lying here half sent."""

HOPELESS = (
    WrongDigestError,
    UnreadableRecordError,
    OtherVenueError,
    BadSealError,
    RevokedKeyError,
    UnknownRecipientError,
)
"""With these an object will never be taken, so that its upload need not lie here."""

LOCK_WAIT_S = 10.0
CHECKSUMS = ("sha1", "sha256")


@dataclass(frozen=True, slots=True)
class Announced:
    """What a venue says it is going to send."""

    venue: str
    kind: str
    digest: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Checksum:
    """The checksum that came with a chunk: one of `CHECKSUMS`, and the digest."""

    algorithm: str
    digest: bytes


class Uploads:
    """The half uploads of all venues."""

    def __init__(self, store: Store, folder: Path) -> None:
        """Use a folder for what has arrived so far; it must lie on the file store's disk."""
        self._store = store
        self._folder = folder
        self._locks: dict[str, tuple[threading.Lock, int]] = {}
        self._guard = threading.Lock()
        self._swept_at = store.now()
        folder.mkdir(parents=True, exist_ok=True)

    def begin(self, announced: Announced) -> UploadRow:
        """Return a new upload; it is empty.

        Raises:
            TooManyUploadsError: the venue has used up its share.
        """
        self._sweep_now_and_then()
        with storage_errors(), self._store.write() as session:
            mine = select(func.count(), func.coalesce(func.sum(UploadRow.size), 0))
            count, size = session.execute(
                mine.where(UploadRow.venue == announced.venue, UploadRow.done_at.is_(None))
            ).one()
            if count >= MAX_UPLOADS or size + announced.size > MAX_BYTES:
                raise TooManyUploadsError("too much of this venue lies here half sent; go on with that first")
            row = UploadRow(
                id=secrets.token_hex(16),
                venue=announced.venue,
                kind=announced.kind,
                digest=announced.digest,
                media_type=announced.media_type,
                size=announced.size,
                begun_at=self._store.now(),
                done_at=None,
            )
            session.add(row)
        return row

    def find(self, venue: str, upload_id: str) -> UploadRow:
        """Return this venue's upload.

        Raises:
            UnknownObjectError: it has none of this id, or it was swept away.
        """
        with self._store.read() as session:
            row = session.get(UploadRow, upload_id)
        if row is None or row.venue != venue:
            raise UnknownObjectError("no such upload; begin anew")
        return row

    def half_sent(self, announced: Announced) -> UploadRow | None:
        """Return the upload in which this venue has sent part of this object, None if there is none."""
        query = select(UploadRow).where(
            UploadRow.venue == announced.venue,
            UploadRow.digest == announced.digest,
            UploadRow.kind == announced.kind,
            UploadRow.size == announced.size,
            UploadRow.done_at.is_(None),
        )
        with self._store.read() as session:
            return session.scalar(query.order_by(UploadRow.begun_at.desc()).limit(1))

    def offset(self, row: UploadRow) -> int:
        """Return how many bytes are here."""
        if row.done_at is not None:
            return row.size
        try:
            return min(self._path(row.id).stat().st_size, row.size)
        except FileNotFoundError:
            return 0

    def append(self, row: UploadRow, offset: int, stream: IO[bytes], checksum: Checksum | None = None) -> int:
        """Add a part, on the disk when this returns; return how many bytes are here now.

        What arrives of a part that is cut off is kept too, unless a checksum speaks for the whole part.

        Raises:
            WrongOffsetError: the part does not begin where the upload ends.
            DamagedChunkError: it is not what its checksum says.
        """
        with self._only_one(row.id), storage_errors():
            now_at = self.offset(self.find(row.venue, row.id))
            if offset != now_at:
                raise WrongOffsetError(now_at)
            return now_at + _append(self._path(row.id), now_at, stream, row.size - now_at, checksum)

    def finish(self, row: UploadRow) -> tuple[Receipt, bool]:
        """Verify the whole object and keep it; return its receipt and whether it is new.

        Raises:
            IntakeError: it is not taken; what cannot become right any more is thrown away.
        """
        with self._only_one(row.id):
            if self.find(row.venue, row.id).done_at is not None:
                return receipt_for(self._store, row.venue, row.kind, row.digest), False
            try:
                taken = self._take(row, self._path(row.id))
            except HOPELESS:
                self._forget(row)
                raise
            self._mark_done(row)
        self.end(row.venue, row.kind, row.digest)
        return taken

    def end(self, venue: str, kind: str, digest: str) -> None:
        """The object is here as a whole: what else was half sent of it, after a cut or a kill, takes no room any more.

        Whoever would go on with it is told that all of it is here.
        """
        for (upload_id,) in self._store.look(_HALF, venue=venue, kind=kind, digest=digest):
            with self._only_one(upload_id):
                self._mark_done(self.find(venue, upload_id))

    def drop(self, row: UploadRow) -> None:
        """Throw an upload away: the venue says it will not go on with it."""
        with self._only_one(row.id):
            self._forget(row)

    def sweep(self) -> int:
        """Throw away what nobody has gone on with for `KEPT_FOR`; return how many."""
        oldest = self._store.now() - KEPT_FOR
        with self._store.read() as session:
            rows = session.scalars(select(UploadRow).where(UploadRow.begun_at < oldest)).all()
        stale = [row for row in rows if row.done_at or self._touched_before(row.id, oldest.timestamp())]
        for row in stale:
            self.drop(row)
        return len(stale)

    def _sweep_now_and_then(self) -> None:
        now = self._store.now()
        if now - self._swept_at > SWEPT_EVERY:
            self._swept_at = now
            self.sweep()

    def _take(self, row: UploadRow, path: Path) -> tuple[Receipt, bool]:
        if row.kind == "record":
            content = path.read_bytes() if path.exists() else b""
            return take_record(self._store, row.venue, row.digest, content)
        taken = adopt_file(self._store, row.venue, row.digest, path, row.media_type)
        return taken.receipt, taken.is_new

    def _mark_done(self, row: UploadRow) -> None:
        with storage_errors(), self._store.write() as session:
            session.execute(update(UploadRow).where(UploadRow.id == row.id).values(done_at=self._store.now()))
        self._path(row.id).unlink(missing_ok=True)

    def _forget(self, row: UploadRow) -> None:
        with storage_errors(), self._store.write() as session:
            session.execute(delete(UploadRow).where(UploadRow.id == row.id))
        self._path(row.id).unlink(missing_ok=True)

    def _path(self, upload_id: str) -> Path:
        return self._folder / f"{upload_id}.part"

    def _touched_before(self, upload_id: str, moment: float) -> bool:
        try:
            return self._path(upload_id).stat().st_mtime < moment
        except FileNotFoundError:
            return True

    @contextmanager
    def _only_one(self, upload_id: str) -> Iterator[None]:
        """Let one request at a time write; a lock nobody waits for is thrown away."""
        with self._guard:
            lock, waiting = self._locks.get(upload_id, (threading.Lock(), 0))
            self._locks[upload_id] = lock, waiting + 1
        taken = lock.acquire(timeout=LOCK_WAIT_S)
        try:
            if not taken:
                raise UploadBusyError("another request is writing to this upload")
            yield
        finally:
            if taken:
                lock.release()
            with self._guard:
                lock, waiting = self._locks.pop(upload_id)
                if waiting > 1:
                    self._locks[upload_id] = lock, waiting - 1


_HALF = select(UploadRow.id).where(
    UploadRow.venue == bindparam("venue"),
    UploadRow.digest == bindparam("digest"),
    UploadRow.kind == bindparam("kind"),
    UploadRow.done_at.is_(None),
)


def _append(path: Path, offset: int, stream: IO[bytes], limit_bytes: int, checksum: Checksum | None) -> int:
    """Write after `offset`; return how many bytes were written. Whatever a killed process left behind it goes first."""
    written, digest = 0, hashlib.new(checksum.algorithm, usedforsecurity=False) if checksum else None
    with path.open("r+b" if path.exists() else "w+b") as file:
        file.truncate(offset)
        file.seek(offset)
        while written < limit_bytes and (part := stream.read(min(CHUNK_BYTES, limit_bytes - written))):
            written += file.write(part)
            if digest:
                digest.update(part)
        if digest and checksum and digest.digest() != checksum.digest:
            file.truncate(offset)
            raise DamagedChunkError("the chunk is not what its checksum says")
        file.flush()
        os.fsync(file.fileno())
    if offset == 0:
        sync_folder(path.parent)
    return written
