"""Builds a venue's store and people who could not be."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from local_db.blobs import BlobFolder, SealedFolder
from local_db.engine import Database
from local_db.migrate import migrate
from local_db.outbox import Outbox
from local_db.queue import Queue
from local_db.removal import Removal
from local_db.reports import ReportFolder
from local_db.roster_import import import_roster
from local_db.staff import StaffBook
from local_db.store import Origin, PinnedProfile, Store
from local_db.store import Sealer as Sealing
from local_db.vault.keys import VenueKey
from local_db.visits import Visit
from records.age import new_identity, recipient_of
from records.canonical import digest_bytes
from records.evidence import Attachment, Evidence
from records.receipt import Receipt, ReceiptSigner, SignedReceipt, check_receipt, read_keys
from records.record import Heading
from records.registration import Registration
from records.seal import SealedObject, SealedRecord, Sealer
from records.sensitivity import Sensitivity
from records.signing import Signer
from records.standing import standing
from rules.roster.demo import demo_people
from rules.roster.demo_files import write_csv
from sync.transport import Enrolment

DAY = date(2026, 3, 2)
START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
DESK = Origin("S-TEST", "desk-test")
KEY = VenueKey(bytes(range(32)))
"""The key of every made-up venue: used as it is, so that opening costs no time."""
PROFILE = PinnedProfile("profile-digest", "# a profile")
IDENTITY = new_identity()
"""The region's secret key."""
SIGNER = Signer.new()
"""The venue's."""
SEALER = Sealer((recipient_of(IDENTITY),), SIGNER)


class StillClock:
    """A clock that moves when told to, and a nanosecond by itself so that no two moments are equal."""

    boot = "boot-test"

    def __init__(self, now: datetime = START) -> None:
        self.time = now
        self._ticks = 0
        self._passed_ns = 0

    def now(self) -> datetime:
        return self.time

    def monotonic_ns(self) -> int:
        self._ticks += 1
        return self._passed_ns + self._ticks

    def forward(self, **delta: float) -> None:
        """Let time pass."""
        self.time += timedelta(**delta)

    def until(self, moment: datetime) -> None:
        """Let time pass, by both clocks: nothing has jumped."""
        self._passed_ns += int((moment - self.time).total_seconds() * 1e9)
        self.time = moment


class Shelf:
    """A store in a folder, with people on its roster; closing and opening it again is a restart of the computer."""

    def __init__(self, folder: Path, people: int = 3, key: VenueKey = KEY, *, is_new: bool = True) -> None:
        self.folder = folder
        self.key = key
        self.clock = StillClock()
        self.people: Sequence[Registration] = demo_people(people, DAY, seed=7)
        self.open()
        if is_new:
            self.import_people()

    def import_people(self) -> None:
        """Import the people as the region's roster."""
        roster = self.folder / "roster.csv"
        write_csv(roster, self.people)
        import_roster(self.database, roster, ReportFolder(self.folder / "reports", self.key), DAY, self.clock, DESK)

    def open(self) -> None:
        """Open the files that are there."""
        self.open_database()
        migrate(self.database)
        blobs, sealed = BlobFolder(self.folder / "blobs", self.key), SealedFolder(self.folder / "sealed")
        self.store = Store(self.database, blobs, sealed, self.clock)
        self.removal = Removal(self.database, blobs, self.clock)
        self.outbox = Outbox(self.database, self.store, self.clock)
        self.queue = Queue(self.database, self.clock)
        self.book = StaffBook(self.database, self.clock)

    def open_database(self) -> None:
        """Open the database as it lies there, whatever its tables."""
        self.database = Database(self.folder / "venue.db", self.key)

    def restart(self) -> None:
        """Close the database and open everything anew."""
        self.database.close()
        self.open()

    def arrived(self, number: int = 0) -> Visit:
        """The visit of one of the people, just let in."""
        arrival = Evidence("arrival", self.clock.now(), {"slot": "on_time"})
        return self.store.open_visit(self.people[number].reg_no, PROFILE, DAY, "normal", arrival, DESK)[0]

    def finished(self, number: int = 0, picture: bytes = b"picture", seal: Sealing | None = None) -> Visit:
        """A visit that one photo finishes."""
        visit = self.arrived(number)
        return self.store.save_evidence(visit.id, visit.last_seq, [photo(picture)], DESK, seal or self.seal)

    def seal(self, visit: Visit) -> SealedRecord:
        """The record of a visit, whatever it lacks."""
        return seal_always(self.store, visit)


def photo(content: bytes = b"picture") -> Evidence:
    """Evidence with one file."""
    return Evidence("photo", START, {"try": 1}, attachments=(Attachment.of("picture", "image/jpeg", content),))


def seal_always(store: Store, visit: Visit, venue: str = "test", sealer: Sealer = SEALER) -> SealedRecord:
    """The record of a visit, whatever it lacks."""
    previous = visit.versions[-1].digest if visit.versions else ""
    heading = Heading(venue, visit.id, visit.registration.reg_no, len(visit.versions) + 1, previous, "p@1", "p", START)
    now_standing = standing(visit.entries, visit.registration.fields)
    return sealer.seal(heading, visit.entries, now_standing, store.plaintext, store.sealed_files(visit.id))


def seal_lightly(visit: Visit) -> SealedRecord:
    """A record of one object, for tests of what carries records and never looks inside."""
    ((file,),) = [entry.evidence.attachments for entry in visit.entries if entry.evidence.attachments]
    content, envelope = f"sealed {file.digest}".encode(), f"envelope of {visit.id}".encode()
    one = SealedObject(
        digest_bytes(content), len(content), "file", Sensitivity.BIOMETRICS, ("age1test",), file.digest, content
    )
    return SealedRecord(envelope, digest_bytes(envelope), SIGNER.key_id, (one,))


RECEIPT_SIGNER = ReceiptSigner(b"a seed for tests, 32 bytes long.")
"""The key of a region that could not be."""


def signed(digest: str, state: str = "stored", missing: tuple[str, ...] = (), venue: str = "V-TEST") -> SignedReceipt:
    """The region's word on an object, signed and checked."""
    document = json.dumps(RECEIPT_SIGNER.sign(Receipt(digest, state, missing), venue, START)).encode()
    return check_receipt(document, digest, venue, read_keys(RECEIPT_SIGNER.public.hex()))


def enrolment(url: str, authority: str | None = None) -> Enrolment:
    """What that region has handed out to the venue V-TEST."""
    return Enrolment(url, "V-TEST", "the-key", read_keys(RECEIPT_SIGNER.public.hex()), authority)


def never(_visit: Visit) -> None:
    """Seals nothing."""
