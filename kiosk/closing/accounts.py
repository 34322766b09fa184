"""What was sealed on a day against what the region has signed for: by hash, verified anew, never by counters."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from local_db.blobs import SealedFolder
from local_db.kept_records import KeptObject, KeptRecord, KeptRecords
from records.day import DayWindow, digest_of_day
from records.errors import BadReceiptError, RecordError
from records.manifest import unwrap
from records.receipt import PinnedKeys, SignedReceipt, check_receipt

TROUBLES = ("envelope_damaged", "damaged_here", "not_queued", "bad_receipt", "refused", "unsent", "not_accepted")
"""What can keep an object from counting, the worst first; words in `kiosk.closing.words`."""
_MARGIN = timedelta(hours=1)
"""Between the moment that is signed and the one in the row lies the time that encrypting takes."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that is missing. `digest` is the record's or the object's that it is about."""

    code: str
    digest: str
    visit: str
    ticket: str


@dataclass(frozen=True, slots=True)
class Account:
    """One record, looked at: it is accepted if its own receipt says so and holds."""

    record: KeptRecord
    is_accepted: bool
    troubles: tuple[Trouble, ...]

    @property
    def is_sent(self) -> bool:
        """Whether a receipt that holds is here for every object."""
        return all(one.code in ("not_accepted", "damaged_here") for one in self.troubles)


@dataclass(frozen=True, slots=True)
class Balance:
    """A day's records.

    Attributes:
        objects: how many objects and envelopes were looked at.
        accepted: the digests of the records that the region has accepted.
        troubles: what is missing; of a version that a later accepted one has replaced, nothing.
    """

    records: int
    sent: int
    objects: int
    accepted: frozenset[str]
    troubles: tuple[Trouble, ...]

    @property
    def saved(self) -> int:
        """How many are here and not wholly sent."""
        return self.records - len(self.accepted) - self.sent

    @property
    def digest(self) -> str:
        """What the region's statement has to say."""
        return digest_of_day(self.accepted)


class Auditor:
    """Looks at every sealed object of a day and at every receipt."""

    def __init__(self, kept: KeptRecords, sealed: SealedFolder, venue: str, keys: PinnedKeys | None) -> None:
        """Believe only what is signed by one of the keys; without a region there are none."""
        self.kept = kept
        self._sealed = sealed
        self._venue = venue
        self._keys = keys or {}

    def balance(self, window: DayWindow) -> Balance:
        """Return the day's balance; every file is read."""
        return balance_of([self.account(one) for one in self.records(window)])

    def records(self, window: DayWindow) -> list[KeptRecord]:
        """Return the records that were sealed on that day, by what was signed."""
        near = self.kept.between(window.begins_at - _MARGIN, window.ends_at + _MARGIN)
        return [one for one in near if window.begins_at <= _sealed_at(one) < window.ends_at]

    def mark(self, window: DayWindow) -> str:
        """Return a digest that changes as soon as another balance is possible."""
        return self.kept.mark(window.begins_at - _MARGIN, window.ends_at + _MARGIN)

    def account(self, record: KeptRecord) -> Account:
        """Return how it stands with one record."""
        codes = [(code, one.digest) for one in record.objects for code in self._object(one)]
        codes += [(code, record.digest) for code in (*self._envelope(record), *self._way(record.envelope))]
        is_accepted = False
        if record.receipt is not None:
            word = self._word(record.receipt, record.digest)
            is_accepted = word is not None and word.is_accepted
            codes += [] if is_accepted else [("bad_receipt", record.digest)]
        elif not codes:
            codes.append(("not_accepted", record.digest))
        troubles = [Trouble(code, digest, record.visit, record.ticket) for code, digest in dict.fromkeys(codes)]
        return Account(record, is_accepted, tuple(troubles))

    def _envelope(self, record: KeptRecord) -> Iterable[str]:
        try:
            manifest = unwrap(record.content, record.digest).manifest
        except RecordError:
            yield "envelope_damaged"
            return
        if {one.digest for one in manifest.objects} != {one.digest for one in record.objects}:
            yield "envelope_damaged"

    def _object(self, one: KeptObject) -> Iterable[str]:
        if not self._sealed.is_intact(one.digest):
            yield "damaged_here"
        yield from self._way(one)

    def _way(self, one: KeptObject) -> Iterable[str]:
        """Say what keeps an object from being at the region for certain."""
        if not one.is_queued:
            yield "not_queued"
        elif one.is_parked:
            yield "refused"
        elif one.receipt is None:
            yield "unsent"
        elif self._word(one.receipt, one.digest) is None:
            yield "bad_receipt"

    def _word(self, document: bytes, digest: str) -> SignedReceipt | None:
        try:
            return check_receipt(document, digest, self._venue, self._keys)
        except BadReceiptError:
            return None


def balance_of(accounts: Iterable[Account]) -> Balance:
    """Return what the accounts of a day come to."""
    every = list(accounts)
    accepted = [one for one in every if one.is_accepted]
    newest = {one.record.visit: one.record.version for one in sorted(accepted, key=_version)}
    troubles = [
        trouble for one in every if newest.get(one.record.visit, 0) <= one.record.version for trouble in one.troubles
    ]
    order = {code: place for place, code in enumerate(TROUBLES)}
    return Balance(
        records=len(every),
        sent=sum(1 for one in every if one.is_sent and not one.is_accepted),
        objects=sum(1 + len(one.record.objects) for one in every),
        accepted=frozenset(one.record.digest for one in accepted),
        troubles=tuple(sorted(troubles, key=lambda one: (order[one.code], one.ticket, one.digest))),
    )


def _version(one: Account) -> int:
    return one.record.version


def _sealed_at(record: KeptRecord) -> datetime:
    """Return when a record was sealed: as its envelope says; where that is damaged, as the row says."""
    try:
        return datetime.fromisoformat(unwrap(record.content, record.digest).manifest.sealed_at)
    except RecordError:
        return record.sealed_at
