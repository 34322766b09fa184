"""One at a time, by name: within this process, or among all processes of one PostgreSQL."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from region.database import is_postgres

LOCK_NOT_AVAILABLE = "55P03"


class NotMyTurnError(Exception):
    """Somebody else has had it for longer than one wants to wait."""


class OwnTurns:
    """Among the threads of this process."""

    def __init__(self) -> None:
        self._locks: dict[str, tuple[threading.Lock, int]] = {}
        self._guard = threading.Lock()

    @contextmanager
    def take(self, name: str, wait_s: float) -> Iterator[None]:
        """Have the turn for a block; a lock nobody waits for is thrown away.

        Raises:
            NotMyTurnError: it does not come within `wait_s`.
        """
        with self._guard:
            lock, waiting = self._locks.get(name, (threading.Lock(), 0))
            self._locks[name] = lock, waiting + 1
        taken = lock.acquire(timeout=wait_s)
        try:
            if not taken:
                raise NotMyTurnError(name)
            yield
        finally:
            if taken:
                lock.release()
            with self._guard:
                lock, waiting = self._locks.pop(name)
                if waiting > 1:
                    self._locks[name] = lock, waiting - 1


class SharedTurns:
    """Among everybody who uses this database; whoever dies loses the turn with the connection."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def take(self, name: str, wait_s: float) -> Iterator[None]:
        """As `OwnTurns.take`; holds one connection meanwhile."""
        with self._engine.connect() as connection, connection.begin():
            patience = {"wait": f"{int(wait_s * 1000)}ms"}
            connection.execute(text("SELECT set_config('lock_timeout', :wait, true)"), patience)
            try:
                connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": name})
            except OperationalError as error:
                if getattr(error.orig, "sqlstate", "") == LOCK_NOT_AVAILABLE:
                    raise NotMyTurnError(name) from error
                raise
            yield


def open_turns(engine: Engine) -> OwnTurns | SharedTurns:
    """Return the turns of everybody who writes to this database."""
    return SharedTurns(engine) if is_postgres(engine) else OwnTurns()


Turns = OwnTurns | SharedTurns
