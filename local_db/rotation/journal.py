"""How far a rotation is: one small file, written whole or not at all; and who may work on it, one process at a time."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from local_db.durable import saying_why, sync_folder, write_durably
from local_db.errors import DamagedError, DiskFailedError, LockedError

FILE, LOCK = "rotation.json", "rotation.lock"
PATIENCE_S = 30.0


class Stage(StrEnum):
    """Up to `CARRYING` everything is under the old key and untouched; from `SWITCHING` on there is no way back."""

    PREPARED = "prepared"
    CARRYING = "carrying"
    SWITCHING = "switching"


@dataclass(frozen=True, slots=True)
class Journal:
    """Where a rotation stands. `old` and `new` are the names of the keys."""

    stage: Stage
    old: str
    new: str

    @property
    def can_be_given_up(self) -> bool:
        """Whether the old key is still the venue's."""
        return self.stage is not Stage.SWITCHING


def read_journal(home: Path) -> Journal | None:
    """Return where the rotation stands, None if there is none.

    Raises:
        DamagedError: the file is not one that this program writes; nothing may go on before somebody has looked.
    """
    path = home / FILE
    try:
        content = json.loads(path.read_bytes())
        return Journal(Stage(content["stage"]), str(content["old"]), str(content["new"]))
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedError(f"{path} is damaged; take the home folder from a backup") from error


def write_journal(home: Path, journal: Journal) -> None:
    """Keep where the rotation stands, for good before this returns.

    Raises:
        DiskFullError, DiskFailedError: it stands where it stood.
    """
    write_durably(home / FILE, json.dumps({"format": 1, **asdict(journal)}).encode())


def end_journal(home: Path) -> None:
    """There is no rotation any more."""
    with saying_why(FILE):
        (home / FILE).unlink(missing_ok=True)
        sync_folder(home)


@contextmanager
def alone(home: Path, patience_s: float = PATIENCE_S) -> Iterator[None]:
    """Keep every other process from working on the rotation; a killed one lets go by itself.

    SQLite's lock on an empty file is the one that works alike on Linux and Windows and leaves nothing behind.

    Raises:
        LockedError: another one has been at it for too long.
        DiskFailedError: the disk does not take the lock.
    """
    with ExitStack() as until_end:
        try:
            lock = sqlite3.connect(home / LOCK, timeout=patience_s, isolation_level=None)
            until_end.callback(lock.close)
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
                raise LockedError("another program is exchanging the venue's key at this moment") from error
            raise DiskFailedError(f"the disk does not take {LOCK}: {error}") from error
        yield
