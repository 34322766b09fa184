"""Makes backups by the clock and by the button, and knows how the last one went."""

import json
import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event, Lock, Thread

from local_db.audit import newest
from local_db.backup.checking import check_backup
from local_db.backup.layout import BackupFolder
from local_db.backup.writing import BackupReport, Source, make_backup
from local_db.clock import Clock
from local_db.errors import BackupError, NotSavedError
from local_db.outbox import Outbox
from local_db.store import Origin, Store

logger = logging.getLogger(__name__)

BY_THE_CLOCK = Origin("backup", "venue")
FIRST_AFTER_S = 60.0
"""The first backup comes soon after the start, but leaves the start itself in peace."""
_MEMORY = "backup"


@dataclass(frozen=True, slots=True)
class BackupState:
    """How backups are.

    Attributes:
        made_at: when the last good one was made, ISO 8601; "" if there is none.
        error: code of `BackupError` of the last try, "" if it went well.
        name: the last good one's; `upto` is the newest entry of the audit log that is surely in it.
    """

    made_at: str = ""
    files: int = 0
    error: str = ""
    tried_at: str = ""
    name: str = ""
    upto: int = 0

    @property
    def made(self) -> datetime | None:
        """When the last good one was made."""
        return datetime.fromisoformat(self.made_at) if self.made_at else None


@dataclass(frozen=True, slots=True)
class Plan:
    """Where backups go and how often; `same_disk` allows a folder of the venue's own disk."""

    disk: Path
    every: timedelta
    same_disk: bool = False


class Backups:
    """One venue's backups as its settings plan them; without a plan, nothing happens by itself."""

    def __init__(self, source: Source, plan: Plan | None, store: Store, memory: Outbox, clock: Clock) -> None:
        self.plan = plan
        self._source = source
        self._store = store
        self._memory = memory
        self._clock = clock
        self._one_at_a_time = Lock()
        self._over = Event()
        self._thread: Thread | None = None

    def start(self, first_after_s: float = FIRST_AFTER_S) -> None:
        """Make one soon, and then one every so often, until stopped."""
        if self.plan and self._thread is None:
            self._thread = Thread(target=self._run, args=(first_after_s,), name="backup", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Make no more; one that is being made is finished first."""
        self._over.set()
        if self._thread:
            self._thread.join()

    def make(self, origin: Origin, disk: Path | None = None) -> BackupReport:
        """Make one now.

        Raises:
            BackupError: why there is none; the state says so as well.
        """
        with self._one_at_a_time:
            upto = self.newest()
            try:
                report = make_backup(self._source, disk or self._planned_disk(), self._clock.now)
            except BackupError as error:
                self._note(error=error.code)
                raise
            now = self._clock.now().isoformat()
            self._note(made_at=now, files=report.files, name=report.name, upto=upto)
        self._store.note("backup", report.name, origin, files=report.files, copied=report.copied)
        return report

    def state(self) -> BackupState:
        """Return how the last one went."""
        text = self._memory.recall(_MEMORY)
        return BackupState(**json.loads(text)) if text else BackupState()

    def newest(self, *beginnings: str) -> int:
        """Return the number of the audit log's newest entry, or of the newest whose act begins like one of these."""
        with self._source.database.reading() as session:
            return newest(session, *beginnings)

    def is_late(self) -> bool:
        """Tell whether there should have been a backup by now: twice the interval has gone by without one."""
        made = self.state().made
        return self.plan is not None and (made is None or self._clock.now() - made > 2 * self.plan.every)

    def is_on_own_disk(self) -> bool:
        """Tell whether the backup shares the venue's disk, and so its fate."""
        if self.plan is None or not self.plan.disk.is_dir():
            return False
        return self.plan.disk.stat().st_dev == self._source.home.stat().st_dev

    def check(self) -> Sequence[str]:
        """Read the newest backup whole and return which of its files are gone or damaged.

        Raises:
            BackupError: there is none, or its list cannot be read.
        """
        folder = BackupFolder.of(self._planned_disk(), self._source.venue_id, self._source.database.key.id)
        return check_backup(folder, self._source.database.key)

    def _planned_disk(self) -> Path:
        if self.plan is None:
            raise BackupError("missing", "the settings name no folder for backups")
        if not self.plan.disk.is_dir():
            raise BackupError("missing", str(self.plan.disk))
        if self.is_on_own_disk() and not self.plan.same_disk:
            raise BackupError("missing", f"{self.plan.disk} is a folder of the venue's own disk")
        return self.plan.disk

    def _note(self, **news: str | int) -> None:
        now = self._clock.now().isoformat()
        state = {**asdict(self.state()), "error": "", "tried_at": now, **news}
        self._memory.remember(_MEMORY, json.dumps(state))

    def _run(self, first_after_s: float) -> None:
        wait_s = first_after_s
        while not self._over.wait(wait_s):
            wait_s = self.plan.every.total_seconds() if self.plan else FIRST_AFTER_S
            try:
                self.make(BY_THE_CLOCK)
            except BackupError as error:
                logger.warning("no backup was made: %s", error)
            except NotSavedError as error:
                logger.warning("the backup could not be noted: %s", error)
            except Exception:  # the outermost loop of its thread
                logger.exception("fault while making a backup")
