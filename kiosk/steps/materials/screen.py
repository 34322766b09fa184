"""What the desk sees of the check of materials, as plain values."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from kiosk.steps.materials.checked import Checked
from rules.materials.options import JUDGED, MaterialsOptions, Reason
from rules.materials.required import Asked

Item = tuple[Asked, Checked]


def screen(
    items: Sequence[Item],
    options: MaterialsOptions,
    today: date,
    refused: Mapping[str, Any] | None,
    online: Mapping[str, Mapping[str, Any] | None],
    covered: frozenset[str],
) -> dict[str, Any]:
    """Return the list: what is asked of this candidate, and apart from it what else the region knows.

    Args:
        online: by code, what the region has of a material, see `online.shown`.
        covered: codes of the materials that need not be looked at here.
    """
    rows = [
        {**_row(asked, found, today), "online": online.get(asked.code), "is_covered": asked.code in covered}
        for asked, found in items
    ]
    first = [row for row in rows if row["is_listed"] or (row["online"] and row["fits"])]
    return {
        "rows": first,
        "others": sorted((row for row in rows if row not in first), key=lambda row: not row["fits"]),
        "undecided": sum(1 for row in first if row["required"] and not row["verdict"] and not row["is_covered"]),
        "covered": sum(1 for row in rows if row["is_covered"] and row["required"]),
        "has_failed": any(row["verdict"] == "fail" for row in rows),
        "has_pending": any(row["verdict"] == "pending" for row in rows),
        "reasons": {verdict: _reasons(options, verdict) for verdict in (*JUDGED, "refusal")},
        "refusal": refused,
    }


def drawn(items: Sequence[Item], today: date) -> dict[str, str]:
    """Return what each field holds before staff change it, by the field's name."""
    rows = [_row(asked, found, today) for asked, found in items]
    return {f"{name}-{row['code']}": row[name] for row in rows for name in ("verdict", "reason", "due", "note")}


def _row(asked: Asked, found: Checked, today: date) -> dict[str, Any]:
    due = found.due or today + timedelta(days=asked.due_days)
    return {
        "code": asked.code,
        "name": asked.name,
        "hint": asked.hint,
        "required": asked.required,
        "is_listed": asked.required or bool(found.verdict or found.pages),
        "fits": asked.fits,
        "original": asked.original,
        "images": asked.images,
        "min": asked.min,
        "max": asked.max,
        "max_kb": asked.max_kb,
        "verdict": found.verdict,
        "reason": found.reason,
        "note": found.note,
        "due": due.isoformat(),
        "is_overdue": found.verdict == "pending" and due < today,
        "pages": [page.digest for page in found.pages],
        "has_room": asked.images != "never" and len(found.pages) < asked.max,
    }


def _reasons(options: MaterialsOptions, verdict: str) -> list[Reason]:
    return [reason for reason in options.reasons if verdict in reason.applies]
