"""Everything one venue is made of, put together once and passed on."""

import logging
from dataclasses import dataclass
from datetime import timedelta

from devices.bench import Bench, furnish, settle_claims
from kiosk.auth import Doorkeeper
from kiosk.backups import Backups, Plan
from kiosk.bundles import Bundles
from kiosk.cards import CardTable
from kiosk.caretaker import Caretaker
from kiosk.check_rounds import CheckRounds
from kiosk.closing.accounts import Auditor
from kiosk.data import open_data, secret_keys
from kiosk.device_diary import DeviceDiary
from kiosk.doubles import DoubleWatch
from kiosk.errors import SettingsError
from kiosk.journey import Journey
from kiosk.lending import Lending
from kiosk.overview import Overview
from kiosk.profile import Profile, load_profile
from kiosk.profiles import ProfileShelf
from kiosk.region_line import checkpoints_of, enrolment_of, receipt_keys, worker_of
from kiosk.sealing import Sealing, find_sealing
from kiosk.settings import Settings
from local_db.audit_log import AuditLog
from local_db.backup.writing import Source
from local_db.blobs import BlobFolder, SealedFolder
from local_db.bundled import BundleBook
from local_db.checkpoints import CheckpointBook
from local_db.clock import Clock
from local_db.conflicts import ConflictBook
from local_db.day_book import DayBook
from local_db.device_checks import CheckBook
from local_db.engine import Database
from local_db.kept_records import KeptRecords
from local_db.online import OnlineBook
from local_db.outbox import Outbox
from local_db.print_log import PrintLog
from local_db.prints import PrintShelf
from local_db.queue import Queue
from local_db.removal import Removal
from local_db.reports import ReportFolder
from local_db.search import Search
from local_db.signing_keys import SigningKeys
from local_db.staff import StaffBook
from local_db.store import Store
from local_db.vault.keys import VenueKey
from records.receipt import PinnedKeys
from rules.errors import Problem, ProfileError
from sync.bundle import BundleSource
from sync.checkpoints import CheckpointSender
from sync.transport import Enrolment
from sync.worker import Worker

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Venue:
    """The parts of a running venue.

    Attributes:
        removal: which captures were removed after sealing.
        enrolment: what the region has given this venue, None without a region.
    """

    settings: Settings
    clock: Clock
    store: Store
    queue: Queue
    book: StaffBook
    doorkeeper: Doorkeeper
    journey: Journey
    overview: Overview
    outbox: Outbox
    cards: CardTable
    checks: CheckRounds
    sealing: Sealing
    removal: Removal
    caretaker: Caretaker
    diary: DeviceDiary
    benches: dict[str, Bench]
    doubles: DoubleWatch
    lending: Lending
    online: OnlineBook
    checkpoint_sender: CheckpointSender
    worker: Worker | None
    enrolment: Enrolment | None
    backups: Backups
    bundles: Bundles

    @property
    def database(self) -> Database:
        """Where everything but files lies."""
        return self.store.database

    @property
    def key(self) -> VenueKey:
        """What the venue's data is encrypted under."""
        return self.database.key

    @property
    def search(self) -> Search:
        """Finds registrations."""
        return Search(self.database)

    @property
    def prints(self) -> PrintLog:
        """What was printed."""
        return PrintLog(self.database, self.clock)

    def start(self) -> None:
        """Begin what goes on in the background."""
        self.store.sweep()
        self.online.sweep()
        self.journey.seal_overdue()
        self.caretaker.start()
        self.diary.start()
        if self.worker:
            self.worker.start()
        self.checkpoint_sender.start()
        self.doubles.start()
        self.backups.start()

    @property
    def audit(self) -> AuditLog:
        """The audit log."""
        return AuditLog(self.database, self.clock, self.settings.zone)

    @property
    def days(self) -> DayBook:
        """What was done to close the days."""
        return DayBook(self.database, self.clock)

    @property
    def auditor(self) -> Auditor:
        """Looks in the evening whether the region has everything."""
        keys = self.enrolment.receipt_keys if self.enrolment else None
        return Auditor(KeptRecords(self.database), self.store.sealed, self.settings.venue.id, keys)

    @property
    def reports(self) -> ReportFolder:
        """Reports of roster imports and of days."""
        return ReportFolder(self.settings.reports, self.key)

    @property
    def conflicts(self) -> ConflictBook:
        """What contradicts itself and waits for a lead."""
        return ConflictBook(self.database, self.clock)

    @property
    def checkpoints(self) -> CheckpointBook:
        """The signed checkpoints of the audit log."""
        return self.checkpoint_sender.book

    def close(self) -> None:
        """Let go of devices, threads and the database."""
        self.backups.stop()
        self.bundles.stop()
        if self.worker:
            self.worker.stop()
        self.doubles.stop()
        self.checks.stop()
        self.diary.stop()
        self.caretaker.stop()
        self.checkpoint_sender.stop()  # the last that adds to the audit log has ended
        for bench in self.benches.values():
            bench.shutdown()
        self.database.close()


