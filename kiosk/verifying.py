"""What `verify` looks at: everything on the disk is what it was, and nothing is left that should be gone."""

from collections.abc import Iterator
from contextlib import closing

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.audit_check import audit_words
from kiosk.finding import Finding
from kiosk.safety import verify_backup
from kiosk.settings import Settings
from kiosk.venue import Venue
from local_db.backup.snapshot import integrity_problems
from local_db.blobs import DigestFolder
from local_db.encrypting import is_clear
from local_db.engine import keyed
from local_db.errors import MissingBlobError
from local_db.models import (
    AttachmentRow,
    EvidenceRow,
    RecordRow,
    RemovalRow,
    SealedObjectRow,
    SigningKeyRow,
    VisitRow,
)
from local_db.sending_models import OutboxRow, RecordFileRow
from local_db.vault.keys import VenueKey
from local_db.visits import load_visit
from records.errors import RecordError
from records.manifest import Envelope, unwrap


def verify(venue: Venue) -> list[Finding]:
    """Return how captures, objects, records, trails, audit log and backup are; everything damaged is named.

    The database's pages were looked at before it was opened: `verify_pages`.
    """
    with venue.database.reading() as session:
        looks = (_captures(session, venue), _objects(session, venue), _records(session), _trails(session))
    counts = [Finding(not bad, what, f"{total - len(bad)} of {total} {words}") for what, total, words, bad in looks]
    damaged = [Finding(False, what, words) for what, _total, _words, bad in looks for words in bad]
    return [
        Finding(True, "database", "every page is intact"),
        *counts,
        Finding(*audit_words(venue)),
        *verify_backup(venue),
        *damaged,
    ]


def verify_pages(settings: Settings, key: VenueKey) -> list[Finding]:
    """Return the damaged pages of the database, before it is opened: nothing else that it says could be believed.

    Where the first page does not read it is perhaps another venue's; opening it says so.
    """
    if not settings.database.exists() or is_clear(settings.database):
        return []
    with closing(keyed(settings.database, key)) as connection:
        problems = integrity_problems(connection)
    is_other = any(line.endswith("page 1") for line in problems)
    return [] if is_other else [Finding(False, "database", f"{line}; restore a backup") for line in problems]


Look = tuple[str, int, str, list[str]]
"""What was looked at, how many of them, what the good ones are, and a line for each bad one."""


def _captures(session: Session, venue: Venue) -> Look:
    """Captured files: each is whole, or was removed on purpose and is really gone."""
    query = select(AttachmentRow.digest, EvidenceRow.step, EvidenceRow.visit_id).join(EvidenceRow)
    named = {digest: f"{step} of visit {visit}" for digest, step, visit in session.execute(query)}
    removals = dict(session.execute(select(RemovalRow.digest, RemovalRow.removed_at)).all())
    bad = []
    for digest, whose in sorted(named.items()):
        if digest not in removals:
            bad += [f"{digest} ({whose}) {trouble}" for trouble in _trouble(venue.store.blobs, digest)]
        elif removals[digest] is not None and venue.store.blobs.has(digest):
            bad.append(f"{digest} ({whose}) was removed after sealing and is here again; it should not be")
    return "files", len(named), "intact, or removed after sealing", bad


def _objects(session: Session, venue: Venue) -> Look:
    """Encrypted objects: each is whole and on its way, or was sent."""
    sizes = dict(session.execute(select(OutboxRow.digest, OutboxRow.size_bytes)).all())
    rows = session.execute(select(SealedObjectRow.digest, SealedObjectRow.visit_id, SealedObjectRow.size_bytes)).all()
    bad = []
    for digest, visit, size_bytes in rows:
        bad += [
            f"{digest} (of visit {visit}) {trouble}" for trouble in _trouble(venue.store.sealed, digest, size_bytes)
        ]
        if sizes.get(digest) != size_bytes:
            bad.append(f"{digest} (of visit {visit}) is not in the list of what is sent to the region")
    return "sealed objects", len(rows), "intact", bad


def _trouble(folder: DigestFolder, digest: str, size_bytes: int | None = None) -> Iterator[str]:
    try:
        if size_bytes is not None and (found := folder.size_bytes(digest)) != size_bytes:
            yield f"has {found} bytes instead of {size_bytes}"
        else:
            folder.get(digest)
    except MissingBlobError:
        yield "has changed on the disk" if folder.has(digest) else "is gone"


def _records(session: Session) -> Look:
    """Records: each envelope bears our signature and names exactly its objects, its visit and what it replaces."""
    keys = dict(session.execute(select(SigningKeyRow.key_id, SigningKeyRow.public_key)).all())
    on_their_way = set(session.scalars(select(OutboxRow.digest).where(OutboxRow.kind == "record")))
    rows = session.scalars(select(RecordRow).order_by(RecordRow.visit_id, RecordRow.version)).all()
    before: dict[str, str] = {}
    bad = []
    for row in rows:
        named = set(session.scalars(select(RecordFileRow.file_digest).where(RecordFileRow.record_digest == row.digest)))
        try:
            envelope = unwrap(row.content, row.digest)
            envelope.check(keys.get(envelope.key_id, ""))
            wrong = _contradiction(envelope, row, named, before.get(row.visit_id, ""))
        except RecordError as error:
            wrong = str(error)
        if not wrong and row.digest not in on_their_way:
            wrong = "it is not in the list of what is sent to the region"
        bad += [f"{row.digest} (version {row.version} of visit {row.visit_id}): {wrong}"] if wrong else []
        before[row.visit_id] = row.digest
    return "records", len(rows), "intact and signed", bad


def _contradiction(envelope: Envelope, row: RecordRow, named: set[str], previous: str) -> str:
    """Return in what a record's envelope and its rows differ, "" where they do not."""
    manifest = envelope.manifest
    if (manifest.visit, manifest.version) != (row.visit_id, row.version):
        return "the envelope is of another visit or version"
    if manifest.previous != previous:
        return "the envelope does not name the version before it"
    if {one.digest for one in manifest.objects} != named:
        return "the envelope names other objects than the database"
    return ""


def _trails(session: Session) -> Look:
    """Visits: their entries are numbered without a gap."""
    visits = [load_visit(session, visit_id) for visit_id in session.scalars(select(VisitRow.id))]
    gaps = [one.id for one in visits if [entry.seq for entry in one.entries] != list(range(1, one.last_seq + 1))]
    return "trails", len(visits), "without a gap", [f"visit {visit} has a gap" for visit in gaps]
