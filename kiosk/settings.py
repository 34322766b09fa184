"""The venue's settings: one TOML file, and the environment for what differs between two runs on one computer."""

import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from devices.bench import check_spec
from devices.errors import ConfigurationError
from kiosk.errors import SettingsError
from rules.toml_lines import find_line
from rules.words import Words

Device = str | dict[str, Any]
"""`"driver:argument"`, e.g. `"r30x:COM3"`, or a table with `driver` and its options."""


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Station(_Table):
    """One place with a screen.

    Attributes:
        kind: `kiosk` candidates alone; `booth` candidates with devices, staff near; `desk` staff; `board` the wall.
        serves: ids of the steps done here; empty means what the profile places at this kind (a desk: every step).
    """

    kind: Literal["kiosk", "booth", "desk", "board"]
    label: Words
    serves: tuple[str, ...] = ()
    camera: Device | None = None
    fingerprint: Device | None = None
    document_camera: Device | None = None
    card: Device | None = None
    printer: Device | None = None

    @property
    def devices(self) -> Mapping[str, Device]:
        """The configured devices by role."""
        roles = {
            "camera": self.camera,
            "fingerprint": self.fingerprint,
            "document_camera": self.document_camera,
            "card": self.card,
            "printer": self.printer,
        }
        return {role: device for role, device in roles.items() if device is not None}


class VenueTable(_Table):
    """Which venue this is. `id` is the one the region knows."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,32}$")]
    name: Words
    timezone: str = "Asia/Shanghai"
    profile: str = "default"

    @field_validator("timezone")
    @classmethod
    def _known(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"no such time zone {value!r}") from error
        return value


class ServerTable(_Table):
    """Where the pages are served. Nothing leaves the computer unless `host` says so."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8080
    threads: Annotated[int, Field(ge=4, le=128)] = 24


class RegionTable(_Table):
    """Where finished records go. Without it the venue keeps everything until one is set.

    Attributes:
        key_file: holds the key with which the venue shows the region who it is.
        sealing_keys_file: the region's public keys that records are sealed to, one a line (`age1...`).
        receipt_key_file: the region's public keys; only what they have signed counts as received.
        authority_file: certificate authority of the region's server, if it is the region's own.
        max_kbit_s: how much of the line may be taken each way, up and down; 0 for all of it.
    """

    url: str
    key_file: str
    sealing_keys_file: str = "region-sealing.pub"
    receipt_key_file: str = "region-receipt.pub"
    authority_file: str = ""
    max_kbit_s: Annotated[int, Field(ge=0)] = 0

    @property
    def is_private(self) -> bool:
        """Whether nobody on the way can read what the region sends: https, or a region on this very computer."""
        parts = urlsplit(self.url)
        return parts.scheme == "https" or parts.hostname in ("127.0.0.1", "localhost", "::1")


class BackupTable(_Table):
    """Where backups go: a folder on another disk or a stick. A stick that is not there is said in words.

    Without its stick a mount point is a folder of the venue's own disk; unless `same_disk` allows that, it counts as
    missing.
    """

    folder: Path
    same_disk: bool = False
    every_min: Annotated[int, Field(ge=1, le=24 * 60)] = 30


class BundleTable(_Table):
    """Where records may be written to for the region without a line, besides the sticks that are found."""

    folders: tuple[Path, ...] = ()


class UnlockTable(_Table):
    """Who may type the passphrase at the start of the day: this computer only, or any on the venue's network.

    Over plain http the passphrase could be read on its way; set `over_network` only behind https.
    """

    over_network: bool = False


class ClosingTable(_Table):
    """Whether a lead may switch the venue's computer off once a day is closed; `command` if not by the usual one."""

    shut_down: bool = False
    command: tuple[str, ...] = ()


