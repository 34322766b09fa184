"""Lets the disk fail at the 1st, 2nd, 3rd ... call of what a venue or a region does, and looks what came of each.

A program of its own, because the failing disk is preloaded into it: `python -m tests.support.disk_sweep SCENE FOLDER
EVERY` in the environment of `failing_disk.prepared` prints one JSON object. EVERY 1 tries every call, 7 every seventh.
"""

import errno
import io
import json
import sys
from abc import ABC, abstractmethod
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import ClassVar

from local_db.backup.checking import check_backup
from local_db.backup.layout import BackupFolder
from local_db.backup.snapshot import integrity_problems
from local_db.backup.writing import Source, make_backup
from local_db.engine import keyed
from local_db.errors import BackupError, NotSavedError, StaleVisitError
from local_db.parcels import Fate
from local_db.visits import Visit
from region.errors import IntakeError
from region.intake import receipt_for, take_file, take_record
from tests.support import rotating
from tests.support.builders import DESK, KEY, Shelf, never, photo, signed
from tests.support.failing_disk import FOR_EVER, SHORT, FailingDisk
from tests.support.region_app import furnish, open_region
from tests.support.region_records import VENUE, sealed

FAILURES = {
    "an error once": (errno.EIO, 1),
    "an error from here on": (errno.EIO, FOR_EVER),
    "full from here on": (errno.ENOSPC, FOR_EVER),
    "half written once": (SHORT, 1),
}
PEOPLE = 400


@dataclass
class Outcome:
    """What came of sweeping one failure through one scene.

    Attributes:
        calls: at how many calls the disk failed.
        said: how often which words came.
        problems: what was lost, doubled, or not said in our words.
    """

    calls: int = 0
    said: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


class Scene(ABC):
    """Something that writes.

    Attributes:
        words: the errors that are ours.
    """

    words: ClassVar[tuple[type[Exception], ...]] = (NotSavedError,)

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @abstractmethod
    def prepare(self) -> None:
        """Come to where the next attempt begins."""

    @abstractmethod
    def act(self) -> None:
        """Write; doing it again after a failure is allowed."""

    @abstractmethod
    def problems(self) -> list[str]:
        """Return what is lost or doubled, once it was done again with a good disk."""

    def ending(self) -> list[str]:
        """Return what is wrong in all of it at the end."""
        return []


class VenueScene(Scene):
    """Something at the venue."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.shelf = Shelf(folder / "home", people=PEOPLE)
        self.number = -1
        self.visit: Visit

    def prepare(self) -> None:
        self.number += 1
        self.visit = self.shelf.arrived(self.number)

    def ending(self) -> list[str]:
        """Restart, then look at every page and every file."""
        self.shelf.restart()
        found = integrity_problems(keyed(self.shelf.folder / "venue.db", KEY))
        for person in self.shelf.people[: self.number + 1]:
            visit = self.shelf.store.visit_of(person.reg_no)
            files = [file for entry in visit.entries for file in entry.evidence.attachments] if visit else []
            damaged = [file for file in files if not self.shelf.store.blobs.is_intact(file.digest)]
            found += [f"{person.reg_no}: damaged" for _file in damaged]
        return found


class Capture(VenueScene):
    """Two files and an entry are saved."""

    entries = 2

    def act(self) -> None:
        evidence = [photo(b"picture %d" % self.number * 300)]
        try:
            self.shelf.store.save_evidence(self.visit.id, self.visit.last_seq, evidence, DESK, self.seal)
        except StaleVisitError:  # the page is shown again, with what had been saved after all
            pass

    def seal(self, visit: Visit):
        return never(visit)

    def problems(self) -> list[str]:
        visit = self.shelf.store.visit(self.visit.id)
        files = [file.digest for entry in visit.entries for file in entry.evidence.attachments]
        whole = [self.shelf.store.blobs.is_intact(digest) for digest in files]
        return [] if (visit.last_seq, whole) == (2, [True]) else [f"entries {visit.last_seq}, files {whole}"]


class Sealing(Capture):
    """A capture finishes the visit, which is sealed in the same transaction."""

    def seal(self, visit: Visit):
        return self.shelf.seal(visit)

    def problems(self) -> list[str]:
        versions = self.shelf.store.visit(self.visit.id).versions
        objects = self.shelf.store.sealed_files(self.visit.id).values()
        whole = [self.shelf.store.sealed.is_intact(one.digest) for one in objects]
        found = super().problems()
        return found if (len(versions), whole) == (1, [True]) else [*found, f"versions {versions}, objects {whole}"]


class Receipt(VenueScene):
    """The region's word on everything of a record is noted."""

    def prepare(self) -> None:
        self.number += 1
        self.visit = self.shelf.finished(self.number, b"picture %d" % self.number)
        self.record = self.visit.versions[0].digest

    def act(self) -> None:
        outbox = self.shelf.outbox
        outbox.begin(due := outbox.due(1))
        outbox.note([Fate(one, signed(one.digest)) for one in due])
        outbox.begin(files := outbox.due(20))
        outbox.note([Fate(one, signed(one.digest)) for one in files])
        outbox.accept(signed(self.record, "accepted"))

    def problems(self) -> list[str]:
        counts, due = self.shelf.outbox.counts(), self.shelf.outbox.due(9)
        wanted = self.number + 1
        return [] if (counts.accepted, due) == (wanted, []) else [f"{counts}, due {len(due)}, of {wanted}"]


