"""Everything one venue is made of, put together once and passed on."""

from dataclasses import dataclass
from pathlib import Path

from devices.bench import Bench, furnish, settle_claims
from kiosk.auth import Doorkeeper
from kiosk.cards import CardTable
from kiosk.caretaker import Caretaker
from kiosk.check_rounds import CheckRounds
from kiosk.doubles import DoubleWatch
from kiosk.errors import Problem, ProfileError, SettingsError
from kiosk.journey import Journey
from kiosk.lending import Lending
from kiosk.overview import Overview
from kiosk.profile import Profile, load_profile
from kiosk.profiles import ProfileShelf
from kiosk.sealing import Sealing, find_sealing
from kiosk.settings import Settings
from local_db.blobs import BlobFolder
from local_db.clock import Clock
from local_db.device_checks import CheckBook
from local_db.engine import Database
from local_db.migrate import migrate
from local_db.outbox import Outbox
from local_db.print_log import PrintLog
from local_db.prints import PrintShelf
from local_db.queue import Queue
from local_db.removal import Removal
from local_db.search import Search
from local_db.signing_keys import SigningKeys
from local_db.staff import StaffBook
from local_db.store import Store
from records.receipt import read_keys
from records.vault import KeyFolder, Vault
from sync.transport import Enrolment, HttpTransport
from sync.worker import Worker


@dataclass(frozen=True, slots=True)
class Venue:
    """The parts of a running venue.

    Attributes:
        removal: which captures were removed after sealing.
    """

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
    sealing: Sealing
    removal: Removal
    caretaker: Caretaker
    benches: dict[str, Bench]
    doubles: DoubleWatch
    lending: Lending
    worker: Worker | None

    def close(self) -> None:
        """Let go of devices, threads and the database."""
        if self.worker:
            self.worker.stop()
        self.doubles.stop()
        self.checks.stop()
        self.caretaker.stop()
        for bench in self.benches.values():
            bench.shutdown()
        self.database.close()


def open_venue(settings: Settings, clock: Clock | None = None, vault: Vault | None = None) -> Venue:
    """Return the venue with its tables up to date; devices are opened when first used.

    Its secret keys lie in the vault; without one in the folder in `settings.home`.

    Raises:
        ProfileError, SettingsError, devices.errors.ConfigurationError: the configuration cannot be used.
    """
    clock = clock or Clock()
    profile = load_today(settings)
    benches = _benches(settings)
    store, database = _store(settings, clock)
    sealing = find_sealing(settings, SigningKeys(database, vault or KeyFolder(settings.keys), clock))
    book, queue = StaffBook(database, clock), Queue(database, clock)
    outbox = Outbox(database, store, clock)
    journey = Journey(store, ProfileShelf(profile, store), clock, settings.venue.id, settings.zone, sealing.sealer)
    removal = Removal(database, store.blobs, clock)
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
        sealing=sealing,
        removal=removal,
        caretaker=Caretaker(removal, journey, clock),
        benches=benches,
        doubles=DoubleWatch(PrintShelf(database, clock), store.blobs, clock),
        lending=Lending(outbox, benches),
        worker=_worker(settings, outbox, clock),
    )


def _store(settings: Settings, clock: Clock) -> tuple[Store, Database]:
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    database = Database(settings.database)
    migrate(database)
    return Store(database, BlobFolder(settings.blobs), BlobFolder(settings.sealed), clock), database


def _benches(settings: Settings) -> dict[str, Bench]:
    benches = {name: furnish(name, settings.devices_of(name)) for name in settings.stations}
    settle_claims(benches.values())
    return benches


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
