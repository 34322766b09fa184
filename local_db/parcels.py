"""What is sent: one object, what became of an attempt, and how far all of them are."""

from dataclasses import dataclass
from datetime import datetime

from records.receipt import SignedReceipt


@dataclass(frozen=True, slots=True)
class Parcel:
    """One object to be sent: a signed envelope (kind `record`) or an encrypted object it names (kind `file`).

    Attributes:
        attempts: how often it was begun before; after the first time the region may know it, or part of it.
        upload_url: where the upload that was begun goes on, "" if there is none.
    """

    id: int
    kind: str
    digest: str
    media_type: str
    size_bytes: int
    attempts: int
    upload_url: str = ""


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one attempt.

    Attributes:
        receipt: the region's signed word that it holds the object now; without it the attempt has failed.
        error: why it failed.
        next_try_at: after a failure, when to try again; None parks the object: it stays and waits for a person.
    """

    parcel: Parcel
    receipt: SignedReceipt | None = None
    error: str = ""
    next_try_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SyncCounts:
    """Records by how far they are; the three words of the sync strip.

    Attributes:
        saved: sealed here, not everything sent.
        sent: everything sent, the region has not accepted the whole yet.
        accepted: accepted by the region.
        parked: objects that the region refused and that no later version has settled; a person has to look.
    """

    saved: int
    sent: int
    accepted: int
    parked: int
