"""A home folder with something of everything that lies under the venue's key, and the exchange of that key."""

import shutil
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from local_db.audit_models import AuditRow
from local_db.backup.snapshot import check_database, copy_database
from local_db.blobs import BlobFolder
from local_db.clock import Clock
from local_db.errors import WrongKeyError
from local_db.reports import ReportFolder
from local_db.rotation.journal import Stage
from local_db.rotation.places import NEXT, OLD, Places
from local_db.rotation.rotation import ROTATED, Rotation
from local_db.rotation.switching import finish_switch
from local_db.secrets import kept_secret, take_secret
from local_db.vault.keys import VenueKey
from local_db.vault.secret_keys import SecretKeys
from local_db.vault.vault import Vault
from local_db.vault.wrapping import Cost
from tests.support.builders import KEY, Shelf

QUICK = Cost(memory_kib=64, passes=1, lanes=1)
OLD_WORDS, NEW_WORDS = "correct horse battery", "five other words together"
PICTURES = [b"picture %d" % number * 200 for number in range(20)]
SECRET, REPORT, SIGNING, STRAY = b"bearer key", b"registration numbers", "a-signing-key", b"left by somebody"


def places_at(home: Path) -> Places:
    """Return where everything lies."""
    return Places(
        home,
        home / "venue.db",
        home / "vault",
        (home / "blobs", home / "online"),
        home / "reports",
        home / "keys",
        home / "backups",
        (kept_secret(home / "region.key"),),
    )


def furnish(home: Path) -> Path:
    """Make a home folder with people, captures, sealed objects, reports, keys, secrets and copies."""
    shelf = Shelf(home)
    shelf.finished(0)
    for picture in PICTURES:
        shelf.store.blobs.put(picture)
    BlobFolder(home / "online", KEY).put(PICTURES[0])
    (home / "blobs" / "note.txt").write_bytes(STRAY)
    ReportFolder(home / "reports", KEY).put("roster.csv", REPORT)
    SecretKeys(home / "keys", KEY).store("signing-1", SIGNING)
    (home / "region.key").write_bytes(SECRET)
    take_secret(home / "region.key", KEY)
    (home / "backups").mkdir()
    copy_database(home / "venue.db", home / "backups" / "before-2-from-1.db", KEY)
    shelf.database.close()
    vault = Vault(home / "vault", cost=QUICK)
    vault.folder.mkdir()
    vault.set_passphrase(KEY, OLD_WORDS)
    vault._finish(KEY)
    return home


def rotate(home: Path) -> None:
    """Exchange the key, or go on with an exchange that was cut off: what `vault rotate` does between its questions."""
    places = places_at(home)
    finish_switch(places)
    rotation = Rotation(places, cost=QUICK)
    journal = rotation.journal()
    if journal is None:
        if Vault(places.vault).key_id != KEY.id:
            return
        new = rotation.begin(KEY, NEW_WORDS)
        journal = rotation.journal()
    else:
        new = rotation.next_vault.open(NEW_WORDS)
    if journal and journal.stage is Stage.PREPARED:
        rotation.new_paper(new)
        rotation.paper_is_safe()
    rotation.carry_and_switch(KEY, new, Clock(), lambda _done, _total: None)


def key_in_use(home: Path) -> VenueKey:
    """Start as a venue does, and return the key that the words of one of the two give."""
    finish_switch(places_at(home))
    vault = Vault(home / "vault")
    try:
        return vault.open(OLD_WORDS)
    except WrongKeyError:
        return vault.open(NEW_WORDS)


def problems(home: Path, key: VenueKey) -> list[str]:
    """Return what cannot be read with the key, or is lacking."""
    places, found = places_at(home), []
    blobs, online = BlobFolder(home / "blobs", key), BlobFolder(home / "online", key)
    found += [f"{path.name} is damaged" for path in blobs.files() if not blobs.is_whole(path, path.name)]
    for database in (places.database, *places.copies.glob("*.db")):
        check_database(database, key)
    shelf = Shelf(home, key=key, is_new=False)
    with closing(shelf.database):
        visit = shelf.store.visit_of(shelf.people[0].reg_no)
        files = [file.digest for entry in visit.entries for file in entry.evidence.attachments] if visit else []
        read = [shelf.store.blobs.is_intact(digest) for digest in files]
        found += [] if read == [True] else [f"the visit's files: {read}"]
        sealed = [one for one in shelf.store.sealed.files() if not shelf.store.sealed.is_whole(one, one.name)]
        found += [f"sealed {path.name}" for path in sealed]
        if key != KEY and rotations(shelf) != [KEY.id]:
            found.append(f"the audit log says {rotations(shelf)}")
    kept = {blobs.content_of(path) for path in blobs.files()}
    found += [] if kept >= set(PICTURES) and len(kept) == len(PICTURES) + 1 else [f"{len(kept)} captures"]
    found += [] if [online.content_of(path) for path in online.files()] == PICTURES[:1] else ["online"]
    found += [] if ReportFolder(places.reports, key).get("roster.csv") == REPORT else ["report"]
    found += [] if SecretKeys(places.keys, key).load("signing-1") == SIGNING else ["signing key"]
    found += [] if take_secret(home / "region.key", key) == SECRET else ["secret"]
    return found + ([] if (home / "blobs" / "note.txt").read_bytes() == STRAY else ["the stray file"])


def leftovers(home: Path) -> Sequence[str]:
    """Return what a finished exchange should not leave behind."""
    return [path.name for path in home.iterdir() if path.name.endswith((NEXT, OLD)) or path.name == "rotation.json"]


def rotations(shelf: Shelf) -> list[str]:
    """Return the old key's name of every exchange that the audit log tells of."""
    with shelf.database.reading() as session:
        return [str(row.detail["from"]) for row in session.query(AuditRow).where(AuditRow.act == ROTATED)]


def fresh(template: Path, folder: Path) -> Path:
    """Return a copy of a home folder, in place of what is there."""
    shutil.rmtree(folder, ignore_errors=True)
    return Path(shutil.copytree(template, folder))
