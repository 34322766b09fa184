"""A venue to try everything on: made-up people over today's slots, simulated devices, staff with printed PINs."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from kiosk.importing import import_file
from kiosk.settings import Settings, parse_settings
from kiosk.venue import Venue
from records.registration import Registration
from rules.roster.demo import demo_people
from rules.roster.demo_files import write_xlsx

FINGERS = 2000
"""Made-up fingers of each demo reader. They are new with every press: nobody of a demo day is anybody else."""

CANDIDATES = 300
DESKS, BOOTHS, KIOSKS = 10, 2, 2
VENUE_ID = "DEMO-01"
CAMERA_FPS, PAPER_FPS = 8, 4
"""Drawn pictures cost a core's time, and a demo may have a dozen cameras looking at once on two cores."""
REGION_KEY = "region/venue-demo.key"
"""Where the demo region leaves the key of the demo venue."""
REGION_SEALING_KEY = "region/sealing-demo.pub"
"""Where it leaves the key that the demo venue seals to."""
REGION_RECEIPT_KEY = "region/receipt.pub"
"""Where it leaves the public key of its receipts; a real region hands it over when the venue is enrolled."""

STICK = "demo/stick"
"""Stands for the stick that a real venue's backups and bundles go to."""


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """A member of the demo's staff. The PINs are printed at the start: they protect nothing real."""

    id: str
    name: str
    pin: str
    roles: tuple[str, ...]


STAFF = (
    DemoPerson("lead", "组长甲（测试）", "100001", ("LEAD", "REVIEW1", "REVIEW2", "CAPTURE", "GUIDE")),
    DemoPerson("review", "初审乙（测试）", "200002", ("REVIEW1", "GUIDE", "CAPTURE")),
    DemoPerson("second", "复核丙（测试）", "300003", ("REVIEW2", "CAPTURE")),
    DemoPerson("guide", "引导丁（测试）", "400004", ("GUIDE",)),
    DemoPerson("admin", "管理员戊（测试）", "500005", ("ADMIN",)),
    DemoPerson("audit", "审计员己（测试）", "600006", ("AUDIT",)),
)


def demo_settings(home: Path, environment: Mapping[str, str] = os.environ) -> Settings:
    """Return the demo's settings; ports from `KAODIAN_PORT` and `KAODIAN_REGION_PORT`."""
    tables: dict[str, Any] = {
        "demo": True,
        "venue": {"id": VENUE_ID, "name": {"zh": "演示考点", "en": "Demo venue"}, "timezone": "Asia/Shanghai"},
        "server": {"port": environment.get("KAODIAN_PORT") or 8080},
        "region": {
            "url": f"http://127.0.0.1:{region_port(environment)}",
            "key_file": REGION_KEY,
            "sealing_keys_file": REGION_SEALING_KEY,
            "receipt_key_file": REGION_RECEIPT_KEY,
        },
        "backup": {"folder": str(home / STICK), "same_disk": True},
        "bundle": {"folders": [str(home / STICK)]},
        "stations": _stations(home),
    }
    return parse_settings(tables, home, name="demo settings")


def region_port(environment: Mapping[str, str] = os.environ) -> int:
    """Return the demo region's port."""
    return int(environment.get("KAODIAN_REGION_PORT") or 8090)


def prepare(venue: Venue) -> None:
    """Fill an empty demo venue: staff, and a roster of today that is imported as every roster is."""
    for person in STAFF:
        if venue.book.get(person.id) is None:
            venue.book.add(person.id, person.name, venue.doorkeeper.hash(person.pin), person.roles)
    (venue.settings.home / STICK).mkdir(parents=True, exist_ok=True)
    now = venue.clock.now().astimezone(venue.settings.zone)
    path = venue.settings.home / "demo" / f"roster-{now:%Y%m%d}.xlsx"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_xlsx(path, todays_people(now))
        import_file(venue, path)


def write_demo_roster(settings: Settings, now: datetime) -> Path:
    """Write the people of today as the demo region reads them, which may not make them itself; return the file."""
    path = settings.home / "demo" / "roster-for-region.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [
        {"fields": dict(person.fields), "slot": [slot.day.isoformat(), f"{slot.starts:%H:%M}", f"{slot.ends:%H:%M}"]}
        for person in todays_people(now.astimezone(settings.zone))
        if (slot := person.slot) is not None
    ]
    path.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    return path


def todays_people(now: datetime) -> list[Registration]:
    """Return the demo's people, with appointments around the present moment."""
    opens, closes = _hours_around(now)
    return demo_people(CANDIDATES, now.date(), seed=now.date().toordinal(), opens=opens, closes=closes)


def _hours_around(now: datetime) -> tuple[time, time]:
    """Return opening hours that the present moment lies in, whenever somebody tries the demo."""
    opens, closes = time(8), time(18)
    if opens <= now.time() < closes:
        return opens, closes
    start = max(now.replace(hour=0, minute=0), now - timedelta(hours=2))
    end = min(now.replace(hour=23, minute=59), now + timedelta(hours=8))
    return time(start.hour), time(23, 59) if end.date() > start.date() or end.hour == 23 else time(end.hour + 1)


def _stations(home: Path) -> dict[str, Any]:
    stations: dict[str, Any] = {}
    for number in range(1, KIOSKS + 1):
        name = f"kiosk-{number}"
        stations[name] = _station("kiosk", f"自助机 {number}", f"Kiosk {number}") | _desk_devices(home, name)
    for number in range(1, DESKS + 1):
        name = f"desk-{number}"
        stations[name] = _station("desk", f"{number} 号窗口", f"Desk {number}") | _devices(home, name)
    for number in range(1, BOOTHS + 1):
        name = f"booth-{number}"
        stations[name] = _station("booth", f"采集台 {number}", f"Booth {number}") | _devices(home, name)
    stations["board-1"] = _station("board", "叫号屏", "Call screen")
    return stations


def _station(kind: str, zh: str, en: str) -> dict[str, Any]:
    return {"kind": kind, "label": {"zh": zh, "en": en}}


def _devices(home: Path, station: str) -> dict[str, Any]:
    """Return simulated devices: the real drivers, on emulated hardware. Each obeys a control file under `devices/`."""
    folder = home / "devices"
    return {
        "camera": {"driver": "file", "fps": CAMERA_FPS, "control": str(folder / f"{station}.camera.json")},
        "document_camera": {
            "driver": "file",
            "scene": "page",
            "fps": PAPER_FPS,
            "control": str(folder / f"{station}.document_camera.json"),
        },
        "fingerprint": {
            "driver": "emulated",
            "fingers": [f"{station}-{number}" for number in range(FINGERS)],
            "control": str(folder / f"{station}.fingerprint.json"),
        },
        **_desk_devices(home, station),
    }


def _desk_devices(home: Path, station: str) -> dict[str, Any]:
    """Return a card reader, and a printer whose slips become pictures under `printed/`."""
    folder = home / "devices"
    return {
        "card": {"driver": "simulated", "control": str(folder / f"{station}.card.json")},
        "printer": {
            "driver": "file",
            "path": str(home / "printed" / station),
            "control": str(folder / f"{station}.printer.json"),
        },
    }
