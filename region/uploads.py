"""Objects that arrive in parts: each part is on the disk before it is acknowledged, and survives any restart."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import IO

from sqlalchemy import bindparam, delete, func, select, update

from records.receipt import Receipt
from region.errors import (
    BadSealError,
    OtherVenueError,
    TooManyUploadsError,
    UnknownObjectError,
    UnknownRecipientError,
    UnreadableRecordError,
    UploadBusyError,
    WrongDigestError,
    WrongOffsetError,
)
from region.files import Checksum
from region.intake import adopt_file, receipt_for, storage_errors, take_record
from region.models import UploadRow
from region.store import Store
from region.turns import NotMyTurnError
from region.venues import hold_venue

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
    UnknownRecipientError,
)
"""With these an object will never be taken, so that its upload need not lie here."""

LOCK_WAIT_S = 10.0


@dataclass(frozen=True, slots=True)
class Announced:
    """What a venue says it is going to send."""

    venue: str
    kind: str
    digest: str
    media_type: str
    size: int


class Uploads:
    """The half uploads of all venues."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._swept_at = store.now()

    def begin(self, announced: Announced) -> UploadRow:
        """Return a new upload; it is empty.

        Raises:
            TooManyUploadsError: the venue has used up its share.
        """
        self._sweep_now_and_then()
        with storage_errors(), self._store.write() as session:
            hold_venue(session, announced.venue)
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
                touched_at=self._store.now(),
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
        return min(self._store.files.half_bytes(row.id), row.size)

    def append(self, row: UploadRow, offset: int, stream: IO[bytes], checksum: Checksum | None = None) -> int:
        """Add a part, on the disk when this returns; return how many bytes are here now.

        What arrives of a part that is cut off is kept too, unless a checksum speaks for the whole part.

        Raises:
            WrongOffsetError: the part does not begin where the upload ends.
            DamagedChunkError: it is not what its checksum says.
        """
        with self._only_one(row.id), storage_errors():
            found = self.find(row.venue, row.id)
            now_at = self.offset(found)
            if offset != now_at:
                raise WrongOffsetError(now_at)
            self._touch(found)
            return now_at + self._store.files.append(row.id, now_at, stream, row.size - now_at, checksum)

    def finish(self, row: UploadRow) -> tuple[Receipt, bool]:
        """Verify the whole object and keep it; return its receipt and whether it is new.

        Raises:
            IntakeError: it is not taken; what cannot become right any more is thrown away.
        """
        with self._only_one(row.id):
            if self.find(row.venue, row.id).done_at is not None:
                return receipt_for(self._store, row.venue, row.kind, row.digest), False
            try:
                taken = self._take(row)
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
        """Throw away what nobody has gone on with for `KEPT_FOR`, and halves of what is forgotten; return how many."""
        is_stale = UploadRow.touched_at < self._store.now() - KEPT_FOR
        halves = self._store.files.halves()  # before the rows: a new upload has a row before it has a half
        with self._store.write() as session:
            stale = set(session.scalars(delete(UploadRow).where(is_stale).returning(UploadRow.id)))
            known = set(session.scalars(select(UploadRow.id).where(UploadRow.id.in_(halves))))
        for upload_id in {*stale, *halves} - known:
            with self._only_one(upload_id):
                self._store.files.drop_half(upload_id)
        return len(stale)

    def _sweep_now_and_then(self) -> None:
        now = self._store.now()
        if now - self._swept_at > SWEPT_EVERY:
            self._swept_at = now
            self.sweep()

    def _take(self, row: UploadRow) -> tuple[Receipt, bool]:
        if row.kind == "record":
            with storage_errors():
                content = self._store.files.read_half(row.id)
            return take_record(self._store, row.venue, row.digest, content)
        taken = adopt_file(self._store, row.venue, row.digest, row.id, row.media_type)
        return taken.receipt, taken.is_new

    def _touch(self, row: UploadRow) -> None:
        """Write down that somebody goes on with it, now and then."""
        now = self._store.now()
        if now - row.touched_at > SWEPT_EVERY:
            with self._store.write() as session:
                session.execute(update(UploadRow).where(UploadRow.id == row.id).values(touched_at=now))

    def _mark_done(self, row: UploadRow) -> None:
        with storage_errors(), self._store.write() as session:
            session.execute(update(UploadRow).where(UploadRow.id == row.id).values(done_at=self._store.now()))
        with storage_errors():
            self._store.files.drop_half(row.id)

    def _forget(self, row: UploadRow) -> None:
        with storage_errors(), self._store.write() as session:
            session.execute(delete(UploadRow).where(UploadRow.id == row.id))
        with storage_errors():
            self._store.files.drop_half(row.id)

    @contextmanager
    def _only_one(self, upload_id: str) -> Iterator[None]:
        """Let one request at a time write, whichever process it came to."""
        try:
            with self._store.turns.take(f"upload {upload_id}", LOCK_WAIT_S):
                yield
        except NotMyTurnError as error:
            raise UploadBusyError("another request is writing to this upload") from error


_HALF = select(UploadRow.id).where(
    UploadRow.venue == bindparam("venue"),
    UploadRow.digest == bindparam("digest"),
    UploadRow.kind == bindparam("kind"),
    UploadRow.done_at.is_(None),
)
