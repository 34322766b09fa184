"""Opens what lies in the home folder: encrypted, and with this version's tables."""

import logging
from pathlib import Path

from kiosk.settings import Settings
from local_db.blobs import BlobFolder
from local_db.encrypting import encrypt_home, is_clear
from local_db.engine import Database, saying_damaged
from local_db.migrate import migrate_with_copy
from local_db.rotation.places import Places
from local_db.rotation.switching import finish_switch
from local_db.secrets import kept_secret
from local_db.vault.keys import VenueKey
from local_db.vault.secret_keys import SecretKeys

logger = logging.getLogger(__name__)


def open_data(settings: Settings, key: VenueKey) -> Database:
    """Return the venue's database; what an earlier version left in clear is encrypted first.

    Raises:
        WrongKeyError: the key is not this venue's.
        DiskFullError, DamagedError: the data could not be brought to this version; it is as it was.
    """
    finish_switch(places_of(settings))
    if is_clear(settings.database):
        count = encrypt_home(settings.database, BlobFolder(settings.blobs, key), settings.reports, key)
        (settings.home / "form.key").unlink(missing_ok=True)  # derived from the key now
        logger.warning("The data was in clear and is encrypted now: the database and %d files", count)
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    database = Database(settings.database, key)
    try:
        with saying_damaged(settings.database.name):
            copy = migrate_with_copy(database, settings.copies)
    except BaseException:
        database.close()
        raise
    if copy:
        logger.info("Before the tables were changed, the database was copied to %s", copy)
    return database


def secret_keys(settings: Settings, key: VenueKey) -> SecretKeys:
    """Return the venue's own secret keys; those that lie there in clear are taken in.

    Raises:
        DiskFullError: no room to take them in; they are as they were.
    """
    return SecretKeys(settings.keys, key)


def places_of(settings: Settings) -> Places:
    """Return where everything lies that is encrypted under the venue's key."""
    region = settings.region
    return Places(
        home=settings.home,
        database=settings.database,
        vault=settings.vault_folder,
        blobs=(settings.blobs, settings.online),
        reports=settings.reports,
        keys=settings.keys,
        copies=settings.copies,
        secrets=(kept_secret(settings.home / Path(region.key_file)),) if region else (),
    )
