"""The one place through which the region writes."""

import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from datetime import UTC, datetime, tzinfo
from typing import Any, TypeVar, cast

from sqlalchemy import Engine, Executable, Select
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler

from records.vault import KeyFolder, Vault
from region.database import MORE_CONNECTIONS, WRITING, ZONE, is_postgres, migrate, open_engine, reading
from region.errors import RegionError, SettingsError
from region.files import FileStore
from region.folder_files import FolderFiles
from region.s3_files import open_bucket
from region.settings import Settings
from region.turns import open_turns


def utc_now() -> datetime:
    """Return the present time, aware."""
    return datetime.now(UTC)


T = TypeVar("T")
Look = Select[*tuple[Any, ...]]


class _Change:
    """A change that waits for its transaction, then what came of it."""

    def __init__(self, change: Callable[[Session], object], may_fail: bool) -> None:
        self._change = change
        self._may_fail = may_fail
        self.is_over = False
        self.result: object = None
        self.error: BaseException | None = None

    def make(self, session: Session) -> None:
        """Make it; what goes wrong undoes the whole transaction."""
        self.result = self._change(session)

    def make_among_others(self, session: Session) -> None:
        """Make it, or undo what it began and keep the error for whoever waits.

        Raises:
            OperationalError: the disk is full, or does not answer. SQLite then undoes the whole transaction, also what
                others believe to be in it.
        """
        if not self._may_fail:
            self.make(session)
            return
        part = session.begin_nested()
        try:
            self.make(session)
            part.commit()
        except OperationalError:
            raise
        except (RegionError, SQLAlchemyError) as error:
            part.rollback()
            self.error = error


class Store:
    """Database, files and the region's secret keys together.

    In SQLite one writer at a time, or its busy handler starves somebody; in PostgreSQL the rows that are changed are
    locked, and nothing else.
    """

    def __init__(
        self,
        engine: Engine,
        files: FileStore,
        vault: Vault,
        clock: Callable[[], datetime] = utc_now,
        zone: tzinfo = UTC,
    ) -> None:
        """Keep things together.

        Args:
            zone: of the region; it decides on which day something happened.
        """
        self.zone = zone
        self.files = files
        self.vault = vault
        self.now = clock
        self._engine = engine
        self._reading = reading(engine)
        self._alone = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._shares_commits = not is_postgres(engine)  # PostgreSQL does that by itself
        self._writing: AbstractContextManager[object] = threading.Lock() if self._shares_commits else nullcontext()
        self.turns = open_turns(engine)
        self._turn = threading.Lock()
        self._waiting: deque[_Change] = deque()
        self._looks: dict[Look, SQLCompiler] = {}
        self.keys_marked: dict[str, datetime] = {}

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction that may write: committed and on the disk at the end, undone by any error."""
        with (
            self._writing,
            self._engine.connect().execution_options(**{WRITING: True}) as connection,
            Session(connection, expire_on_commit=False, info={ZONE: self.zone}) as session,
            session.begin(),
        ):
            yield session

    def write_together(self, change: Callable[[Session], T], *, may_fail: bool = True) -> T:
        """Make a change in a transaction that it may share with others that wait for the disk at this moment.

        Its result comes when that is committed. A change that fails undoes itself and none of the others.

        Args:
            may_fail: False if nothing but the database itself can refuse it, which would undo the others too.
        """
        if not self._shares_commits:
            with self.write() as session:
                return change(session)
        mine = _Change(change, may_fail)
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
        with Session(self._reading, expire_on_commit=False, info={ZONE: self.zone}) as session:
            yield session

    @property
    def is_alone(self) -> bool:
        """Whether no other process writes here."""
        return self._shares_commits

    def look(self, query: Look, **values: object) -> Sequence[Any]:
        """Return the rows of a query that was made up beforehand, of texts, numbers and bytes as the driver gives them.

        For what every request asks: through a session it costs ten times as much.
        """
        statement = self._looks.get(query) or self._looks.setdefault(query, query.compile(self._engine))
        given: Any = statement.construct_params(values)
        if statement.positiontup is not None:
            given = [given[name] for name in statement.positiontup]
        try:
            with closing(self._engine.raw_connection()) as connection:
                cursor = connection.cursor()
                cursor.execute(str(statement), given)
                return cursor.fetchall()
        except self._engine.dialect.loaded_dbapi.Error:  # asked again by SQLAlchemy, which knows what is to be done
            with self._reading.connect() as anew:
                return anew.execute(query, values).all()

    def count_lightly(self, statement: Executable, values: Mapping[str, object]) -> Sequence[Any]:
        """Run one statement by itself and return its rows; for what may be lost in a crash, in PostgreSQL only.

        It takes no turn and opens no transaction, so that it may be run in front of every request.
        """
        with self._alone.connect() as connection:
            return connection.execute(statement, values).all()

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()


def open_store(settings: Settings, clock: Callable[[], datetime] = utc_now, vault: Vault | None = None) -> Store:
    """Return the store of these settings, migrated to the present schema.

    Args:
        vault: where the region's secret keys lie; None for the folder in `settings.home`.

    Raises:
        SettingsError: the database or the place of objects cannot be used as it is described.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    files, engine = open_files(settings), open_engine(settings.url)
    try:
        migrate(engine)
    except OperationalError as error:
        engine.dispose()
        raise SettingsError(f"the database does not answer ({error.orig}); see database_url") from error
    return Store(engine, files, vault or KeyFolder(settings.home / "keys"), clock, settings.zone)


def open_files(settings: Settings) -> FileStore:
    """Return where these settings keep objects."""
    if settings.s3_bucket:
        return open_bucket(
            settings.s3_bucket, settings.s3_endpoint, settings.s3_region, settings.s3_prefix, MORE_CONNECTIONS
        )
    files = FolderFiles(settings.home / "files", settings.home / "uploads")
    for folder in (files.folder, files.uploads):
        folder.mkdir(parents=True, exist_ok=True)
    return files