def open_venue(settings: Settings, key: VenueKey, clock: Clock | None = None) -> Venue:
    """Return the venue with its tables up to date; devices are opened when first used.

    Raises:
        ProfileError, SettingsError, devices.errors.ConfigurationError: the configuration cannot be used.
        WrongKeyError, DiskFullError, DamagedError: as `open_data`; everything is as it was.
    """
    clock, profile, benches = clock or Clock(), load_today(settings), _benches(settings)
    database = (store := _store(settings, key, clock)).database
    sealing = find_sealing(settings, SigningKeys(database, secret_keys(settings, key), clock))
    checks, enrolment = CheckRounds(benches, CheckBook(database, clock)), enrolment_of(settings, key)
    book, queue, outbox = StaffBook(database, clock), Queue(database, clock), Outbox(database, store, clock)
    journey = Journey(store, ProfileShelf(profile, store), clock, settings.venue.id, settings.zone, sealing.sealer)
    removal, online = Removal(database, store.blobs, clock), _online(settings, key, database, clock)
    return Venue(
        settings=settings,
        clock=clock,
        store=store,
        queue=queue,
        book=book,
        doorkeeper=Doorkeeper(book, clock),
        journey=journey,
        overview=Overview(queue, journey, settings.stations),
        outbox=outbox,
        cards=CardTable(clock),
        checks=checks,
        sealing=sealing,
        removal=removal,
        caretaker=Caretaker(removal, journey, clock, online.let_go),
        diary=DeviceDiary(benches.values(), checks.book),
        benches=benches,
        doubles=DoubleWatch(PrintShelf(database, clock), store.blobs, clock),
        lending=Lending(outbox, benches),
        online=online,
        worker=worker_of(settings, enrolment, outbox, online, journey, clock),
        enrolment=enrolment,
        backups=_backups(settings, store, outbox, clock),
        bundles=_bundles(settings, sealing, store, outbox, clock),
        checkpoint_sender=checkpoints_of(settings, sealing, database, clock),
    )


def _store(settings: Settings, key: VenueKey, clock: Clock) -> Store:
    return Store(open_data(settings, key), BlobFolder(settings.blobs, key), SealedFolder(settings.sealed), clock)


def _online(settings: Settings, key: VenueKey, database: Database, clock: Clock) -> OnlineBook:
    return OnlineBook(database, BlobFolder(settings.online, key), clock)


def _benches(settings: Settings) -> dict[str, Bench]:
    benches = {name: furnish(name, settings.devices_of(name)) for name in settings.stations}
    settle_claims(benches.values())
    return benches


def _backups(settings: Settings, store: Store, memory: Outbox, clock: Clock) -> Backups:
    source = Source(settings.venue.id, settings.home, store.database, store.blobs, store.sealed, settings.vault_folder)
    table = settings.backup
    plan = Plan(table.folder, timedelta(minutes=table.every_min), table.same_disk) if table else None
    return Backups(source, plan, store, memory, clock)


def _bundles(settings: Settings, sealing: Sealing, store: Store, outbox: Outbox, clock: Clock) -> Bundles:
    source = BundleSource(settings.venue.id, BundleBook(store.database, outbox), sealing.keys)

    def keys() -> PinnedKeys:
        return receipt_keys(settings, settings.region) if settings.region else {}

    return Bundles(source, settings.bundle.folders, keys, store, outbox.verdicts, clock)


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
    check_stations(settings, profile)
    return profile


def check_stations(settings: Settings, profile: Profile) -> None:
    """See that the stations serve only steps that the profile has.

    Raises:
        SettingsError: one serves another.
    """
    for name, station in settings.stations.items():
        for step_id in station.serves:
            if step_id not in profile.order:
                raise SettingsError(f"stations.{name}.serves: the profile {profile.id!r} has no step {step_id!r}")
