"""Everything one venue is made of, put together once and passed on."""

from dataclasses import dataclass
from pathlib import Path

from devices.bench import Bench, furnish
from kiosk.auth import Doorkeeper
from kiosk.errors import Problem, ProfileError, SettingsError
from kiosk.journey import Journey
from kiosk.overview import Overview
from kiosk.profile import Profile, load_profile
from kiosk.profiles import ProfileShelf
from kiosk.settings import Settings
from local_db.blobs import BlobFolder
from local_db.clock import Clock
from local_db.engine import Database
from local_db.migrate import migrate
from local_db.outbox import Outbox
from local_db.queue import Queue
from local_db.search import Search
from local_db.staff import StaffBook
from local_db.store import Store
from records.receipt import read_keys
from sync.transport import Enrolment, HttpTransport
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
    benches: dict[str, Bench]
    worker: Worker | None

    def close(self) -> None:
        """Let go of devices, threads and the database."""
        if self.worker:
            self.worker.stop()
        for bench in self.benches.values():
            bench.shutdown()
        self.database.close()


def open_venue(settings: Settings, clock: Clock | None = None) -> Venue:
    """Return the venue with its tables up to date; devices are opened when first used.

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
        benches=benches,
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
    region = settings.region
    if region is None:
        return None
    key = _handed_out(settings, "key_file", region.key_file, "ask the region for this venue's key")
    pinned = _handed_out(settings, "receipt_key_file", region.receipt_key_file, "ask the region for its receipt key")
    try:
        keys = read_keys(pinned)
    except ValueError as error:
        raise SettingsError(f"region.receipt_key_file: {region.receipt_key_file} holds no key: {error}") from error
    authority = str(settings.home / region.authority_file) if region.authority_file else None
    enrolment = Enrolment(region.url, settings.venue.id, key, keys, authority)
    return Worker(outbox, HttpTransport(enrolment, max_bytes_s=region.max_kbit_s * 1000 / 8), clock)


def _handed_out(settings: Settings, name: str, file: str, advice: str) -> str:
    """Return the text of a file that the region has given to this venue."""
    path = settings.home / Path(file)
    if not path.exists():
        raise SettingsError(f"region.{name}: {path} is missing; {advice}")
    return path.read_text(encoding="utf-8").strip()
