"""The venue's settings: one TOML file, and the environment for what differs between two runs on one computer."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from kiosk.errors import SettingsError
from kiosk.step import Words
from kiosk.toml_lines import find_line

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

    @property
    def devices(self) -> Mapping[str, Device]:
        """The configured devices by role."""
        roles = {
            "camera": self.camera,
            "fingerprint": self.fingerprint,
            "document_camera": self.document_camera,
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
    """Where finished records go. Without it the venue keeps everything until one is set."""

    url: str
    key_file: str


class BackupTable(_Table):
    """Where backups go: a folder on another disk or a stick. A stick that is not there is said in words.

    Without its stick a mount point is a folder of the venue's own disk; unless `same_disk` allows that, it counts as
    missing.
    """

    folder: Path
    same_disk: bool = False
    every_min: Annotated[int, Field(ge=1, le=24 * 60)] = 30


class UnlockTable(_Table):
    """Who may type the passphrase at the start of the day: this computer only, or any on the venue's network.

    Over plain http the passphrase could be read on its way; set `over_network` only behind https.
    """

    over_network: bool = False


class Settings(_Table):
    """Everything a venue can set. `home` holds all state; nothing is written anywhere else."""

    home: Path
    venue: VenueTable
    server: ServerTable = ServerTable()
    region: RegionTable | None = None
    backup: BackupTable | None = None
    unlock: UnlockTable = UnlockTable()
    stations: Annotated[dict[str, Station], Field(min_length=1)]
    demo: bool = False

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
        return Settings(home=home, **tables)
    except ValidationError as error:
        lines = [
            f"{name}:{find_line(source, detail['loc'])}: {'.'.join(map(str, detail['loc']))}: {detail['msg']}"
            for detail in error.errors()
        ]
        raise SettingsError("\n".join(lines)) from error


def _with_environment(tables: dict[str, Any], environment: Mapping[str, str]) -> dict[str, Any]:
    if port := environment.get("KAODIAN_PORT"):
        tables.setdefault("server", {})["port"] = int(port) if port.isdigit() else port
    if url := environment.get("KAODIAN_REGION_URL"):
        tables.setdefault("region", {})["url"] = url
    return tables
