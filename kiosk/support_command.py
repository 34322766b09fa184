"""`python -m kiosk diagnose`: the diagnostic bundle on a stick, also when the venue cannot be opened."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click
from alembic.util import CommandError
from sqlalchemy.exc import SQLAlchemyError

from devices.errors import ConfigurationError
from kiosk.diagnosis import make_bundle, save_bundle
from kiosk.errors import KioskError
from kiosk.importing import COMMAND_LINE
from kiosk.opening import ask_passphrase
from kiosk.settings import Settings
from kiosk.unlocking import open_alone, open_by_asking, vault_of
from kiosk.venue import Venue, open_venue
from local_db.errors import StoreError
from local_db.vault.keys import VenueKey
from records.errors import RecordError
from rules.errors import ProfileError

logger = logging.getLogger(__name__)

_CANNOT_BE_OPENED = (
    KioskError,
    ProfileError,
    ConfigurationError,
    StoreError,
    RecordError,
    SQLAlchemyError,
    CommandError,
    OSError,
    click.Abort,
)


def diagnose(settings: Settings, folder: Path, ask: Callable[[], VenueKey]) -> Path:
    """Save the bundle in the folder and return its path.

    Args:
        ask: gives the venue's key. Where it gives none, the bundle holds what can be said without.

    Raises:
        click.ClickException: the folder cannot be written to.
    """
    try:
        return save_bundle(_bundle(settings, ask), folder, datetime.now(UTC))
    except OSError as error:
        words = f"{folder} cannot be written to ({error.strerror or error}); name another folder or stick"
        raise click.ClickException(words) from error


def venue_key(settings: Settings) -> VenueKey:
    """Return the venue's key; whoever sits at the terminal is asked for the passphrase if need be.

    Raises:
        StoreError: the vault is missing or does not open.
        click.Abort: nobody knows the passphrase, or nobody is there.
    """
    vault = vault_of(settings)
    key = open_alone(vault)
    if key is None:
        click.echo("Without the passphrase press Ctrl-C; the bundle then says less.", err=True)
        key = open_by_asking(vault, ask_passphrase, click.echo)
    return key


def _bundle(settings: Settings, ask: Callable[[], VenueKey]) -> bytes:
    try:
        venue = open_venue(settings, ask())
    except _CANNOT_BE_OPENED as error:
        return make_bundle(settings, None, type(error).__name__)
    try:
        _note(venue)
        return make_bundle(settings, venue)
    finally:
        venue.close()


def _note(venue: Venue) -> None:
    try:
        venue.store.note("diagnosis", "command-line", COMMAND_LINE)
    except (StoreError, SQLAlchemyError) as error:  # the bundle is wanted because of such troubles
        logger.warning("the audit log does not take it: %s", error)