class Backup(VenueScene):
    """A backup is made onto a stick, while the ones before it are kept."""

    words = (BackupError,)

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        (folder / "stick").mkdir()
        (folder / "home" / "vault").mkdir()
        self.backups = BackupFolder.of(folder / "stick", "V-TEST", KEY.id)
        self.kept: str = ""

    def prepare(self) -> None:
        self.number += 1
        self.shelf.clock.forward(seconds=1)
        self.shelf.store.blobs.put(b"picture %d" % self.number)
        self.kept = self.backups.names()[-1] if self.number else ""

    def act(self) -> None:
        store = self.shelf.store
        home = self.shelf.folder
        source = Source("V-TEST", home, self.shelf.database, store.blobs, store.sealed, home / "vault")
        self.shelf.clock.forward(seconds=1)
        self.made = make_backup(source, self.folder / "stick", self.shelf.clock.now).name

    def problems(self) -> list[str]:
        found = list(check_backup(self.backups, KEY, self.made))
        return found + (list(check_backup(self.backups, KEY, self.kept)) if self.kept else [])


class RotationScene(Scene):
    """The venue's key is exchanged for another; each attempt begins with the old one."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.template = rotating.furnish(folder / "template")
        self.home = folder / "home"

    def prepare(self) -> None:
        rotating.fresh(self.template, self.home)

    def act(self) -> None:
        rotating.rotate(self.home)

    def problems(self) -> list[str]:
        key = rotating.key_in_use(self.home)
        found = rotating.problems(self.home, key) + list(rotating.leftovers(self.home))
        return found if key != KEY else [*found, "the key is the old one"]


class Intake(Scene):
    """The region takes a record and its files."""

    words = (IntakeError,)

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.region = furnish(open_region(folder / "region"))
        self.number = 0

    def prepare(self) -> None:
        self.number += 1
        self.record, self.files = sealed(f"R{self.number:04}", red=self.number % 250)

    def act(self) -> None:
        take_record(self.region.store, VENUE, self.record.digest, self.record.content)
        for digest, content in self.files.items():
            take_file(self.region.store, VENUE, digest, io.BytesIO(content), "application/age")

    def problems(self) -> list[str]:
        store = self.region.store
        receipt = receipt_for(store, VENUE, "record", self.record.digest)
        damaged = [digest for digest, content in self.files.items() if store.files.read_intact(digest) != content]
        return [] if receipt.state == "accepted" and not damaged else [f"{receipt.state}, damaged {len(damaged)}"]

    def ending(self) -> list[str]:
        with self.region.store.read() as session:
            found = session.connection().exec_driver_sql("PRAGMA integrity_check").scalar()
        return [] if found == "ok" else [str(found)]


SCENES: dict[str, type[Scene]] = {
    "capture": Capture,
    "sealing": Sealing,
    "receipt": Receipt,
    "backup": Backup,
    "intake": Intake,
    "rotation": RotationScene,
}


def sweep(scene: Scene, disk: FailingDisk, failure: tuple[int, int], first: int, every: int) -> Outcome:
    """Fail at every call in turn, or every so many, until there is none left to fail at."""
    outcome, at = Outcome(), first
    while not (outcome.calls and disk.failed == 0):
        scene.prepare()
        try:
            with disk.failing(at, *failure):
                scene.act()
        except scene.words as error:
            name = type(error).__name__
            outcome.said[name] = outcome.said.get(name, 0) + 1
        except Exception as error:  # noqa: BLE001  whatever it is, it is none of our words
            __import__("traceback").print_exc()
            outcome.problems.append(f"at call {at}: {error!r}")
        outcome.problems += [f"at call {at}: {problem}" for problem in _done_again(scene)]
        outcome.calls += disk.failed > 0
        at += every
    return outcome


def _done_again(scene: Scene) -> list[str]:
    """Return what is wrong once the same was done again with a good disk."""
    try:
        scene.act()
        return scene.problems()
    except Exception as error:  # noqa: BLE001  work does not go on
        return [f"the second time: {error!r}"]


def main(name: str, folder: Path, every: int) -> None:
    """Sweep every failure through one scene; each begins at another call."""
    scene, disk = SCENES[name](folder), FailingDisk(folder)
    outcomes = {
        words: sweep(scene, disk, failure, 1 + number % every, every)
        for number, (words, failure) in enumerate(FAILURES.items())
    }
    print(json.dumps({words: asdict(one) for words, one in outcomes.items()} | {"ending": scene.ending()}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
