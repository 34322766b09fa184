"""A second venue of a running region: a real store and a real sender, without screens."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from local_db.visits import Visit
from records.receipt import read_keys
from records.registration import Registration
from records.seal import SealedRecord, Sealer
from records.signing import Signer
from region.signers import enrol
from region.signing import public_text, receipt_signer
from region.venues import add_venue
from sync.transport import Enrolment, HttpTransport
from sync.worker import Worker
from tests.support.builders import Shelf, seal_always
from tests.support.venue_rig import Region

SECOND_VENUE, SECOND_KEY = "V-SECOND", "key-of-the-second-venue"


@dataclass(frozen=True, slots=True)
class SecondVenue:
    """Its store, and what sends for it."""

    shelf: Shelf
    worker: Worker
    sealer: Sealer

    def finish(self, person: Registration) -> Visit:
        """Have the same candidate come here, and seal the record."""
        number = [one.reg_no for one in self.shelf.people].index(person.reg_no)
        return self.shelf.finished(number, b"a picture taken elsewhere", self._seal)

    def _seal(self, visit: Visit) -> SealedRecord:
        return seal_always(self.shelf.store, visit, SECOND_VENUE, self.sealer)


@contextmanager
def second_venue(region: Region, folder: Path, people: int = 30) -> Iterator[SecondVenue]:
    """Enrol a second venue at the region and open it; its roster is the first one's."""
    folder.mkdir()
    signer = Signer.new()
    add_venue(region.store, SECOND_VENUE, "第二考点", SECOND_KEY)
    enrol(region.store, SECOND_VENUE, signer.public)
    shelf = Shelf(folder, people)
    pinned = read_keys(public_text(receipt_signer(region.settings.home)))
    transport = HttpTransport(Enrolment(region.url, SECOND_VENUE, SECOND_KEY, pinned, None))
    worker = Worker(shelf.outbox, transport, shelf.clock)
    try:
        yield SecondVenue(shelf, worker, Sealer((region.recipient,), signer))
    finally:
        worker.stop()
        shelf.database.close()
