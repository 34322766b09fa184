"""The venue's ways to its region: what was enrolled, who sends and fetches, who tells of the audit log."""

import logging
from datetime import date
from pathlib import Path

from kiosk.errors import SettingsError
from kiosk.journey import Journey
from kiosk.sealing import Sealing
from kiosk.settings import RegionTable, Settings
from local_db.checkpoints import CheckpointBook
from local_db.clock import Clock
from local_db.engine import Database
from local_db.online import OnlineBook
from local_db.outbox import Outbox
from local_db.secrets import take_secret
from local_db.vault.keys import VenueKey
from records.receipt import PinnedKeys, read_keys
from sync.checkpoints import CheckpointSender, HttpCheckpointLine
from sync.pulling import Puller
from sync.source import HttpSource
from sync.transport import Enrolment, HttpTransport
from sync.worker import Worker

logger = logging.getLogger(__name__)


def enrolment_of(settings: Settings, key: VenueKey) -> Enrolment | None:
    """Return what this venue was given by its region, None if the settings name none."""
    region = settings.region
    if region is None:
        return None
    secret, pinned = _bearer_key(settings, region, key), receipt_keys(settings, region)
    return Enrolment(region.url, settings.venue.id, secret, pinned, _authority(settings, region))


def worker_of(
    settings: Settings,
    enrolment: Enrolment | None,
    outbox: Outbox,
    online: OnlineBook,
    journey: Journey,
    clock: Clock,
) -> Worker | None:
    """Return who sends and fetches in the background, None without a region."""
    if enrolment is None or settings.region is None:
        return None
    transport = HttpTransport(enrolment, max_bytes_s=settings.region.max_kbit_s * 1000 / 8)

    def today() -> date:
        return clock.now().astimezone(settings.zone).date()

    if not settings.region.is_private:  # records are sealed, what comes down is not: ADR 32
        logger.warning("region.url is not https: what the region has of the candidates is not fetched")
        return Worker(outbox, transport, clock)
    puller = Puller(
        online,
        HttpSource(transport.client),
        today,
        journey.seal_finished,
        in_use=lambda: journey.profiles.today.digest,
    )
    return Worker(outbox, transport, clock, puller=puller)


def _bearer_key(settings: Settings, region: RegionTable, key: VenueKey) -> str:
    """Return the secret that proves to the region which venue this is."""
    path = settings.home / Path(region.key_file)
    try:
        secret = path.read_bytes() if settings.demo else take_secret(path, key)
    except FileNotFoundError as error:
        raise SettingsError(f"region.key_file: {path} is missing; ask the region for this venue's key") from error
    return secret.decode("ascii").strip()


def receipt_keys(settings: Settings, region: RegionTable) -> PinnedKeys:
    """Return the public keys by which this venue knows the region's receipts."""
    path = settings.home / Path(region.receipt_key_file)
    try:
        return read_keys(path.read_text(encoding="utf-8").strip())
    except FileNotFoundError as error:
        raise SettingsError(
            f"region.receipt_key_file: {path} is missing; ask the region for its receipt key"
        ) from error
    except ValueError as error:
        raise SettingsError(f"region.receipt_key_file: {path} holds no key: {error}") from error


def checkpoints_of(settings: Settings, sealing: Sealing, database: Database, clock: Clock) -> CheckpointSender:
    """Return who tells the region of the audit log."""
    book, region = CheckpointBook(database, clock, settings.venue.id, sealing.keys.current), settings.region
    if region is None:
        return CheckpointSender(book, None, clock)
    key = _bearer_key(settings, region, database.key)
    return CheckpointSender(book, HttpCheckpointLine(region.url, key, authority=_authority(settings, region)), clock)


def _authority(settings: Settings, region: RegionTable) -> str | None:
    return str(settings.home / region.authority_file) if region.authority_file else None
