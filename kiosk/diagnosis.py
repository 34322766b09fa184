"""The diagnostic bundle: what a technician elsewhere needs to know of this venue, and nothing of any person.

It is put together from counts, codes and settings, never by taking personal data out of something larger; only log
lines and error texts pass `redacted`. A part that cannot be made says which error stopped it; the others are made all
the same.
"""

import io
import json
import os
import platform
import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime
from importlib.metadata import distributions
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from kiosk.audit_check import audit_words
from kiosk.checkup import house
from kiosk.event_log import last_lines, redacted
from kiosk.settings import Settings
from kiosk.venue import Venue
from local_db.conflicts import counts
from local_db.figures import counts_per_step, outbox_figures, schema_of, table_sizes

Part = Callable[[], Any]


def make_bundle(settings: Settings, venue: Venue | None, trouble: str = "") -> bytes:
    """Return the bundle as a zip file.

    Args:
        venue: None where it cannot be opened; what needs it is left out.
        trouble: the name of the error that keeps it from being opened.
    """
    parts: dict[str, Part] = {
        "versions": _versions,
        "settings": lambda: _settings(settings),
        "disk": lambda: _disk(settings),
    }
    parts["trouble"] = lambda: trouble
    if venue is not None:
        parts |= _parts_of(venue)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, part in parts.items():
            bundle.writestr(f"{name}.json", json.dumps(_made(part), ensure_ascii=False, indent=1, sort_keys=True))
        bundle.writestr("log.txt", "\n".join(last_lines(settings.home)))
    return content.getvalue()


def save_bundle(content: bytes, folder: Path, at: datetime) -> Path:
    """Write the bundle into a folder, a stick's for instance, read it back, and return its path.

    Raises:
        OSError: the folder cannot be written to, or does not give back what was written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"kaodian-diagnosis-{at:%Y%m%d-%H%M%S}.zip"
    half = path.with_suffix(".part")
    with half.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)
    if path.read_bytes() != content:
        raise OSError(f"{path} does not read back as it was written")
    return path


def _parts_of(venue: Venue) -> dict[str, Part]:
    return {
        "doctor": lambda: [{"good": one.is_good, "what": one.what, "words": one.words} for one in house(venue)],
        "devices": lambda: _devices(venue),
        "steps": lambda: counts_per_step(venue.database),
        "outbox": lambda: [{**one, "error": redacted(str(one["error"]))} for one in outbox_figures(venue.database)],
        "sync": lambda: _sync(venue),
        "audit": lambda: dict(zip(("good", "what", "words"), audit_words(venue), strict=True)),
        "conflicts": lambda: dict(counts(venue.conflicts.open())),
        "schema": lambda: schema_of(venue.database),
        "tables": lambda: table_sizes(venue.database),
    }


def _made(part: Part) -> Any:
    try:
        return part()
    except Exception as error:  # noqa: BLE001 - a bundle is asked for because something is broken
        return {"not made": type(error).__name__}


def _versions() -> dict[str, Any]:
    packages = {found.name: found.version for found in distributions()}
    return {
        "python": platform.python_version(),
        "system": platform.system(),
        "release": platform.release(),
        "machine": platform.machine(),
        "packages": packages,
    }


def _settings(settings: Settings) -> dict[str, Any]:
    """Return the settings without secrets: of hosts only what kind they are, of devices no addresses and paths."""
    region = settings.region
    return {
        "venue": settings.venue.id,
        "timezone": settings.venue.timezone,
        "profile": settings.venue.profile,
        "demo": settings.demo,
        "server": {
            "host": _host(settings.server.host),
            "port": settings.server.port,
            "threads": settings.server.threads,
        },
        "region": _url(region.url) if region else None,
        "stations": {
            name: {
                "kind": station.kind,
                "serves": list(station.serves),
                "devices": {role: _device(device) for role, device in station.devices.items()},
            }
            for name, station in settings.stations.items()
        },
    }


def _device(device: str | Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(device, str):
        return {"driver": device.partition(":")[0]}
    numbers = {key: value for key, value in device.items() if isinstance(value, bool | int | float)}
    return {"driver": str(device.get("driver", "")), "options": sorted(map(str, device)), **numbers}


def _url(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    return {"scheme": parts.scheme, "host": _host(parts.hostname or ""), "port": parts.port}


def _host(host: str) -> str:
    if host in ("127.0.0.1", "::1", "localhost"):
        return "this computer"
    return "an address" if host.replace(".", "").replace(":", "").isdigit() else "a name"


def _disk(settings: Settings) -> dict[str, Any]:
    files = [path.stat().st_size for path in settings.blobs.rglob("*") if path.is_file()]
    database = settings.database
    sizes = {
        suffix or "db": Path(f"{database}{suffix}").stat().st_size
        for suffix in ("", "-wal")
        if Path(f"{database}{suffix}").exists()
    }
    return {"blobs": len(files), "blob_bytes": sum(files), "database_bytes": sizes}


def _devices(venue: Venue) -> dict[str, Any]:
    now = {
        f"{name} {role}": {"state": one.state, "code": one.code, "last_good_at": _moment(one.last_good_at)}
        for name, bench in venue.benches.items()
        for role, one in bench.status().items()
    }
    tested = [
        {
            "station": one.station,
            "role": one.role,
            "driver": one.driver,
            "result": one.result,
            "code": one.code,
            "at": _moment(one.at),
        }
        for one in venue.checks.book.history()
    ]
    return {"now": now, "tested": tested}


def _sync(venue: Venue) -> dict[str, Any]:
    return {
        "last_contact_at": venue.outbox.recall("last_contact_at"),
        "last_error": redacted(venue.outbox.recall("last_error")),
        "clock_drift_s": round(venue.audit.drift().total_seconds()),
        "region_skew_s": venue.checkpoints.skew_s(),
        "checkpoints": len(venue.checkpoints.every()),
        "checkpoints_unsent": len(venue.checkpoints.unsent()),
        "checkpoints_refused": venue.checkpoints.refused(),
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
