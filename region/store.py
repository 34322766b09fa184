"""The one place through which the region writes."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from records.vault import KeyFolder, Vault
from region.database import WRITING, migrate, open_engine
from region.files import FileStore
from region.settings import Settings


def utc_now() -> datetime:
    """Return the present time, aware."""
    return datetime.now(UTC)


class Store:
    """Database, files and the region's secret keys together.

    One writer at a time in this process: without the lock SQLite's busy handler starves somebody.
    """

    def __init__(self, engine: Engine, files: FileStore, vault: Vault, clock: Callable[[], datetime] = utc_now) -> None:
        self.files = files
        self.vault = vault
        self.now = clock
        self._engine = engine
        self._writing = threading.Lock()

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction that may write: committed and on the disk at the end, undone by any error."""
        with (
            self._writing,
            self._engine.connect().execution_options(**{WRITING: True}) as connection,
            Session(connection, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A consistent view; what is read may be used afterwards."""
        with Session(self._engine, expire_on_commit=False) as session:
            yield session

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()


def open_store(settings: Settings, clock: Callable[[], datetime] = utc_now, vault: Vault | None = None) -> Store:
    """Return the store of these settings, migrated to the present schema.

    Args:
        vault: where the region's secret keys lie; None for the folder in `settings.home`.
    """
    folder = settings.home / "files"
    folder.mkdir(parents=True, exist_ok=True)
    engine = open_engine(settings.url)
    migrate(engine)
    return Store(engine, FileStore(folder), vault or KeyFolder(settings.home / "keys"), clock)
