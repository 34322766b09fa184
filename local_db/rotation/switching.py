"""Puts in place what was laid out under the new key: renames only, which need no key and no room, in any state."""

import logging
import shutil
from pathlib import Path

from local_db.durable import PART, saying_why, sync_folder
from local_db.errors import DiskFailedError, KeyStoreError
from local_db.rotation.journal import alone, end_journal, read_journal
from local_db.rotation.places import Places, beside_database, next_of, old_of
from local_db.vault.keystore import KeyStore
from local_db.vault.vault import Vault

logger = logging.getLogger(__name__)


def finish_switch(places: Places, store: KeyStore | None = None) -> None:
    """Finish a switch that was begun; nothing happens where there is none. Whoever opens a venue calls this first.

    Raises:
        DiskFailedError, LockedError: it is not finished; what there is stays, and the next call goes on.
        DamagedError: the journal is damaged.
    """
    if not _is_begun(places.home):
        return
    with alone(places.home):
        if _is_begun(places.home):  # the other one that was at it may have finished it
            complete(places, store)


def complete(places: Places, store: KeyStore | None = None) -> None:
    """Bring in what lies beside, then remove what it replaced; the caller is alone."""
    journal = read_journal(places.home)
    if journal is None:
        return
    try:
        _bring_in(places)
        _forget_in_store(old_of(places.vault), store)
        drop_replaced(places)
    except OSError as error:  # on Windows also: somebody has a file of it open
        raise DiskFailedError(
            f"{error.filename}: {error.strerror}. The exchange of the key is not finished and nothing is lost: close "
            "every other program that has the home folder open, then start again"
        ) from error
    end_journal(places.home)
    logger.warning("The venue's key was exchanged: %s is gone, %s opens everything here", journal.old, journal.new)


def drop_laid_out(places: Places, store: KeyStore | None = None) -> None:
    """Remove everything that was laid out under a key that was not switched to."""
    _forget_in_store(next_of(places.vault), store)
    for path in (*places.folders, *places.files):
        remove(next_of(path))
    drop_database(next_of(places.database))


def drop_replaced(places: Places) -> None:
    """Remove the folders that were replaced."""
    for folder in places.folders:
        remove(old_of(folder))


def drop_database(path: Path) -> None:
    """Remove a database, half a copy of it, and what SQLite keeps beside both."""
    for database in (path, path.with_name(PART + path.name)):
        for left in (database, *beside_database(database)):
            remove(left)


def remove(path: Path) -> None:
    """Remove a file or a whole folder for good; nothing happens if there is none."""
    with saying_why(path.name):
        if path.is_dir():
            shutil.rmtree(path)
        elif path.exists():
            path.unlink()
        else:
            return
        sync_folder(path.parent)


def _is_begun(home: Path) -> bool:
    journal = read_journal(home)
    return journal is not None and not journal.can_be_given_up


def _bring_in(places: Places) -> None:
    for path in places.files:
        if next_of(path).exists():
            for left in beside_database(path) if path == places.database else ():
                left.unlink(missing_ok=True)  # a log of the old file would be taken for the new one's
            next_of(path).replace(path)
            sync_folder(path.parent)
    for folder in places.folders:
        if next_of(folder).exists():
            if folder.exists():
                folder.rename(old_of(folder))
            next_of(folder).rename(folder)
            sync_folder(folder.parent)


def _forget_in_store(vault: Path, store: KeyStore | None) -> None:
    """Take a vault's key out of the computer's key store, if it is there."""
    kept = Vault(vault, store)
    if not (kept.exists and "keystore" in kept.ways()):
        return
    try:
        kept.remove_keystore()
    except KeyStoreError as error:
        logger.warning("key %s is still in this computer's key store, remove it by hand: %s", kept.key_id, error)