class Settings(_Table):
    """Everything a venue can set. `home` holds all state; nothing is written anywhere else.

    Attributes:
        agents: pairing keys of the desks' agents, by address.
    """

    home: Path
    venue: VenueTable
    server: ServerTable = ServerTable()
    region: RegionTable | None = None
    agents: Annotated[dict[str, str], Field(repr=False)] = {}
    backup: BackupTable | None = None
    bundle: BundleTable = BundleTable()
    unlock: UnlockTable = UnlockTable()
    closing: ClosingTable = ClosingTable()
    stations: Annotated[dict[str, Station], Field(min_length=1)]
    demo: bool = False

    def devices_of(self, station: str) -> Mapping[str, Device]:
        """Return a station's devices by role; those behind a desk's agent with its pairing key."""
        return {role: self.with_key(device) for role, device in self.stations[station].devices.items()}

    def with_key(self, device: Device) -> Device:
        """Return a device as its driver wants it.

        Raises:
            ConfigurationError: its agent's pairing key is missing.
        """
        if isinstance(device, str):
            driver, _, url = device.partition(":")
            device = {"driver": driver, "url": url} if driver == "remote" else device
        if isinstance(device, str) or device.get("driver") != "remote" or "key" in device:
            return device
        url = str(device.get("url", ""))
        if url not in self.agents:
            raise ConfigurationError(
                f"no pairing key for {url!r}; write it under [agents], `python -m devices pair` shows it"
            )
        return {**device, "key": self.agents[url]}

    @property
    def zone(self) -> ZoneInfo:
        """The venue's time zone."""
        return ZoneInfo(self.venue.timezone)

    @property
    def database(self) -> Path:
        """The database file."""
        return self.home / "venue.db"

    @property
    def vault_folder(self) -> Path:
        """The folder of the wrapped key."""
        return self.home / "vault"

    @property
    def reports(self) -> Path:
        """The folder of the roster imports' reports."""
        return self.home / "reports"

    @property
    def blobs(self) -> Path:
        """The folder of captured files."""
        return self.home / "blobs"

    @property
    def online(self) -> Path:
        """The folder of pictures that came from the region."""
        return self.home / "online"

    @property
    def sealed(self) -> Path:
        """The folder of encrypted objects."""
        return self.home / "sealed"

    @property
    def keys(self) -> Path:
        """The folder of the venue's own secret keys."""
        return self.home / "keys"

    @property
    def copies(self) -> Path:
        """The folder of copies of the database from before its tables changed."""
        return self.home / "backups"

    @property
    def profile_path(self) -> Path:
        """The region's profile: one that ships with the program, or a file in the home folder."""
        own = self.home / "profiles" / f"{self.venue.profile}.toml"
        return own if own.exists() else PROFILES / f"{self.venue.profile}.toml"


PROFILES = Path(__file__).resolve().parent.parent / "profiles"


def home_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Return where all state lies: `KAODIAN_HOME`, or `var` beside the program."""
    return Path(environment.get("KAODIAN_HOME") or Path(__file__).resolve().parent.parent / "var").resolve()


def load_settings(path: Path, home: Path, environment: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings in a file; `KAODIAN_PORT` and `KAODIAN_REGION_URL` win over it.

    Raises:
        SettingsError: names the line and what is wrong with it.
    """
    try:
        source = path.read_text(encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read ({error.strerror})") from error
    try:
        tables = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: {error}") from error
    return parse_settings(_with_environment(tables, environment), home, source, str(path))


def parse_settings(tables: Mapping[str, Any], home: Path, source: str = "", name: str = "settings") -> Settings:
    """Return settings from tables that were read or made up.

    Raises:
        SettingsError: names every mistake, with its line where `source` is given.
    """
    try:
        settings = Settings(home=home, **tables)
    except ValidationError as error:
        lines = [_mistake(name, source, detail["loc"], detail["msg"]) for detail in error.errors()]
        raise SettingsError("\n".join(lines)) from error
    if lines := [
        _mistake(name, source, ("stations", station, role), words) for station, role, words in _bad_devices(settings)
    ]:
        raise SettingsError("\n".join(lines))
    return settings


def _mistake(name: str, source: str, place: tuple[str | int, ...], words: str) -> str:
    return f"{name}:{find_line(source, place)}: {'.'.join(map(str, place))}: {words}"


def _bad_devices(settings: Settings) -> Iterator[tuple[str, str, str]]:
    """Yield station, role and what is wrong for each device that cannot be."""
    for station, table in settings.stations.items():
        for role, device in table.devices.items():
            try:
                check_spec(role, settings.with_key(device))
            except ConfigurationError as error:
                yield station, role, str(error)


def _with_environment(tables: dict[str, Any], environment: Mapping[str, str]) -> dict[str, Any]:
    if port := environment.get("KAODIAN_PORT"):
        tables.setdefault("server", {})["port"] = int(port) if port.isdigit() else port
    if url := environment.get("KAODIAN_REGION_URL"):
        tables.setdefault("region", {})["url"] = url
    return tables
