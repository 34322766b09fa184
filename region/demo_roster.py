"""Reads the made-up people whom the demo's venue hands over, for the region may not make them itself."""

import json
from datetime import date, time
from pathlib import Path

from records.registration import Registration, Slot


def read_demo_roster(path: Path) -> list[Registration]:
    """Return the registrations of a JSON file as `kiosk.demo` writes it; none where there is no file."""
    if not path.is_file():
        return []
    return [_registration(row) for row in json.loads(path.read_text(encoding="utf-8"))]


def _registration(row: dict[str, object]) -> Registration:
    given = row["fields"]
    fields = {str(key): str(value) for key, value in given.items()} if isinstance(given, dict) else {}
    slot = row.get("slot")
    if not isinstance(slot, list):
        return Registration(fields["reg_no"], fields)
    day, starts, ends = map(str, slot)
    return Registration(
        fields["reg_no"],
        fields,
        Slot(date.fromisoformat(day), time.fromisoformat(starts), time.fromisoformat(ends)),
    )
