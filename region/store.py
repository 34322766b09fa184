"""The one place through which the region writes."""

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

from sqlalchemy import Engine, Executable
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from records.vault import KeyFolder, Vault
from region.database import WRITING, migrate, open_engine
from region.errors import RegionError
from region.files import FileStore
from region.settings import Settings


def utc_now() -> datetime:
    """Return the present time, aware."""
    return datetime.now(UTC)


T = TypeVar("T")


class _Change:
    """A change that waits for its transaction, then what came of it."""

    def __init__(self, change: Callable[[Session], object]) -> None:
        self._change = change
        self.is_over = False
        self.result: object = None
        self.error: BaseException | None = None

    def make(self, session: Session) -> None:
        """Make it; what goes wrong undoes the whole transaction."""
        self.result = self._change(session)

    def make_among_others(self, session: Session) -> None:
        """Make it, or undo what it began and keep the error for whoever waits."""
        try:
            with session.begin_nested():
                self.make(session)
        except (RegionError, SQLAlchemyError) as error:
            self.error = error


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
        self._turn = threading.Lock()
        self._waiting: deque[_Change] = deque()

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

    def write_together(self, change: Callable[[Session], T]) -> T:
        """Make a change in a transaction that it may share with others that wait for the disk at this moment.

        Its result comes when that is committed. A change that fails undoes itself and none of the others.
        """
        mine = _Change(change)
        self._waiting.append(mine)
        with self._turn:
            if not mine.is_over:
                self._make_all([self._waiting.popleft() for _change in range(len(self._waiting))])
        if mine.error is not None:
            raise mine.error
        return cast("T", mine.result)

    def _make_all(self, changes: Sequence["_Change"]) -> None:
        try:
            with self.write() as session:
                if len(changes) == 1:
                    changes[0].make(session)
                else:
                    for one in changes:
                        one.make_among_others(session)
        except BaseException as error:
            for one in changes:
                one.error = one.error or error
            raise
        finally:
            for one in changes:
                one.is_over = True

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A consistent view; what is read may be used afterwards."""
        with Session(self._engine, expire_on_commit=False) as session:
            yield session

    def look(self, query: Executable, **values: object) -> Sequence[Any]:
        """Return the rows of one query; made up beforehand, and outside any session, it costs half as much."""
        with self._engine.connect() as connection:
            return connection.execute(query, values).all()

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()


def open_store(settings: Settings, clock: Callable[[], datetime] = utc_now, vault: Vault | None = None) -> Store:
    """Return the store of these settings, migrated to the present schema.

    Args:
        vault: where the region's secret keys lie; None for the folder in `settings.home`.
    """
    folder = settings.home / "files"
    files = FileStore(folder)
    files.lay_out()
    engine = open_engine(settings.url)
    migrate(engine)
    return Store(engine, files, vault or KeyFolder(settings.home / "keys"), clock)
