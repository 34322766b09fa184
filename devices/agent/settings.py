"""The agent's own settings: where it listens, and which driver fills which role on this PC."""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from devices.agent.pairing import PairingKey, new_key, parse_key
from devices.errors import ConfigurationError

FIRST_PORT = 4501
"""Where SBI's clients begin to look; they go on to 4600."""

_KNOWN = ("host", "port", "devices")
_MOST_PORT = 65_535


@dataclass(frozen=True, slots=True)
class AgentSettings:
    """What one agent does.

    Attributes:
        host: address to listen at; this PC alone unless another is named.
        devices: by role, as in a station of the venue's settings.
    """

    host: str
    port: int
    devices: Mapping[str, str | Mapping[str, Any]]


def load_settings(path: Path) -> AgentSettings:
    """Return the settings in a file.

    Raises:
        ConfigurationError: names the line and what is wrong with it.
    """
    try:
        source = path.read_text(encoding="utf-8")
        tables = tomllib.loads(source)
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read ({error.strerror})") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{path}: {error}") from error
    for name in tables:
        if name not in _KNOWN:
            raise _mistake(path, source, name, f"no such setting; there are {', '.join(_KNOWN)}")
    host, port, devices = tables.get("host", "127.0.0.1"), tables.get("port", FIRST_PORT), tables.get("devices")
    if not isinstance(host, str):
        raise _mistake(path, source, "host", "an address in quotes is wanted")
    if not isinstance(port, int) or not 0 <= port <= _MOST_PORT:
        raise _mistake(path, source, "port", f"a number from 0 to {_MOST_PORT} is wanted")
    if not isinstance(devices, dict) or not devices:
        raise _mistake(path, source, "devices", 'name at least one device, e.g. fingerprint = "r30x:COM3"')
    for role, spec in devices.items():
        if not isinstance(spec, str | dict):
            raise _mistake(path, source, role, 'a driver is wanted, e.g. "opencv:0"')
    return AgentSettings(host, port, devices)


def line_of(source: str, name: str) -> int:
    """Return the line, from 1, on which a setting or table stands; 1 if it stands nowhere.

    >>> line_of('host = "a"\\n[devices]\\ncamera = 3\\n', "camera")
    3
    """
    place = re.search(rf"^[ \t]*\[?[ \t]*{re.escape(name)}[ \t]*(=|\])", source, re.MULTILINE)
    return source.count("\n", 0, place.end()) + 1 if place else 1


def load_key(path: Path) -> PairingKey:
    """Return the pairing key in a file; the first time a new one is made, readable by this user only.

    Raises:
        ConfigurationError: what is in the file is no key.
    """
    if path.exists():
        return parse_key(path.read_text(encoding="ascii", errors="replace"))
    key = new_key()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(f"{key.text}\n")
    return key


def _mistake(path: Path, source: str, name: str, words: str) -> ConfigurationError:
    return ConfigurationError(f"{path}:{line_of(source, name)}: {name}: {words}")
