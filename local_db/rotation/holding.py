"""Keeps a database for one connection alone, so that nobody saves anything while it is copied under another key."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlcipher3 import dbapi2

from local_db.engine import connect, keyed, why_not_saved
from local_db.errors import LockedError
from local_db.vault.keys import VenueKey


@contextmanager
def held(database: Path, key: VenueKey) -> Iterator[dbapi2.Connection]:
    """Give a connection beside which no other can open the database: no venue, no other command.

    Raises:
        LockedError: one has it open at this moment.
        WrongKeyError: it is another key's.
    """
    connect(database, key).close()
    with closing(keyed(database, key)) as connection:
        try:
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            connection.execute("PRAGMA journal_mode=DELETE")
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("COMMIT")  # in this mode the lock stays, and a copy may be made beside no transaction
        except dbapi2.OperationalError as error:
            words = why_not_saved(error, database)
            if isinstance(words, LockedError):
                words = LockedError(
                    "the venue is running, or another command is at work: stop it first, then try again"
                )
            if words:
                raise words from error
            raise
        yield connection
