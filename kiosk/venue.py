"""Everything one venue is made of, put together once and passed on."""

from dataclasses import dataclass
from pathlib import Path

from devices.bench import Bench, furnish
from kiosk.auth import Doorkeeper
from kiosk.cards import CardTable
from kiosk.check_rounds import CheckRounds
from kiosk.doubles import DoubleWatch
from kiosk.errors import Problem, ProfileError, SettingsError
from kiosk.journey import Journey
from kiosk.overview import Overview
from kiosk.profile import Profile, load_profile
from kiosk.profiles import ProfileShelf
from kiosk.settings import Settings
from local_db.audit_log import AuditLog
from local_db.blobs import BlobFolder
from local_db.checkpoints import CheckpointBook, SignerSource, no_signer
from local_db.clock import Clock
from local_db.device_checks import CheckBook
from local_db.engine import Database
from local_db.migrate import migrate
from local_db.outbox import Outbox
from local_db.print_log import PrintLog
from local_db.prints import PrintShelf
from local_db.queue import Queue
from local_db.search import Search
from local_db.staff import StaffBook
from local_db.store import Store
from sync.checkpoints import CheckpointSender, HttpCheckpointLine
from sync.transport import HttpTransport
from sync.worker import Worker


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
    prints: PrintLog
    cards: CardTable
    checks: CheckRounds
    benches: dict[str, Bench]
    doubles: DoubleWatch
    audit: AuditLog
    checkpoint_sender: CheckpointSender
    worker: Worker | None

    @property
    def checkpoints(self) -> CheckpointBook:
        """The signed checkpoints of the audit log."""
        return self.checkpoint_sender.book

    def close(self) -> None:
        """Let go of devices, threads and the database."""
        if self.worker:
            self.worker.stop()
        self.checkpoint_sender.stop()
        self.doubles.stop()
        self.checks.stop()
        for bench in self.benches.values():
            bench.shutdown()
        self.database.close()


def open_venue(settings: Settings, clock: Clock | None = None, signer: SignerSource = no_signer) -> Venue:
    """Return the venue with its tables up to date; devices are opened when first used; `signer` signs checkpoints.

    Raises:
        ProfileError, SettingsError, devices.errors.ConfigurationError: the configuration cannot be used.
    """
    clock = clock or Clock()
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    profile = load_today(settings)
    benches = {name: furnish(name, station.devices) for name, station in settings.stations.items()}
    database = Database(settings.database)
    migrate(database)
    store = Store(database, BlobFolder(settings.blobs), clock)
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
        prints=PrintLog(database, clock),
        cards=CardTable(clock),
        checks=CheckRounds(benches, CheckBook(database, clock)),
        benches=benches,
        doubles=DoubleWatch(PrintShelf(database, clock), store.blobs, clock),
        audit=AuditLog(database, clock, settings.zone),
        checkpoint_sender=_checkpoints(settings, database, clock, signer),
        worker=_worker(settings, outbox, clock),
    )


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


def _worker(settings: Settings, outbox: Outbox, clock: Clock) -> Worker | None:
    if settings.region is None:
        return None
    return Worker(outbox, HttpTransport(settings.region.url, _region_key(settings, settings.region.key_file)), clock)


def _checkpoints(settings: Settings, database: Database, clock: Clock, signer: SignerSource) -> CheckpointSender:
    book = CheckpointBook(database, clock, settings.venue.id, signer)
    if settings.region is None:
        return CheckpointSender(book, None, clock)
    key = _region_key(settings, settings.region.key_file)
    return CheckpointSender(book, HttpCheckpointLine(settings.region.url, key), clock)


def _region_key(settings: Settings, key_file: str) -> str:
    path = settings.home / Path(key_file)
    if not path.exists():
        raise SettingsError(f"region.key_file: {path} is missing; ask the region for this venue's key")
    return path.read_text(encoding="ascii").strip()
