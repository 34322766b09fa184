"""What the region's system is told from outside, read once at the start."""

import os
import secrets
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ValidationError

from region.errors import SettingsError
from region.settings_tables import NO_NOTICES, NO_SIGN_IN, NoticesTable, SignInTable

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_ENVIRONMENT = {
    "KAODIAN_REGION_PORT": "port",
    "KAODIAN_REGION_HOST": "host",
    "KAODIAN_REGION_DATABASE_URL": "database_url",
}


@dataclass(frozen=True, slots=True)
class Settings:
    """The region's settings.

    Attributes:
        home: folder of everything the region keeps.
        database_url: SQLAlchemy URL; "" for SQLite in `home`.
        s3_bucket: where objects are kept; "" for a folder in `home`. Credentials are boto3's own affair.
        s3_endpoint: address of the store, "" for Amazon's own.
        s3_prefix: with what the keys in the bucket begin.
        timezone: in which the screens show times.
        trusted_proxies: how many proxies stand before us, whose X-Forwarded headers are believed; 0 believes nobody's.
        payment_url: where candidates pay; "" where that is not set up, `/stand-in/pay` in the demonstration.
        trusted_hosts: names in the Host header that are answered besides the loopback names; with none, a server
            that is not on loopback answers to every name.
        bundle_folders: where bundles may lie besides the sticks that are found.
        faces_limit: from how many persons on it has to be filed that pictures of their faces are held.
        profile_four_eyes: whether a profile is published by another administrator than who saved it last.
        sign_in, notices: the tables of the same names, see `region.settings_tables`.
    """

    home: Path
    host: str = "127.0.0.1"
    port: int = 8090
    region_name: str = "演示考区"
    database_url: str = ""
    s3_bucket: str = ""
    s3_endpoint: str = ""
    s3_region: str = "us-east-1"
    s3_prefix: str = ""
    timezone: str = "Asia/Shanghai"
    trusted_proxies: int = 0
    trusted_hosts: tuple[str, ...] = ()
    bundle_folders: tuple[str, ...] = ()
    session_idle_minutes: int = 60
    session_hours: int = 12
    secure_cookies: bool = False
    sign_in: SignInTable = NO_SIGN_IN
    notices: NoticesTable = NO_NOTICES
    payment_url: str = ""
    faces_limit: int = 100_000
    profile_four_eyes: bool = True

    @property
    def url(self) -> str:
        """The database's SQLAlchemy URL."""
        return self.database_url or f"sqlite:///{(self.home / 'region.sqlite3').as_posix()}"

    @property
    def cookie_suffix(self) -> str:
        """What sets our cookies apart.

        Browsers keep cookies by host name without the port: two systems on one machine must not share a name. Behind a
        proxy all processes must.
        """
        return "shared" if self.trusted_proxies else str(self.port)

    @property
    def zone(self) -> ZoneInfo:
        """The region's time zone."""
        return ZoneInfo(self.timezone)

    @property
    def host_names(self) -> list[str] | None:
        """The names in the Host header that are answered; None for every name."""
        is_loopback = self.host in LOOPBACK
        return [*LOOPBACK, *self.trusted_hosts] if is_loopback or self.trusted_hosts else None


def load_settings(environment: Mapping[str, str]) -> Settings:
    """Return the settings of `<KAODIAN_HOME>/region/region.toml`, if there is one, under those of the environment.

    Raises:
        SettingsError: a key is unknown or its value has the wrong type.
    """
    home = Path(environment.get("KAODIAN_HOME", "var")).resolve() / "region"
    given: dict[str, object] = {}
    try:
        given = tomllib.loads((home / "region.toml").read_text(encoding="utf-8"))
    except FileNotFoundError:
        pass
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{home / 'region.toml'}: {error}") from error
    for variable, key in _ENVIRONMENT.items():
        if variable in environment:
            given[key] = environment[variable]
    checked: dict[str, Any] = {key: _checked(key, value) for key, value in given.items()}
    return replace(Settings(home), **checked)


def _checked(key: str, value: object) -> object:
    defaults = {field.name: field.default for field in fields(Settings) if field.name != "home"}
    if key not in defaults:
        raise SettingsError(f"unknown setting {key!r}")
    if isinstance(defaults[key], tuple) and isinstance(value, list):
        return tuple(str(item) for item in value)
    kind = type(defaults[key])
    if issubclass(kind, BaseModel):
        return _table(key, kind, value)
    try:
        return int(value) if kind is int and isinstance(value, str) else _same_kind(value, kind)
    except ValueError as error:
        raise SettingsError(f"setting {key!r} is {value!r}, expected {kind.__name__}") from error


def _table(key: str, kind: type[BaseModel], value: object) -> BaseModel:
    try:
        return kind.model_validate(value)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, one['loc'])) or key}: {one['msg']}" for one in error.errors())
        raise SettingsError(f"[{key}] {faults}") from error


def _same_kind(value: object, kind: type) -> object:
    if type(value) is not kind:
        raise ValueError("another type")
    return value


def secret_key(home: Path) -> str:
    """Return the key that signs cookies, made once."""
    return once_written(home / "secret.key", secret_key_text)


def secret_key_text() -> str:
    """Return a new one."""
    return secrets.token_hex(32)


def write_public(path: Path, text: str) -> None:
    """Write a file that anybody may read, whole or not at all."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    draft.write_text(f"{text}\n", encoding="ascii")
    draft.replace(path)


def once_written(path: Path, make: Callable[[], str]) -> str:
    """Return the file's text; where there is no file, that of `make()`, kept readable by its owner only.

    Several processes may ask at once: all get the text of the one that came first.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(make())
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)  # unlike a rename, never replaces what another process has just written
        except FileExistsError:
            pass
        draft.unlink()
    return path.read_text(encoding="utf-8").strip()
