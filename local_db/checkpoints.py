"""Checkpoints of the audit log: made now and then, signed, kept here and sent to the region."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from local_db.audit_models import AuditRow, CheckpointRow
from local_db.clock import Clock
from local_db.engine import Database
from local_db.sending_models import SyncStateRow
from records.audit import Checkpoint, Signer
from records.errors import RecordError

EVERY_ENTRIES = 200
EVERY = timedelta(minutes=15)
_SKEW = "region_skew_s"

SignerSource = Callable[[], Signer]
"""Returns the key in use; raises RecordError where there is none."""


def no_signer() -> Signer:
    """A venue that has no signing key yet makes no checkpoints."""
    raise RecordError("this venue has no signing key")


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint with its signature, base64url."""

    checkpoint: Checkpoint
    signature: str


class CheckpointBook:
    """The venue's checkpoints."""

    def __init__(self, database: Database, clock: Clock, venue: str, signer: SignerSource = no_signer) -> None:
        self._database = database
        self._clock = clock
        self._venue = venue
        self._signer = signer

    def make(self) -> bool:
        """Make a checkpoint of the log as it is; tell whether there was anything new to say.

        Raises:
            RecordError: there is no key to sign with.
        """
        signer = self._signer()
        with self._database.writing() as session:
            head = session.scalar(select(AuditRow).order_by(AuditRow.id.desc()).limit(1))
            last = session.scalar(select(CheckpointRow).order_by(CheckpointRow.number.desc()).limit(1))
            if head is None or (last is not None and last.entry == head.id and last.head == head.hash):
                return False
            number = last.number + 1 if last else 1
            made = Checkpoint(self._venue, number, head.id, head.hash, self._clock.now(), signer.key_id)
            session.add(
                CheckpointRow(
                    number=number,
                    entry=head.id,
                    head=head.hash,
                    made_at=made.made_at,
                    key_id=made.key_id,
                    signature=signer.sign(made.content()),
                )
            )
        return True

    def make_if_due(self) -> bool:
        """Make one if many entries, or a quarter of an hour and any entry, have come since the last; tell whether.

        Raises:
            RecordError: there is no key to sign with.
        """
        with self._database.reading() as session:
            newest = session.scalar(select(AuditRow.id).order_by(AuditRow.id.desc()).limit(1)) or 0
            last = session.scalar(select(CheckpointRow).order_by(CheckpointRow.number.desc()).limit(1))
        since = newest - (last.entry if last else 0)
        # A clock that was put back must not put checkpoints off.
        is_time = last is None or not timedelta() <= self._clock.now() - last.made_at < EVERY
        return self.make() if since >= EVERY_ENTRIES or (since > 0 and is_time) else False

    def every(self) -> list[Checkpoint]:
        """Return all checkpoints, oldest first."""
        with self._database.reading() as session:
            rows = session.scalars(select(CheckpointRow).order_by(CheckpointRow.number))
            return [self._of(row) for row in rows]

    def unsent(self) -> list[SignedCheckpoint]:
        """Return what the region has neither taken nor refused, oldest first."""
        query = select(CheckpointRow).where(CheckpointRow.sent_at.is_(None)).order_by(CheckpointRow.number)
        with self._database.reading() as session:
            return [SignedCheckpoint(self._of(row), row.signature) for row in session.scalars(query)]

    def settle(self, number: int, refusal: str = "") -> None:
        """Note the region's word on a checkpoint; `refusal` is its code."""
        with self._database.writing() as session:
            row = session.get_one(CheckpointRow, number)
            row.sent_at, row.refusal = self._clock.now(), refusal

    def refused(self) -> list[tuple[int, str]]:
        """Return number and code of the checkpoints that the region refused."""
        query = select(CheckpointRow.number, CheckpointRow.refusal).where(CheckpointRow.refusal != "")
        with self._database.reading() as session:
            return [(number, refusal) for number, refusal in session.execute(query.order_by(CheckpointRow.number))]

    def note_skew(self, skew_s: float) -> None:
        """Keep how far this computer's clock is ahead of the region's, in seconds."""
        with self._database.writing() as session:
            row = session.get(SyncStateRow, _SKEW) or SyncStateRow(key=_SKEW)
            row.value = str(round(skew_s))
            session.add(row)

    def skew_s(self) -> int:
        """Return how far this computer's clock was ahead of the region's when they last spoke, in seconds."""
        with self._database.reading() as session:
            row = session.get(SyncStateRow, _SKEW)
            return int(row.value) if row else 0

    def _of(self, row: CheckpointRow) -> Checkpoint:
        return Checkpoint(self._venue, row.number, row.entry, row.head, row.made_at, row.key_id)
