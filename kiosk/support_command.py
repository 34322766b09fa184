"""`python -m kiosk diagnose`: the diagnostic bundle on a stick, also when the venue cannot be opened."""

import logging
from datetime import UTC, datetime
from pathlib import Path

import click
from alembic.util import CommandError
from sqlalchemy.exc import SQLAlchemyError

from devices.errors import ConfigurationError
from kiosk.diagnosis import make_bundle, save_bundle
from kiosk.errors import KioskError
from kiosk.importing import COMMAND_LINE
from kiosk.settings import Settings
from kiosk.venue import Venue, open_venue
from local_db.errors import StoreError

logger = logging.getLogger(__name__)


def diagnose(settings: Settings, folder: Path) -> Path:
    """Save the bundle in the folder and return its path.

    Raises:
        click.ClickException: the folder cannot be written to.
    """
    try:
        return save_bundle(_bundle(settings), folder, datetime.now(UTC))
    except OSError as error:
        words = f"{folder} cannot be written to ({error.strerror or error}); name another folder or stick"
        raise click.ClickException(words) from error


def _bundle(settings: Settings) -> bytes:
    try:
        venue = open_venue(settings)
    except (KioskError, ConfigurationError, StoreError, SQLAlchemyError, CommandError) as error:
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
