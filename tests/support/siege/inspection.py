"""Compares the disks of venue and region with what the screens have confirmed; names every difference."""

from collections.abc import Iterator
from contextlib import closing

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.region_line import receipt_keys
from kiosk.venue import Venue, open_venue
from kiosk.verifying import verify
from local_db.models import RecordRow, VisitRow
from local_db.sending_models import OutboxRow
from records.errors import BadReceiptError
from records.manifest import unwrap
from records.receipt import check_receipt
from region.models import RecordRow as RegionRecord
from region.models import StoredFile, UploadRow
from region.settings import Settings as RegionSettings
from region.store import Store as RegionStore
from region.store import open_store
from tests.support.siege.ledger import Candidate, Ledger
from tests.support.siege.places import VENUE, Places


def inspect(places: Places, ledger: Ledger) -> list[str]:
    """Return what is lost, doubled or wrong, after everything had time to arrive and both processes have ended."""
    venue = open_venue(places.settings(), places.key())
    try:
        found = [*ledger.contradictions, *_at_venue(venue, ledger), *_signed_for(venue)]
        found += [f"verify: {one.what}: {one.words}" for one in verify(venue) if not one.is_good]
    finally:
        venue.close()
    with closing(open_store(RegionSettings(places.region))) as store:
        return [*found, *_at_region(store, ledger)]


def _at_venue(venue: Venue, ledger: Ledger) -> Iterator[str]:
    for one in ledger.candidates.values():
        yield from _of_candidate(venue, one)
    with venue.database.reading() as session:
        visits = session.scalar(select(func.count()).select_from(VisitRow))
        records = set(session.scalars(select(RecordRow.digest)))
    came = sum(bool(one.acts) for one in ledger.candidates.values())
    if visits != came:
        yield f"venue: {came} were confirmed at the door and there are {visits} visits"
    if records != set(ledger.records):
        yield f"venue: {len(ledger.records)} records were confirmed and there are {len(records)}"


def _of_candidate(venue: Venue, one: Candidate) -> Iterator[str]:
    visit = venue.store.visit_of(one.reg_no)
    if visit is None:
        if one.acts:
            yield f"lost: the visit of {one.reg_no}"
        return
    trail = [tuple(file.digest for file in entry.evidence.attachments) for entry in visit.entries]
    if trail != one.trail:
        yield f"lost or doubled: {one.reg_no} has {len(trail)} entries, confirmed were {len(one.trail)}: {one.acts}"
    versions = tuple(version.digest for version in visit.versions)
    if versions != one.records:
        yield f"lost or doubled: {one.reg_no} has the versions {versions}, confirmed were {one.records}"


def _signed_for(venue: Venue) -> Iterator[str]:
    """The venue holds the region's signed word on every single object and on every record as a whole."""
    assert venue.settings.region
    keys = receipt_keys(venue.settings, venue.settings.region)
    with venue.database.reading() as session:
        held = [(row.digest, row.receipt, False) for row in session.scalars(select(OutboxRow))]
        held += [(row.digest, row.receipt, True) for row in session.scalars(select(RecordRow))]
    for digest, receipt, accepts in held:
        try:
            signed = check_receipt(receipt or b"", digest, VENUE, keys)
        except BadReceiptError as error:
            yield f"no receipt for {digest}: {error}"
            continue
        if accepts and not signed.is_accepted:
            yield f"the record {digest} counts as accepted, and the receipt does not say so"


def _at_region(store: RegionStore, ledger: Ledger) -> Iterator[str]:
    with store.read() as session:
        rows = list(session.scalars(select(RegionRecord)))
        yield from _half_sent(session)
        stored = dict(session.execute(select(StoredFile.digest, StoredFile.size)).all())
    held = [(row.digest, (row.visit, row.version)) for row in rows]
    if sorted(held) != sorted(ledger.records.items()):
        missing, more = set(ledger.records) - {digest for digest, _visit in held}, len(held) - len(ledger.records)
        yield f"region: lost {len(missing)}, more than there should be {more}"
    yield from (f"region: not accepted: {row.digest} {row.trouble}" for row in rows if row.accepted_at is None)
    yield from _objects(store, rows, stored)


def _objects(store: RegionStore, rows: list[RegionRecord], stored: dict[str, int]) -> Iterator[str]:
    """Every object that a record names is there once, whole, and nothing else is."""
    named = {one.digest: one.size_bytes for row in rows for one in unwrap(row.content, row.digest).manifest.objects}
    if stored != named:
        yield f"region: {len(named)} objects are named and {len(stored)} are noted"
    on_disk = sorted(path.name for path in store.files.folder.rglob("*") if path.is_file())
    if on_disk != sorted(named):
        yield f"region: {len(named)} objects are named and {len(on_disk)} files are on the disk"
    yield from (f"region: damaged: {digest}" for digest in named if store.files.read_intact(digest) is None)


def _half_sent(session: Session) -> Iterator[str]:
    """Nothing half is left of what is here as a whole."""
    whole = select(StoredFile.digest).union_all(select(RegionRecord.digest))
    left = select(func.count()).select_from(UploadRow).where(UploadRow.done_at.is_(None), UploadRow.digest.in_(whole))
    if count := session.scalar(left):
        yield f"region: {count} half uploads are left of objects that are here as a whole"
