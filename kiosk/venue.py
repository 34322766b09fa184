"""Everything one venue is made of, put together once and passed on."""

import logging
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from devices.bench import Bench, furnish
from kiosk.auth import Doorkeeper
from kiosk.backups import Backups, Plan
from kiosk.errors import Problem, ProfileError, SettingsError
from kiosk.journey import Journey
from kiosk.overview import Overview
from kiosk.profile import Profile, load_profile
from kiosk.profiles import ProfileShelf
from kiosk.settings import Settings
from local_db.backup.writing import Source
from local_db.blobs import BlobFolder
from local_db.clock import Clock
from local_db.durable import sweep
from local_db.encrypting import encrypt_home, is_clear
from local_db.engine import Database, saying_damaged
from local_db.migrate import migrate_with_copy
from local_db.outbox import Outbox
from local_db.queue import Queue
from local_db.reports import ReportFolder
from local_db.search import Search
from local_db.secrets import take_secret
from local_db.staff import StaffBook
from local_db.store import Store
from local_db.vault.keys import VenueKey
from sync.transport import HttpTransport
from sync.worker import Worker

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Venue:
    """The parts of a running venue."""

    settings: Settings
    clock: Clock
    database: Database
    store: Store
    search: Search
    queue: Queue
    book: StaffBook
    doorkeeper: Doorkeeper
    journey: Journey
    overview: Overview
    outbox: Outbox
    benches: dict[str, Bench]
    worker: Worker | None
    key: VenueKey
    reports: ReportFolder
    backups: Backups

    def start(self) -> None:
        """Begin what goes on in the background."""
        if self.worker:
            self.worker.start()
        self.backups.start()

    def close(self) -> None:
        """Let go of devices, threads and the database."""
        self.backups.stop()
        if self.worker:
            self.worker.stop()
        for bench in self.benches.values():
            bench.shutdown()
        self.database.close()


def open_venue(settings: Settings, key: VenueKey, clock: Clock | None = None) -> Venue:
    """Return the venue with its tables up to date; devices are opened when first used.

    Raises:
        ProfileError, SettingsError, devices.errors.ConfigurationError: the configuration cannot be used.
        WrongKeyError: the key is not this venue's.
        DiskFullError, DamagedError: the data could not be brought to this version; it is as it was.
    """
    clock = clock or Clock()
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    profile = load_today(settings)
    benches = {name: furnish(name, station.devices) for name, station in settings.stations.items()}
    database, blobs = _open_data(settings, key)
    store = Store(database, blobs, clock)
    book = StaffBook(database, clock)
    queue = Queue(database, clock)
    outbox = Outbox(database, store, clock)
    journey = Journey(store, ProfileShelf(profile, store), clock, settings.venue.id, settings.zone)
    return Venue(
        settings=settings,
        clock=clock,
        database=database,
        store=store,
        search=Search(database),
        queue=queue,
        book=book,
        doorkeeper=Doorkeeper(book, clock),
        journey=journey,
        overview=Overview(queue, journey, settings.stations),
        outbox=outbox,
        benches=benches,
        worker=_worker(settings, key, outbox, clock),
        key=key,
        reports=ReportFolder(settings.reports, key),
        backups=_backups(settings, store, outbox, clock),
    )


def _open_data(settings: Settings, key: VenueKey) -> tuple[Database, BlobFolder]:
    """Open what lies in the home folder, encrypted and with this version's tables."""
    blobs = BlobFolder(settings.blobs, key)
    if is_clear(settings.database):
        count = encrypt_home(settings.database, blobs, settings.reports, key)
        (settings.home / "form.key").unlink(missing_ok=True)  # derived from the key now
        logger.warning("The data was in clear and is encrypted now: the database and %d files", count)
    sweep(settings.blobs)
    database = Database(settings.database, key)
    try:
        with saying_damaged(settings.database.name):
            copy = migrate_with_copy(database, settings.home / "backups")
    except BaseException:
        database.close()
        raise
    if copy:
        logger.info("Before the tables were changed, the database was copied to %s", copy)
    return database, blobs


def _backups(settings: Settings, store: Store, memory: Outbox, clock: Clock) -> Backups:
    source = Source(settings.venue.id, settings.home, store.database, store.blobs, settings.vault_folder)
    table = settings.backup
    plan = Plan(table.folder, timedelta(minutes=table.every_min), table.same_disk) if table else None
    return Backups(source, plan, store, memory, clock)


def load_today(settings: Settings) -> Profile:
    """Return today's profile, after checking that the stations serve only steps it has.

    Raises:
        ProfileError: as `load_profile`; or no file of that name.
        SettingsError: a station serves a step that the profile has not.
    """
    path = settings.profile_path
    if not path.exists():
        raise ProfileError(path.name, [Problem(0, f"there is no profile {settings.venue.profile!r}")])
    profile = load_profile(path)
    for name, station in settings.stations.items():
        for step_id in station.serves:
            if step_id not in profile.order:
                raise SettingsError(f"stations.{name}.serves: the profile {profile.id!r} has no step {step_id!r}")
    return profile


def _worker(settings: Settings, key: VenueKey, outbox: Outbox, clock: Clock) -> Worker | None:
    if settings.region is None:
        return None
    key_file = settings.home / Path(settings.region.key_file)
    try:
        secret = key_file.read_bytes() if settings.demo else take_secret(key_file, key)
    except FileNotFoundError as error:
        raise SettingsError(f"region.key_file: {key_file} is missing; ask the region for this venue's key") from error
    return Worker(outbox, HttpTransport(settings.region.url, secret.decode("ascii").strip()), clock)
