"""Secrets that others hand out as a file, e.g. the region's key: taken in once, encrypted from then on."""

import logging
from pathlib import Path

from local_db.durable import sync_folder, write_durably
from local_db.vault.keys import VenueKey

SUFFIX = ".enc"

logger = logging.getLogger(__name__)


def kept_secret(path: Path) -> Path:
    """Return where a secret lies once it was taken in."""
    return path.with_name(path.name + SUFFIX)


def take_secret(path: Path, key: VenueKey) -> bytes:
    """Return what the file says. A file in clear is encrypted and removed; a new one replaces what was taken in.

    Raises:
        FileNotFoundError: there is neither a file nor a secret that was taken in.
        DamagedError: the encrypted file has changed or belongs to another venue.
        DiskFullError: no room; the file in clear stays.
    """
    envelope, kept = key.envelope("secrets"), kept_secret(path)
    if path.exists():
        secret = path.read_bytes()
        write_durably(kept, envelope.close(secret, kept.name))
        envelope.open(kept.read_bytes(), kept.name)
        path.unlink()
        sync_folder(path.parent)
        logger.info("%s was taken in and lies encrypted in %s now", path.name, kept.name)
    return envelope.open(kept.read_bytes(), kept.name)
